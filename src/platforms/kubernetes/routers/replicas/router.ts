import { UserError } from '../../../../kernel/errors.js';
import type { Cluster } from '../../api/cluster.js';
import { DEPLOYMENT } from '../../api/kinds.js';
import { lastOtherWriter } from '../../api/ownership.js';
import { type App, canaryName, replicasOf } from '../../app/app.js';
import { countListed, listCanaryPods } from '../../canary-objects/canary-endpoints.js';
import { FAR, podsNearest, shareOfPods } from '../../canary-objects/whole-pods.js';
import type { LoadedRouter, Router } from '../../router.js';
import { ABILITIES } from './kind.js';

/** kube-proxy acts on an endpoint change within a second (--iptables-min-sync-period); clients keep connections that they have. */
const SETTLE_MS = 2000;
const MAX_CANARY_PER_STABLE = 4;

/** @throws UserError when that would be many times more pods than stable has */
function podsOf(percent: number, stableReplicas: number): number {
  const needed = podsNearest(percent, stableReplicas);
  if (needed > MAX_CANARY_PER_STABLE * stableReplicas) {
    throw new UserError(
      'weight-needs-many-pods',
      `${percent} % without a router needs ${needed} canary pods beside ${stableReplicas} of stable. Use an HTTPRoute, a lower weight, or 100 to promote.`,
    );
  }
  return needed;
}

/** @param percent as whole pods made it; at 0 and 100 no ratio is asked for */
async function departureOfPods(cluster: Cluster, app: App, percent: number, signal: AbortSignal): Promise<string | undefined> {
  if (percent === 0 || percent === 100) return undefined;
  const name = app.deployment.metadata?.name ?? '';
  const [stable, canary, pods] = await Promise.all([
    cluster.read(DEPLOYMENT, name, signal),
    cluster.read(DEPLOYMENT, canaryName(app.name), signal),
    countListed(cluster, app, 'shared', signal),
  ]);
  // What is gone altogether has messages of its own.
  if (!stable || !canary) return undefined;
  const share = (100 * pods) / Math.max(1, pods + replicasOf(stable));
  if (Math.max(share / percent, percent / share) <= FAR) return undefined;
  // Whoever made stable has its replicas too; the canary's are ours.
  const [by] = [canary, stable].flatMap((each) => {
    const writer = lastOtherWriter(each, ['f:spec', 'f:replicas']);
    return writer === undefined ? [] : [`Deployment ${each.metadata?.name} was given ${replicasOf(each)} by ${writer}. `];
  });
  const shown = (value: number) => Number(value.toFixed(1));
  return (
    `Without a route whole pods are the split: ${pods} of the canary beside ${replicasOf(stable)} of stable are ${shown(share)} %, and the canary was given ${shown(percent)} %. ` +
    `${by ?? ''}Put the numbers back, then run the step again.`
  );
}

/**
 * Without a router the ratio of pods is the split: the canary's pods stand beside stable's behind the same Service, so the share moves when
 * pods come and go, in steps of a whole pod.
 */
export function replicasRouter(cluster: Cluster, app: App): Router {
  return {
    ...ABILITIES,
    memory: { kind: ABILITIES.kind },
    settleMs: SETTLE_MS,
    settleReason: 'every node hears of changed endpoints within it',
    departure: (percent, signal) => departureOfPods(cluster, app, percent, signal),
    canaryReplicas: podsOf,
    reachableShare: shareOfPods,
    admit: async () => undefined,
    shift: async ({ percent, pods }, signal) => {
      await listCanaryPods(cluster, app, 'shared', percent === 0 ? 0 : pods, signal);
    },
    strays: async () => [],
    leave: async () => undefined,
  };
}

/** Whoever comes by one address, as from behind a company's gateway, goes to one pod. */
const stickyClients = ({ service, namespace }: App): readonly string[] =>
  service.spec?.sessionAffinity === 'ClientIP'
    ? [
        `Service ${namespace}/${service.metadata?.name} has \`sessionAffinity: ClientIP\`: without a route the ratio of pods splits client addresses and not requests, so the canary's share may be far from what is asked for.`,
      ]
    : [];

/** What of this kind is loaded when a release is worked on. */
export const loaded: LoadedRouter = {
  check: async (_app, _seen, testers, problems) => {
    if (testers !== undefined)
      problems.add(
        'tester-rules-impossible',
        'Inputs `header` and `cookie` need an HTTPRoute that tells requests apart; the ratio of pods can not. Leave them out, or add a route.',
      );
  },
  oddities: stickyClients,
  refuseDeparted: () => undefined,
  address: async () => '',
  create: replicasRouter,
  live: async () => undefined,
  traces: async () => [],
};
