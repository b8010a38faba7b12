import { UserError } from '../action/errors.js';
import { DEPLOYMENT } from '../target/kubernetes/kinds.js';
import { canaryName } from '../target/kubernetes/workload/app.js';
import { digestOf } from '../target/kubernetes/workload/image-identity.js';
import { ownPods } from '../target/kubernetes/workload/own-pods.js';
import { isReady } from '../target/kubernetes/workload/pod.js';
import { describeMovedTag } from './moved-tag.js';
import type { Release } from './record.js';
import type { Work } from './work.js';

/**
 * @param deployments whose ready pods are to be of one image: the canary's, and stable's once it is promoted
 * @throws UserError naming the digests, when they are not
 */
export async function refuseMovedTag(work: Work, release: Release, deployments = [canaryName(work.app.name)]): Promise<void> {
  if (digestOf(release.canary.image) !== undefined) return;
  const { cluster, held } = work;
  const lists = deployments.map(async (name) => {
    const deployment = await cluster.read(DEPLOYMENT, name, held.signal);
    return deployment ? (await ownPods(cluster, deployment, held.signal)).filter(isReady) : [];
  });
  const moved = describeMovedTag(release, (await Promise.all(lists)).flat());
  if (moved !== undefined)
    throw new UserError(`${moved}. What the later pods run has not been judged. Release again, naming the image by its digest.`);
}
