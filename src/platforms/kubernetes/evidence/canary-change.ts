import type { V1Deployment, V1ManagedFieldsEntry, V1Pod, V1PodTemplateSpec } from '@kubernetes/client-node';
import { isSameImage } from '../../../image/image-identity.js';
import { UserError } from '../../../kernel/errors.js';
import type { Log } from '../../../kernel/log.js';
import { isImageOf, type Release } from '../../../release/record/record.js';
import { lastOtherWriter } from '../api/ownership.js';
import { imageIn, templateOf } from '../app/app.js';
import { mayBeMadeOf } from '../canary-objects/admitted-image.js';
import { kubernetesOf } from '../memory.js';
import { isRestartMark, versionOf } from '../pods/pod-version.js';

/** What tells the canary of a release from whatever else its Deployment may run. */
export type CanaryIdentity = Pick<Release, 'canary' | 'canaryVersion' | 'platform'> & Partial<Pick<Release, 'stable'>>;

/**
 * Whether a pod template is the one that the release has written, as the API server answered then; a restart makes no other. By the image alone
 * where the record does not say.
 */
export function isOfRelease({ canary, canaryVersion, platform }: CanaryIdentity, template: V1PodTemplateSpec): boolean {
  if (canaryVersion !== undefined) return versionOf(template) === canaryVersion;
  const image = imageIn(template, kubernetesOf({ platform }).container);
  return isImageOf(canary, image) || mayBeMadeOf(canary.image, image);
}

/** What somebody has made of the canary's Deployment, and who; undefined while it is what the release has written. */
export function describeChange(identity: CanaryIdentity, deployment: V1Deployment): string | undefined {
  const template = templateOf(deployment);
  if (isOfRelease(identity, template)) return undefined;
  const { canary } = identity;
  const image = imageIn(template, kubernetesOf(identity).container);
  const isSame = isImageOf(canary, image) || isSameImage(canary.image, image);
  const what = isSame ? `another pod template with the same image, ${image}` : `${image} and not ${canary.image}`;
  const by = templateWriter(deployment) ?? 'the API server does not say who';
  return `Deployment ${deployment.metadata?.name} runs ${what}: somebody changed it after this release had written it (${by})`;
}

/**
 * What somebody has added stays beside what a step writes; such a canary is not put before more users.
 * @throws UserError that says who made the change
 */
export function refuseChanged(identity: CanaryIdentity, written: V1Deployment): void {
  const change = describeChange(identity, written);
  if (change === undefined || templateWriter(written) === undefined) return;
  const { name, namespace } = written.metadata ?? {};
  throw new UserError(
    'canary-changed',
    `${change}, and what was added stays beside what this step writes. So the canary is not the version that is to be released. ` +
      `Undo the change (kubectl -n ${namespace} rollout undo deployment/${name}), or put the release back with \`weight: 0\` and release again.`,
  );
}

/** Says before a step writes its own version again that somebody has changed the canary. */
export function warnOfChange(identity: CanaryIdentity, deployment: V1Deployment | undefined, isWritten: boolean, log: Log): void {
  const change = deployment && describeChange(identity, deployment);
  if (change === undefined) return;
  const next = isWritten ? 'This step writes its own version over it' : `The promotion brings ${identity.canary.image} to stable`;
  log.warning(`${change}. ${next}.`);
}

/** Who else has written something of the pod template that makes another version, last. */
function templateWriter({ metadata }: V1Deployment): string | undefined {
  const managedFields = (metadata?.managedFields ?? []).filter(writesMoreThanRestart);
  return lastOtherWriter({ metadata: { managedFields } }, TEMPLATE);
}

const TEMPLATE = ['f:spec', 'f:template'];

const writesMoreThanRestart = (entry: V1ManagedFieldsEntry): boolean => hasMoreThanRestart(fieldsAt(entry, TEMPLATE) ?? {});

/** The form of `fieldsV1`: fields as `f:name`, items of a list as `k:{"name":"app"}`. */
function hasMoreThanRestart(fields: Fields): boolean {
  const own = Object.entries(fields).filter(([key]) => key !== '.' && !isRestartMark(nameIn(key)));
  return own.some(([, inner]) => Object.keys(inner).length === 0 || hasMoreThanRestart(inner));
}

const nameIn = (key: string): string => /^k:.*"name":"([^"]*)"/.exec(key)?.[1] ?? key.replace(/^f:/, '');

interface Fields {
  readonly [key: string]: Fields;
}

const fieldsAt = ({ fieldsV1 }: V1ManagedFieldsEntry, path: readonly string[]): Fields | undefined =>
  path.reduce<Fields | undefined>((inner, key) => inner?.[key], fieldsV1 as Fields | undefined);

/**
 * Whether somebody has put another image into a running pod, which no template shows: the image is no field of the pod's creator any more then. What a
 * webhook makes of it at its creation is the creator's.
 */
export function isEditedInPlace({ metadata }: V1Pod, container: string): boolean {
  const entries = metadata?.managedFields ?? [];
  const image = ['f:spec', 'f:containers', `k:${JSON.stringify({ name: container })}`, 'f:image'];
  const writersOf = (path: readonly string[]) =>
    entries.filter((entry) => fieldsAt(entry, path) !== undefined).map(({ manager }) => manager);
  const [creators, ofImage] = [writersOf(['f:metadata', 'f:ownerReferences']), writersOf(image)];
  return creators.length > 0 && ofImage.length > 0 && !ofImage.some((manager) => creators.includes(manager));
}
