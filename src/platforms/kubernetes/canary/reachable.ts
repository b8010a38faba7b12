import type { Log } from '../../../kernel/log.js';
import { replicasOf } from '../app/app.js';
import { FAR } from '../canary-objects/whole-pods.js';
import type { Router, Share } from '../router.js';
import type { Work } from '../work.js';

const inPercent = (share: number): string => `${Number(share.toFixed(1))} %`;

/** Says before anything is changed what whole pods make of the share. */
export function tellReachable(
  { shares, reachableShare, canaryReplicas }: Pick<Router, 'shares' | 'reachableShare' | 'canaryReplicas'>,
  percent: number,
  stableReplicas: number,
  log: Pick<Log, 'info' | 'warning'>,
): void {
  if (shares !== 'whole-pods' || percent === 0 || percent === 100) return;
  const [share, pods] = [reachableShare(percent, stableReplicas), canaryReplicas(percent, stableReplicas)];
  const text = `Without a route whole pods are the split: ${pods} of the canary beside ${stableReplicas} of stable are ${inPercent(share)}`;
  const needed = Math.ceil((100 - percent) / percent);
  if (Math.max(share / percent, percent / share) <= FAR) log.info(`${text}; ${percent} % was asked for.`);
  else
    log.warning(
      `${text}, and ${percent} % was asked for. That takes ${needed} pods of stable beside one of the canary, or an HTTPRoute that leads to the Service.`,
    );
}

/**
 * Pods of stable that a share is reckoned by. An autoscaler or a person may have scaled it since the release began: beside a route, a canary must not be
 * too small for the load; where whole pods are the split, those that there are now make the ratio.
 */
export function stableSize({ app, router }: Pick<Work, 'app' | 'router'>, stableReplicas: number): number {
  const now = replicasOf(app.deployment);
  return router.isolation === 'isolated' ? Math.max(stableReplicas, now) : now || stableReplicas;
}

/** The share that so many pods of the canary have beside so many of stable, in percent; a route gives what it is told. */
export const shareOf = ({ isolation }: Pick<Router, 'isolation'>, { percent, pods }: Share, stablePods: number): number =>
  isolation === 'isolated' || percent === 0 ? percent : (100 * pods) / (pods + stablePods);
