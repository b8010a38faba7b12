import type { V1Pod } from '@kubernetes/client-node';
import { digestOf } from '../target/kubernetes/workload/image-identity.js';
import { runningImageId } from '../target/kubernetes/workload/pod.js';
import type { Release } from './record.js';

/** Without a repository in front it may be the digest of the image's configuration. */
export const digestsOf = (pods: readonly V1Pod[], container: string): string[] => {
  const ids = pods.map((pod) => runningImageId(pod, container)).filter((id) => id.includes('@'));
  return [...new Set(ids.flatMap((id) => digestOf(id) ?? []))];
};

/** Some runtimes give each platform's manifest; stable, which is of one image, has several digests there too. */
export const tellsPlatforms = ({ stable }: Partial<Pick<Release, 'stable'>>): boolean =>
  new Set((stable?.imageIds ?? []).map(digestOf)).size > 1;

/** Why pods of one canary are of two versions although their template names one; undefined while they run one image. */
export function describeMovedTag(
  { canary, container, stable }: Pick<Release, 'canary' | 'container'> & Partial<Pick<Release, 'stable'>>,
  pods: readonly V1Pod[],
): string | undefined {
  if (digestOf(canary.image) !== undefined || tellsPlatforms({ ...(stable && { stable }) })) return undefined;
  const digests = digestsOf(pods, container);
  if (digests.length < 2) return undefined;
  return `The canary's pods run ${digests.join(' and ')} of ${canary.image}: its tag was pushed anew, and they are of two versions`;
}
