import type { V1Pod } from '@kubernetes/client-node';
import { digestOf } from '../target/kubernetes/workload/image-identity.js';
import { runningImageId } from '../target/kubernetes/workload/pod.js';
import type { Release } from './record.js';

type Tagged = Pick<Release, 'canary' | 'container'> & Partial<Pick<Release, 'stable'>>;

/**
 * A tag that was pushed anew during a release brings what nobody has judged: pods that come later run another image under the same name then.
 * @returns why these pods are of two versions although their template names one image; undefined while they run one
 */
export function describeMovedTag({ canary, container, stable }: Tagged, pods: readonly V1Pod[]): string | undefined {
  if (digestOf(canary.image) !== undefined || tellsPlatforms(stable)) return undefined;
  // Without a repository in front it may be the digest of the image's configuration.
  const ids = pods.map((pod) => runningImageId(pod, container)).filter((id) => id.includes('@'));
  const digests = [...new Set(ids.flatMap((id) => digestOf(id) ?? []))];
  if (digests.length < 2) return undefined;
  return `The tag of ${canary.image} leads to another image than when the canary began: its pods run ${digests.join(' and ')}`;
}

/** Some runtimes give each platform's manifest; stable, which is of one image, has several digests there too. */
const tellsPlatforms = (stable: Release['stable'] | undefined): boolean =>
  new Set((stable?.imageIds ?? []).map(digestOf)).size > 1;
