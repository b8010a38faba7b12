import { UserError } from '../../../action/errors.js';
import type { Cluster } from '../cluster.js';
import { POD } from '../kinds.js';
import { matchLabels } from '../selection.js';
import type { Router } from './router.js';

/** kube-proxy acts on an endpoint change within a second (--iptables-min-sync-period); clients keep connections that they have. */
const SETTLE_MS = 2000;
const MAX_CANARY_PER_STABLE = 4;

export interface ReplicasRouterOptions {
  /** Labels that only the canary's pods have. */
  readonly canaryLabels: Readonly<Record<string, string>>;
  /** One label that the Service selects by; a canary pod that loses its value leaves the endpoints and goes on answering. */
  readonly endpointLabel: readonly [key: string, value: string];
}

/**
 * Without a router the ratio of pods is the split: the canary's pods stand beside stable's behind the same Service, so the share moves when
 * pods come and go, in steps of a whole pod.
 */
export function replicasRouter(cluster: Cluster, { canaryLabels, endpointLabel: [key, value] }: ReplicasRouterOptions): Router {
  /** A pod leaves the endpoints first and is stopped later, so that no request meets a pod that is going away. */
  const leaveEndpoints = async (signal: AbortSignal) => {
    const pods = await cluster.list(POD, { labels: matchLabels({ ...canaryLabels, [key]: value }) }, signal);
    const relabel = { metadata: { labels: { [key]: `${value}-drained`.slice(0, 63) } } };
    await Promise.all(pods.map((pod) => cluster.merge(POD, pod.metadata?.name ?? '', relabel, signal)));
  };
  return {
    kind: 'replicas',
    memory: { kind: 'replicas' },
    isolation: 'shared',
    settleMs: SETTLE_MS,
    canaryReplicas(percent, stableReplicas) {
      const needed = percent >= 100 ? stableReplicas : Math.max(1, Math.round((percent * stableReplicas) / (100 - percent)));
      if (needed > MAX_CANARY_PER_STABLE * stableReplicas) {
        throw new UserError(
          `${percent} % without a router needs ${needed} canary pods beside ${stableReplicas} of stable. Use an HTTPRoute, a lower weight, or 100 to promote.`,
        );
      }
      return needed;
    },
    admit: async () => undefined,
    shift: async (percent, signal) => {
      if (percent === 0) await leaveEndpoints(signal);
    },
    leave: async () => undefined,
  };
}
