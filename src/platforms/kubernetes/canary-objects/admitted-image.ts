import type { V1Deployment } from '@kubernetes/client-node';
import { digestOf, isSameImage } from '../../../image/image-identity.js';
import type { Cluster } from '../api/cluster.js';
import { DEPLOYMENT } from '../api/kinds.js';
import { resourcePath } from '../api/resource-path.js';
import { imageIn, templateOf } from '../app/app.js';
import { releasedContainers } from '../pods/released-containers.js';

/**
 * Whether what a Deployment runs is what the API server makes of an image: webhooks write a mirror's name or a digest over the one that is asked for.
 * The server is asked by a dry run, and only where the two names could be of one image.
 */
export async function isMadeOf(
  cluster: Cluster,
  deployment: V1Deployment,
  container: string,
  image: string,
  signal: AbortSignal,
): Promise<boolean> {
  const live = imageIn(templateOf(deployment), container);
  if (isSameImage(image, live)) return true;
  if (!mayBeMadeOf(image, live)) return false;
  const released = releasedContainers(templateOf(deployment), container);
  const operations = released.map(({ list, index }) => ({
    op: 'replace',
    path: `/spec/template/spec/${list}/${index}/image`,
    value: image,
  }));
  const request = {
    method: 'PATCH',
    path: resourcePath(DEPLOYMENT, cluster.namespace, deployment.metadata?.name ?? ''),
    query: { dryRun: 'All' },
    contentType: 'application/json-patch+json',
    body: operations,
    retry: true,
  } as const;
  const answer = await cluster.request(request, signal);
  return answer.status === 200 && imageIn(templateOf(JSON.parse(answer.body) as V1Deployment), container) === live;
}

/** Whether a webhook may have made `live` of it: a mirror keeps the last part of a name, and its tag or digest; what pins a tag to a digest keeps the name. */
export function mayBeMadeOf(image: string, live: string): boolean {
  // Of two digests one alone can be meant.
  if (digestOf(image) !== undefined) return false;
  const [asked, runs] = [lastPartOf(image), lastPartOf(live)];
  return asked.name === runs.name && (asked.tag === runs.tag || digestOf(live) !== undefined);
}

function lastPartOf(image: string) {
  const [tagged = ''] = image.split('@', 1);
  const [name, tag = 'latest'] = tagged.slice(tagged.lastIndexOf('/') + 1).split(':', 2);
  return { name, tag };
}
