import { isDeepStrictEqual } from 'node:util';
import type { V1Deployment, V1PodTemplateSpec, V1ReplicaSet } from '@kubernetes/client-node';
import { UserError } from '../../../kernel/errors.js';
import type { Release, Revision } from '../../../release/record/record.js';
import type { JsonPatchOperation } from '../api/cluster.js';
import { editObject } from '../api/edit-object.js';
import { DEPLOYMENT, REPLICA_SET } from '../api/kinds.js';
import { matchLabels } from '../api/selection.js';
import { imageIn, templateOf } from '../app/app.js';
import { restoreConfig } from '../config-maps/config.js';
import { type KubernetesMemory, kubernetesOf } from '../memory.js';
import { ownPods } from '../pods/own-pods.js';
import { isReady, runningImageId } from '../pods/pod.js';
import { versionOf } from '../pods/pod-version.js';
import { containersOf, type PlacedContainer, releasedContainers, withReleasedImage } from '../pods/released-containers.js';
import { type RolloutTarget, waitForEndpoints, waitForRollout } from '../rollout/rollout.js';
import { type Work, waitOf } from '../work.js';
import { revisionNumber } from './choose-revision.js';
import { liveStable, refuseForeignOnTheWayBack } from './live-stable.js';
import { letRoll } from './paused-stable.js';

type Access = Pick<Work, 'cluster' | 'held' | 'app'>;

/**
 * What stable runs when a release begins, by its pods: the hash of their template, and the ids of their images.
 * @param deployment one that is not in the middle of a rollout, so that all its pods are of one template
 */
export async function runningRevision(
  access: Access,
  deployment: V1Deployment,
): Promise<Pick<Revision, 'templateHash' | 'imageIds'>> {
  const { cluster, held, app } = access;
  const pods = (await ownPods(cluster, deployment, held.signal)).filter(isReady);
  const templateHash = pods[0]?.metadata?.labels?.['pod-template-hash'] ?? (await templateHashOf(access, deployment));
  return { templateHash, imageIds: [...new Set(pods.map((pod) => runningImageId(pod, app.container)))] };
}

/** Stable as it was written. */
export const stableTarget = ({ app }: Pick<Work, 'app'>, written?: V1Deployment): RolloutTarget => ({
  deployment: app.deployment.metadata?.name ?? '',
  labels: app.deployment.spec?.selector.matchLabels ?? {},
  container: app.container,
  written,
  role: 'stable',
});

export async function readStable({ cluster, held, app }: Access): Promise<V1Deployment> {
  const name = app.deployment.metadata?.name ?? '';
  const deployment = await cluster.read(DEPLOYMENT, name, held.signal);
  if (!deployment) throw isGone({ cluster, held, app }, name);
  return deployment;
}

/**
 * Finds the revision to restore among those that stable really had. The record alone must not decide it: whoever may write Leases could name any.
 * @returns its pod template
 * @throws UserError when the recorded revision is gone, or had another image
 */
export async function recordedTemplate(access: Access & Pick<Work, 'log'>, release: Release): Promise<V1PodTemplateSpec> {
  const { stable } = release;
  const { container } = kubernetesOf(release);
  const deployment = await readStable(access);
  const revisions = await revisionsOf(access, deployment);
  // A restart moves the version to another ReplicaSet, and the recorded one may be the first that the history gives up.
  const recorded =
    revisions.find(({ metadata }) => metadata?.labels?.['pod-template-hash'] === stable.templateHash) ??
    revisions.find(({ spec }) => spec?.template !== undefined && versionOf(spec.template) === stable.version);
  const where = `Deployment ${access.cluster.namespace}/${deployment.metadata?.name}`;
  if (!recorded?.spec?.template) {
    const made = templateByImage(release, deployment);
    if (made) {
      access.log.warning(
        `${where} keeps no revision of ${stable.image} any more (see revisionHistoryLimit), so its present pod template gets that image back, as the release record has it.`,
      );
      return made;
    }
    throw new UserError(
      'revision-missing',
      `${where} no longer has the revision that is to be restored (${stable.image}, template ${stable.templateHash}): its ReplicaSet was deleted, see revisionHistoryLimit. ` +
        'Run the rollback action with `to-image` to bring the image back all the same.',
    );
  }
  const image = imageIn(recorded.spec.template, container);
  if (image !== stable.image) {
    throw new UserError(
      'record-contradicts-cluster',
      `The release record names ${stable.image} as the image to restore, but revision ${revisionNumber(recorded)} of ${where} ran ${image}. Somebody changed the record. ` +
        'Check who may write Leases, then name the image yourself with `to-image`.',
    );
  }
  return recorded.spec.template;
}

