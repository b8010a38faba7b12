import type { V1Pod } from '@kubernetes/client-node';
import { digestOf, isSameImage } from '../../../image/image-identity.js';
import { UserError } from '../../../kernel/errors.js';
import type { Log } from '../../../kernel/log.js';
import type { Release } from '../../../release/record/record.js';
import { DEPLOYMENT } from '../api/kinds.js';
import { canaryName, liveImageIn } from '../app/app.js';
import { describeMovedTag } from '../evidence/moved-tag.js';
import { kubernetesOf } from '../memory.js';
import { ownPods } from '../pods/own-pods.js';
import { isReady, runningImageId } from '../pods/pod.js';
import type { Work } from '../work.js';

/**
 * @param deployments whose ready pods are to be of one image: the canary's, and stable's once it is promoted
 * @throws UserError naming the digests, when they are not
 */
export async function refuseMovedTag(work: Work, release: Release, deployments = [canaryName(work.app.name)]): Promise<void> {
  if (digestOf(release.canary.image) !== undefined) return;
  const pods = await Promise.all(deployments.map((name) => readyPodsOf(work, name)));
  const moved = describeMovedTag(release, pods.flat());
  if (moved !== undefined)
    throw new UserError(
      'tag-moved-during-release',
      `${moved}. What the later pods run has not been judged. Release again, naming the image by its digest.`,
    );
}

/**
 * The release with what the canary's first pods run, so that later ones are compared with it also where no first one is left. Says it where that is not
 * the image that was asked for by its digest.
 */
export async function withImageIds(work: Work, release: Release): Promise<Release> {
  const { canary } = release;
  const { container } = kubernetesOf(release);
  if (canary.imageIds !== undefined) return release;
  const pods = await readyPodsOf(work, canaryName(work.app.name));
  tellRewritten(pods, release, work.log);
  const imageIds = [...new Set(pods.map((pod) => runningImageId(pod, container)))].filter((id) => digestOf(id) !== undefined);
  return imageIds.length === 0 ? release : { ...release, canary: { ...canary, imageIds } };
}

/** A webhook may make a tag of a digest, behind which another build is: what is judged then is not what was asked for. */
function tellRewritten(pods: readonly V1Pod[], release: Release, log: Pick<Log, 'warning'>): void {
  const { image } = release.canary;
  const { container } = kubernetesOf(release);
  const asked = digestOf(image);
  if (asked === undefined) return;
  const isOther = (pod: V1Pod) =>
    !isSameImage(liveImageIn(pod, container), image) && digestOf(runningImageId(pod, container)) !== asked;
  const other = pods.find(isOther);
  if (other)
    log.warning(
      `Pod ${other.metadata?.name} names ${liveImageIn(other, container)} and runs ${runningImageId(other, container)}, and not ${image}: a webhook has made another image of it. ` +
        'That one is what gets the traffic, is judged and promoted. See which webhook rewrites images, and whether its mirror has this build.',
    );
}

async function readyPodsOf({ cluster, held }: Work, name: string): Promise<V1Pod[]> {
  const deployment = await cluster.read(DEPLOYMENT, name, held.signal);
  return deployment ? (await ownPods(cluster, deployment, held.signal)).filter(isReady) : [];
}
