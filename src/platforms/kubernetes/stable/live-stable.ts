import type { V1Deployment } from '@kubernetes/client-node';
import { isSameImage } from '../../../image/image-identity.js';
import { UserError } from '../../../kernel/errors.js';
import { hasTouchedStable, isImageOf, type Release, type Revision } from '../../../release/record/record.js';
import { claims, lastOtherWriter } from '../api/ownership.js';
import { liveImageIn, templateOf } from '../app/app.js';
import { kubernetesOf } from '../memory.js';
import { versionOf } from '../pods/pod-version.js';

const POD_TEMPLATE = ['f:spec', 'f:template'];
/** Written by the Deployment's controller: k8s.io/kubernetes, pkg/controller/deployment/util. */
const REVISION = 'deployment.kubernetes.io/revision';

/** What stable runs at present, whatever the record says. */
export interface LiveStable {
  /** Image of the released container; where somebody has renamed that, what the others run. */
  readonly image: string;
  readonly version: string;
  /** Whether this suite was the last to write that image. */
  readonly isOurs: boolean;
  /** Who else wrote the pod template last, and when; undefined when the server does not say. */
  readonly writtenBy: string | undefined;
  /** Number of the Deployment's revision that keeps this pod template; undefined before its controller has seen it. */
  readonly revision: string | undefined;
}

export function liveStable(deployment: V1Deployment, container: string): LiveStable {
  const template = templateOf(deployment);
  return {
    image: liveImageIn(template, container),
    version: versionOf(template),
    isOurs: claims(deployment, imageField(container)),
    writtenBy: lastOtherWriter(deployment, POD_TEMPLATE),
    revision: deployment.metadata?.annotations?.[REVISION],
  };
}

/** The form of `fieldsV1`: sigs.k8s.io/structured-merge-diff, fieldpath/serialize-pe.go. */
const imageField = (container: string): readonly string[] => [
  ...POD_TEMPLATE,
  'f:spec',
  'f:containers',
  `k:${JSON.stringify({ name: container })}`,
  'f:image',
];

/**
 * Whether somebody else has put into stable what it runs: neither what it ran when the release began, nor what the release has written. A restart
 * is no other version.
 */
export function isForeign(release: Release, live: LiveStable): boolean {
  const { stable, canary } = release;
  const { manifest } = kubernetesOf(release);
  if (isAsBefore(stable, live) || (manifest?.version !== undefined && live.version === manifest.version)) return false;
  const isUntouched = !hasTouchedStable(release);
  // A manifest can change the template alone.
  const tellsNothing = manifest !== undefined && isUntouched && isSameImage(stable.image, canary.image);
  const hasCanaryImage = isImageOf(canary, live.image) && !tellsNothing;
  return !hasCanaryImage && !live.isOurs;
}

const isAsBefore = (stable: Revision, live: LiveStable): boolean =>
  stable.version === undefined ? isSameImage(live.image, stable.image) : live.version === stable.version;

/** Whether somebody has changed the pod template that a manifest brought to stable, and left it the image. */
export function isRewritten(release: Release, live: LiveStable): boolean {
  const { stable } = release;
  const { manifest } = kubernetesOf(release);
  if (manifest?.version === undefined || !hasTouchedStable(release)) return false;
  return live.version !== manifest.version && !isAsBefore(stable, live) && !isForeign(release, live);
}

/** What somebody has made of the template that the manifest brought, and where it is kept, for messages. */
export function describeRewritten(release: Release, { writtenBy, revision }: LiveStable): string {
  const by = writtenBy === undefined ? '' : ` (${writtenBy})`;
  const kept = revision === undefined ? '' : `; revision ${revision} of the Deployment keeps it`;
  return `Deployment ${kubernetesOf(release).deployment} runs ${release.canary.image} with another pod template than the manifest's: somebody changed it during the release${by}${kept}`;
}

/** What somebody else has put into stable, and who, for messages. */
export function describeForeign(release: Release, live: LiveStable): string {
  const { stable } = release;
  const by = live.writtenBy === undefined ? '' : ` (${live.writtenBy})`;
  const what = isSameImage(live.image, stable.image)
    ? `another pod template with the same image, ${live.image}`
    : `${live.image}, and ran ${stable.image} when the release began`;
  return `Deployment ${kubernetesOf(release).deployment} runs ${what}: somebody changed it during the release${by}`;
}

/** Somebody else has put into stable what it runs. */
export class ForeignStable extends UserError {
  constructor(message: string) {
    super('stable-changed', message);
  }
}

/** @throws ForeignStable when going back would overwrite what somebody has put into stable a moment ago */
export function refuseForeignOnTheWayBack(release: Release, live: LiveStable): void {
  if (isForeign(release, live)) throw new ForeignStable(describeForeign(release, live));
}

/** @throws UserError when going on would overwrite what somebody has put into stable meanwhile, beside which nobody has looked at the canary */
export function refuseForeign(release: Release, live: LiveStable): void {
  if (isRewritten(release, live))
    throw new UserError(
      'stable-changed',
      `${describeRewritten(release, live)}. Promoting would overwrite it. Put it into the manifest and release again, after \`weight: 0\`, which brings stable back as a whole. Nothing has been changed.`,
    );
  if (!isForeign(release, live)) return;
  throw new UserError(
    'stable-changed',
    `${describeForeign(release, live)}. The canary of ${release.canary.image} was released beside the former, and promoting it would overwrite the latter. ` +
      'Put the canary back with `weight: 0`, which leaves stable as it is now, and release again; a step that names the `image` and has `take-over: true` does both. Stable has not been changed.',
  );
}
