import type { V1Pod } from '@kubernetes/client-node';
import { digestOf } from '../../../image/image-identity.js';
import type { Release } from '../../../release/record/record.js';
import { kubernetesOf } from '../memory.js';
import { runningImageId } from '../pods/pod.js';

type Tagged = Pick<Release, 'canary' | 'platform'>;

/**
 * A tag that was pushed anew during a release brings what nobody has judged: pods that come later run another image under the same name then, also where
 * none of the first is left.
 * @returns why these pods are not all of the version that the canary began with, although their template names one image; undefined while they are
 */
export function describeMovedTag({ canary, platform }: Tagged, pods: readonly V1Pod[]): string | undefined {
  if (digestOf(canary.image) !== undefined) return undefined;
  const { container } = kubernetesOf({ platform });
  const present = digestsOf(pods.map((pod) => runningImageId(pod, container)));
  const first = digestsOf(canary.imageIds ?? []);
  const moved = `The tag of ${canary.image} leads to another image than when the canary began`;
  if (present.length > 1) return `${moved}: its pods run ${present.join(' and ')}`;
  const isOther = first.length > 0 && present.some((digest) => !first.includes(digest));
  return isOther ? `${moved}: its first pods ran ${first.join(' and ')}, and now they run ${present.join(' and ')}` : undefined;
}

/** Without a repository in front it may be the digest of the image's configuration. */
const digestsOf = (ids: readonly string[]): string[] => [
  ...new Set(ids.filter((id) => id.includes('@')).flatMap((id) => digestOf(id) ?? [])),
];