/**
 * What a release without a manifest has changed is the image, and the record has the former. Whoever may write Leases alone must not bring in any: it
 * has to be of the repository of what stable runs.
 */
function templateByImage(release: Release, deployment: V1Deployment): V1PodTemplateSpec | undefined {
  const { stable } = release;
  const { manifest, container } = kubernetesOf(release);
  const live = templateOf(deployment);
  if (manifest || !hasContainer(deployment, container)) return undefined;
  if (repositoryOf(stable.image) !== repositoryOf(imageIn(live, container))) return undefined;
  return { ...live, spec: withReleasedImage(live, container, stable.image) };
}

/** Without tag and digest. */
const repositoryOf = (image: string): string => image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');

/**
 * Stable as it was before the release, as far as the release changed it: its image, or what a manifest made of its template and ConfigMaps.
 * @param template of the revision to restore, as `recordedTemplate` found it
 * @throws ForeignStable when somebody has put something else there meanwhile
 */
export async function restoreRevision(
  access: Access & Pick<Work, 'log'>,
  release: Release,
  template: V1PodTemplateSpec,
): Promise<V1Deployment> {
  const { container, manifest } = kubernetesOf(release);
  // Asked of what is live right before it is written: long waits may lie between an earlier look and this.
  const refuse = (live: V1Deployment) => refuseForeignOnTheWayBack(release, liveStable(live, container));
  if (!manifest) return setFormerImages(access, container, template, refuse);
  refuse(await readStable(access));
  await restoreConfig(access, release);
  return setStableTemplate(access, template, refuse);
}

/**
 * Waits until stable runs its former version again.
 * @throws UserError when it does not start
 */
export async function waitForStable(work: Work, release: Release, written: V1Deployment): Promise<void> {
  try {
    await waitForRollout(work.cluster, stableTarget(work, written), waitOf(work));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const what = `Stable could not be brought back to ${release.stable.image}`;
    throw new UserError(error.code, `${what}: ${error.message}`, { cause: error, brief: `${what}: ${error.brief}` });
  }
}

/**
 * Ready pods are of no use to a router before they are listed: as many as the release counts on, and no more than there are meant to be. The
 * endpoints are listed by another controller than the one that said that the rollout is complete; until it has caught up, it lists pods that are gone.
 */
export async function waitForStableEndpoints(work: Work, release: Release, written: V1Deployment): Promise<void> {
  const { service, stableReplicas } = kubernetesOf(release);
  const [newest, ...older] = await revisionsOf(work, written);
  const isOf = (set: V1ReplicaSet) => (pod: string) => pod.startsWith(podNamePrefix(set.metadata?.name ?? ''));
  const countOf = ({ spec }: V1Deployment) => Math.min(stableReplicas, spec?.replicas ?? 1);
  await waitForEndpoints(
    work.cluster,
    service,
    {
      count: countOf(written),
      recount: async () => countOf(await readStable(work)),
      ...(newest && { isExpected: isOf(newest) }),
      isStale: (pod) => older.some((set) => isOf(set)(pod)),
    },
    waitOf(work),
  );
}

/** A name that is made from this one goes on with a hyphen and a random word; longer ones are cut (apiserver/pkg/storage/names/generate.go). */
const podNamePrefix = (name: string): string => `${name}-`.slice(0, 58);

/**
 * Writes the released image into stable's pod template, wherever it stands there, and nothing else; lets a paused Deployment roll. What is as it
 * should be is not written.
 */
export const setStableImage = (
  access: Access,
  { container }: Pick<KubernetesMemory, 'container'>,
  image: string,
  refuse: (live: V1Deployment) => void = () => undefined,
): Promise<V1Deployment> =>
  editStable(access, (deployment) => {
    refuseWithout(container, deployment);
    refuse(deployment);
    return releasedContainers(templateOf(deployment), container).flatMap((each) => imagePatch(each, image));
  });

