import { UserError } from '../../../action/errors.js';
import type { Cluster } from '../cluster.js';
import type { App } from '../workload/app.js';
import { listCanaryPods } from '../workload/canary-endpoints.js';
import type { Router } from './router.js';

/** kube-proxy acts on an endpoint change within a second (--iptables-min-sync-period); clients keep connections that they have. */
const SETTLE_MS = 2000;
const MAX_CANARY_PER_STABLE = 4;

const podsNearest = (percent: number, stableReplicas: number): number =>
  percent >= 100 ? stableReplicas : Math.max(1, Math.round((percent * stableReplicas) / (100 - percent)));

/** @throws UserError when that would be many times more pods than stable has */
function podsOf(percent: number, stableReplicas: number): number {
  const needed = podsNearest(percent, stableReplicas);
  if (needed > MAX_CANARY_PER_STABLE * stableReplicas) {
    throw new UserError(
      `${percent} % without a router needs ${needed} canary pods beside ${stableReplicas} of stable. Use an HTTPRoute, a lower weight, or 100 to promote.`,
    );
  }
  return needed;
}

/** The share that whole pods give the canary, in percent. */
export function shareOfPods(percent: number, stableReplicas: number): number {
  const canary = podsNearest(percent, stableReplicas);
  return (100 * canary) / (canary + stableReplicas);
}

/**
 * Without a router the ratio of pods is the split: the canary's pods stand beside stable's behind the same Service, so the share moves when
 * pods come and go, in steps of a whole pod.
 */
export function replicasRouter(cluster: Cluster, app: App): Router {
  return {
    kind: 'replicas',
    memory: { kind: 'replicas' },
    isolation: 'shared',
    settleMs: SETTLE_MS,
    settleReason: 'every node hears of changed endpoints within it',
    departure: async () => undefined,
    liveShare: async () => undefined,
    canaryReplicas: podsOf,
    reachableShare: shareOfPods,
    admit: async () => undefined,
    shift: async ({ percent, pods }, signal) => {
      await listCanaryPods(cluster, app, 'shared', percent === 0 ? 0 : pods, signal);
    },
    leave: async () => undefined,
  };
}
