import { UserError } from '../../../action/errors.js';
import type { Cluster } from '../cluster.js';
import type { App } from '../workload/app.js';
import { listCanaryPods } from '../workload/canary-endpoints.js';
import type { Router } from './router.js';

/** kube-proxy acts on an endpoint change within a second (--iptables-min-sync-period); clients keep connections that they have. */
const SETTLE_MS = 2000;
const MAX_CANARY_PER_STABLE = 4;

/**
 * Without a router the ratio of pods is the split: the canary's pods stand beside stable's behind the same Service, so the share moves when
 * pods come and go, in steps of a whole pod.
 */
export function replicasRouter(cluster: Cluster, app: App): Router {
  const canaryReplicas = (percent: number, stableReplicas: number) => {
    const needed = percent >= 100 ? stableReplicas : Math.max(1, Math.round((percent * stableReplicas) / (100 - percent)));
    if (needed > MAX_CANARY_PER_STABLE * stableReplicas) {
      throw new UserError(
        `${percent} % without a router needs ${needed} canary pods beside ${stableReplicas} of stable. Use an HTTPRoute, a lower weight, or 100 to promote.`,
      );
    }
    return needed;
  };
  return {
    kind: 'replicas',
    memory: { kind: 'replicas' },
    isolation: 'shared',
    settleMs: SETTLE_MS,
    settleReason: 'every node hears of changed endpoints within it',
    departure: async () => undefined,
    liveShare: async () => undefined,
    canaryReplicas,
    reachableShare(percent, stableReplicas) {
      const canary = canaryReplicas(percent, stableReplicas);
      return (100 * canary) / (canary + stableReplicas);
    },
    admit: async () => undefined,
    shift: async ({ percent, pods }, signal) => {
      await listCanaryPods(cluster, app, 'shared', percent === 0 ? 0 : pods, signal);
    },
    leave: async () => undefined,
  };
}
