import type { V1Deployment, V1ReplicaSet } from '@kubernetes/client-node';
import { UserError } from '../action/errors.js';
import { ApiError, type JsonPatchOperation } from '../target/kubernetes/cluster.js';
import { DEPLOYMENT, REPLICA_SET } from '../target/kubernetes/kinds.js';
import { matchLabels } from '../target/kubernetes/selection.js';
import { imageIn } from '../target/kubernetes/workload/app.js';
import type { RolloutTarget } from '../target/kubernetes/workload/rollout.js';
import type { Release } from './record.js';
import type { Work } from './work.js';

type Access = Pick<Work, 'cluster' | 'held' | 'app'>;
const MAX_CONFLICTS = 5;

/** Stable as it should be once it runs `image`. */
export const stableTarget = ({ app }: Pick<Work, 'app'>, image: string, written?: V1Deployment): RolloutTarget => ({
  deployment: app.deployment.metadata?.name ?? '',
  labels: app.deployment.spec?.selector.matchLabels ?? {},
  container: app.container,
  image,
  written,
  role: 'stable',
});

export async function readStable({ cluster, held, app }: Access): Promise<V1Deployment> {
  const name = app.deployment.metadata?.name ?? '';
  const deployment = await cluster.read(DEPLOYMENT, name, held.signal);
  if (!deployment)
    throw new UserError(`Deployment ${cluster.namespace}/${name} is gone; somebody deleted it during the release.`);
  return deployment;
}

/**
 * Checks that the image to restore is one that stable really ran. The record alone must not decide it: whoever may write Leases could name any.
 * @throws UserError when the recorded revision is gone, or had another image
 */
export async function refuseForgedRevision(access: Access, { stable, container }: Release): Promise<void> {
  const deployment = await readStable(access);
  const revisions = await revisionsOf(access, deployment);
  const recorded = revisions.find(({ metadata }) => metadata?.labels?.['pod-template-hash'] === stable.templateHash);
  const where = `Deployment ${access.cluster.namespace}/${deployment.metadata?.name}`;
  if (!recorded?.spec?.template) {
    throw new UserError(
      `${where} no longer has the revision that is to be restored (${stable.image}, template ${stable.templateHash}): its ReplicaSet was deleted, see revisionHistoryLimit. ` +
        'Run the rollback action with `to-image` to bring the image back all the same.',
    );
  }
  const image = imageIn(recorded.spec.template, container);
  if (image !== stable.image) {
    throw new UserError(
      `The release record names ${stable.image} as the image to restore, but revision ${revisionNumber(recorded)} of ${where} ran ${image}. Somebody changed the record. ` +
        'Check who may write Leases, then name the image yourself with `to-image`.',
    );
  }
}

/** Writes one image of stable's pod template and nothing else; the same image again writes nothing. */
export async function setStableImage(
  access: Access,
  { container }: Pick<Release, 'container'>,
  image: string,
): Promise<V1Deployment> {
  for (let attempt = 1; ; attempt++) {
    const deployment = await readStable(access);
    const containers = deployment.spec?.template.spec?.containers ?? [];
    const index = containers.findIndex(({ name }) => name === container);
    if (index === -1)
      throw new UserError(
        `Deployment ${deployment.metadata?.name} has no container ${container} any more; somebody changed it during the release.`,
      );
    if (containers[index]?.image === image) return deployment;
    const operations: JsonPatchOperation[] = [
      { op: 'test', path: '/metadata/resourceVersion', value: deployment.metadata?.resourceVersion },
      { op: 'replace', path: `/spec/template/spec/containers/${index}/image`, value: image },
    ];
    try {
      return await access.cluster.patch(DEPLOYMENT, deployment.metadata?.name ?? '', operations, access.held.signal);
    } catch (error) {
      // The Deployment's status is written all the time while it rolls, so losing the race is ordinary.
      if (!(error instanceof ApiError) || (error.status !== 409 && error.status !== 422) || attempt === MAX_CONFLICTS)
        throw error;
    }
  }
}

/** The ReplicaSets of stable, newest revision first. */
export async function revisionsOf({ cluster, held }: Access, deployment: V1Deployment): Promise<V1ReplicaSet[]> {
  const selector = matchLabels(deployment.spec?.selector.matchLabels ?? {});
  const sets = await cluster.list(REPLICA_SET, { labels: selector }, held.signal);
  return sets
    .filter(({ metadata }) => metadata?.ownerReferences?.some(({ uid }) => uid === deployment.metadata?.uid))
    .sort((a, b) => revisionNumber(b) - revisionNumber(a));
}

export const revisionNumber = ({ metadata }: V1ReplicaSet | V1Deployment): number =>
  Number(metadata?.annotations?.['deployment.kubernetes.io/revision'] ?? 0);

/** The hash of the Deployment's present pod template, as its controller gave it to the newest ReplicaSet. */
export async function templateHashOf(access: Access, deployment: V1Deployment): Promise<string> {
  const [newest] = await revisionsOf(access, deployment);
  return newest?.metadata?.labels?.['pod-template-hash'] ?? '';
}