/** Gives the containers that had moved along with the released one the images that a former pod template had there. */
const setFormerImages = (
  access: Access,
  container: string,
  former: V1PodTemplateSpec,
  refuse: (live: V1Deployment) => void,
): Promise<V1Deployment> =>
  editStable(access, (deployment) => {
    refuse(deployment);
    // Without it there is no telling which images are to go back.
    if (!hasContainer(deployment, container)) return [{ op: 'replace', path: '/spec/template', value: withoutHash(former) }];
    const moved = releasedContainers(former, container);
    const before = ({ list, name }: PlacedContainer) => moved.find((each) => each.list === list && each.name === name);
    return containersOf(templateOf(deployment)).flatMap((each) => imagePatch(each, before(each)?.image ?? each.image));
  });

const imagePatch = ({ list, index, image }: PlacedContainer, wanted: string): JsonPatchOperation[] =>
  image === wanted ? [] : [{ op: 'replace', path: `/spec/template/spec/${list}/${index}/image`, value: wanted }];

const hasContainer = ({ spec }: V1Deployment, container: string): boolean =>
  spec?.template.spec?.containers.some(({ name }) => name === container) ?? false;

function refuseWithout(container: string, deployment: V1Deployment): void {
  if (hasContainer(deployment, container)) return;
  throw new UserError(
    'stable-changed',
    `Deployment ${deployment.metadata?.name} has no container ${container} any more; somebody changed it during the release.`,
  );
}

/** Puts a whole pod template into stable, as one of its ReplicaSets has it, and lets a paused Deployment roll. */
export const setStableTemplate = (
  access: Access,
  template: V1PodTemplateSpec,
  refuse: (live: V1Deployment) => void = () => undefined,
): Promise<V1Deployment> =>
  editStable(access, (deployment) => {
    refuse(deployment);
    return isDeepStrictEqual(withoutHash(deployment.spec?.template ?? {}), withoutHash(template))
      ? []
      : [{ op: 'replace', path: '/spec/template', value: withoutHash(template) }];
  });

/** Gives stable that many pods where it has none. */
export const scaleStable = (access: Access, replicas: number): Promise<V1Deployment> =>
  editStable(access, ({ spec }) => (spec?.replicas === 0 ? [{ op: 'replace', path: '/spec/replicas', value: replicas }] : []));

async function editStable(access: Access, plan: (deployment: V1Deployment) => JsonPatchOperation[]): Promise<V1Deployment> {
  const name = access.app.deployment.metadata?.name ?? '';
  const edited = await editObject(
    access.cluster,
    DEPLOYMENT,
    name,
    (deployment) => [...plan(deployment), ...letRoll(deployment)],
    access.held.signal,
  );
  if (!edited) throw isGone(access, name);
  return edited;
}

const isGone = ({ cluster }: Access, name: string): UserError =>
  new UserError(
    'app-deleted-meanwhile',
    `Deployment ${cluster.namespace}/${name} is gone; somebody deleted it during the release.`,
  );

function withoutHash(template: V1PodTemplateSpec): V1PodTemplateSpec {
  const { 'pod-template-hash': _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** The ReplicaSets of stable, newest revision first. */
export async function revisionsOf(
  { cluster, held }: Pick<Access, 'cluster'> & { readonly held: Pick<Access['held'], 'signal'> },
  deployment: V1Deployment,
): Promise<V1ReplicaSet[]> {
  const selector = matchLabels(deployment.spec?.selector.matchLabels ?? {});
  const sets = await cluster.list(REPLICA_SET, { labels: selector }, held.signal);
  return sets
    .filter(({ metadata }) => metadata?.ownerReferences?.some(({ uid }) => uid === deployment.metadata?.uid))
    .sort((a, b) => revisionNumber(b) - revisionNumber(a));
}

/** The hash of the Deployment's present pod template, as its controller gave it to the newest ReplicaSet. */
export async function templateHashOf(access: Access, deployment: V1Deployment): Promise<string> {
  const [newest] = await revisionsOf(access, deployment);
  return newest?.metadata?.labels?.['pod-template-hash'] ?? '';
}
