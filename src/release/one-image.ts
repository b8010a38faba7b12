import { UserError } from '../action/errors.js';
import { DEPLOYMENT } from '../target/kubernetes/kinds.js';
import { canaryName } from '../target/kubernetes/workload/app.js';
import { digestOf } from '../target/kubernetes/workload/image-identity.js';
import { ownPods } from '../target/kubernetes/workload/own-pods.js';
import { isReady } from '../target/kubernetes/workload/pod.js';
import { digestsOf, tellsPlatforms } from './image-digests.js';
import type { Release } from './record.js';
import type { Work } from './work.js';

/**
 * A tag that was pushed anew during a release brings what nobody has judged: pods that come later then run another image under the same name.
 * @param deployments whose pods are to be of one image: the canary's, and stable's once it is promoted
 * @throws UserError naming the digests, when they are not
 */
export async function refuseMovedTag(work: Work, release: Release, deployments = [canaryName(work.app.name)]): Promise<void> {
  if (digestOf(release.canary.image) !== undefined || tellsPlatforms(release)) return;
  const { cluster, held } = work;
  const lists = deployments.map(async (name) => {
    const deployment = await cluster.read(DEPLOYMENT, name, held.signal);
    return deployment ? (await ownPods(cluster, deployment, held.signal)).filter(isReady) : [];
  });
  const digests = digestsOf((await Promise.all(lists)).flat(), release.container);
  if (digests.length < 2) return;
  throw new UserError(
    `The tag of ${release.canary.image} leads to another image than when the canary began: its pods run ${digests.join(' and ')}. ` +
      'What the later pods run has not been judged. Release again, naming the image by its digest.',
  );
}
