import type { V1Pod } from '@kubernetes/client-node';
import { UserError } from '../action/errors.js';
import { DEPLOYMENT } from '../target/kubernetes/kinds.js';
import { canaryName } from '../target/kubernetes/workload/app.js';
import { digestOf } from '../target/kubernetes/workload/image-identity.js';
import { ownPods } from '../target/kubernetes/workload/own-pods.js';
import { isReady, runningImageId } from '../target/kubernetes/workload/pod.js';
import { describeMovedTag } from './moved-tag.js';
import type { Release } from './record.js';
import type { Work } from './work.js';

/**
 * @param deployments whose ready pods are to be of one image: the canary's, and stable's once it is promoted
 * @throws UserError naming the digests, when they are not
 */
export async function refuseMovedTag(work: Work, release: Release, deployments = [canaryName(work.app.name)]): Promise<void> {
  if (digestOf(release.canary.image) !== undefined) return;
  const pods = await Promise.all(deployments.map((name) => readyPodsOf(work, name)));
  const moved = describeMovedTag(release, pods.flat());
  if (moved !== undefined)
    throw new UserError(`${moved}. What the later pods run has not been judged. Release again, naming the image by its digest.`);
}

/** The release with what the canary's first pods run, so that later ones are compared with it also where no first one is left. */
export async function withImageIds(work: Work, release: Release): Promise<Release> {
  const { canary, container } = release;
  if (digestOf(canary.image) !== undefined || canary.imageIds !== undefined) return release;
  const pods = await readyPodsOf(work, canaryName(work.app.name));
  const imageIds = [...new Set(pods.map((pod) => runningImageId(pod, container)))].filter((id) => digestOf(id) !== undefined);
  return imageIds.length === 0 ? release : { ...release, canary: { ...canary, imageIds } };
}

async function readyPodsOf({ cluster, held }: Work, name: string): Promise<V1Pod[]> {
  const deployment = await cluster.read(DEPLOYMENT, name, held.signal);
  return deployment ? (await ownPods(cluster, deployment, held.signal)).filter(isReady) : [];
}
