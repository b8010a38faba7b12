import type { V1Pod } from '@kubernetes/client-node';
import type { Cluster } from '../api/cluster.js';
import { POD } from '../api/kinds.js';
import { matchLabels } from '../api/selection.js';
import type { App } from '../app/app.js';
import { isReady } from '../pods/pod.js';
import { canarySelector, endpointLabel, type Isolation } from './canary-objects.js';

/** The ReplicaSet stops pods with a lower cost first (pkg/controller/controller_utils.go, ActivePodsWithRanks). */
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/**
 * Has exactly `count` of the canary's pods listed behind their Service. A pod leaves the endpoints by a label and goes on answering, so that no
 * request meets a pod that is being stopped; its Deployment stops it before the others once it is scaled down.
 * @returns whether anything was changed, so that the proxies have to hear of it
 */
export async function listCanaryPods(
  cluster: Cluster,
  app: App,
  isolation: Isolation,
  count: number,
  signal: AbortSignal,
): Promise<boolean> {
  const [key, value] = endpointLabel(app, isolation);
  const pods = await livePods(cluster, app, isolation, signal);
  const isListed = isListedBy(app, isolation);
  const listed = pods.filter(isListed).sort((a, b) => Number(isReady(b)) - Number(isReady(a)));
  const label = (pod: V1Pod, to: string | null) =>
    cluster.merge(
      POD,
      pod.metadata?.name ?? '',
      { metadata: { labels: { [key]: to }, annotations: { [DELETION_COST]: to === null ? '-1000' : null } } },
      signal,
    );
  const leaving = listed.slice(count);
  const returning = pods.filter((pod) => !isListed(pod)).slice(0, Math.max(0, count - listed.length));
  await Promise.all([...leaving.map((pod) => label(pod, null)), ...returning.map((pod) => label(pod, value))]);
  return leaving.length + returning.length > 0;
}

/** How many of the canary's pods are listed behind their Service, ready or not. */
export async function countListed(cluster: Cluster, app: App, isolation: Isolation, signal: AbortSignal): Promise<number> {
  return (await livePods(cluster, app, isolation, signal)).filter(isListedBy(app, isolation)).length;
}

async function livePods(cluster: Cluster, app: App, isolation: Isolation, signal: AbortSignal): Promise<V1Pod[]> {
  const pods = await cluster.list(POD, { labels: matchLabels(canarySelector(app, isolation)) }, signal);
  return pods.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
}

function isListedBy(app: App, isolation: Isolation): (pod: V1Pod) => boolean {
  const [key, value] = endpointLabel(app, isolation);
  return ({ metadata }) => metadata?.labels?.[key] === value;
}
