import { DEPLOYMENT, POD_DISRUPTION_BUDGET, SERVICE } from '../target/kubernetes/kinds.js';
import { giveUpOwnership } from '../target/kubernetes/ownership.js';
import { restoreMinimum, untilTrafficCounts } from '../target/kubernetes/surroundings/autoscaler.js';
import { canaryName } from '../target/kubernetes/workload/app.js';
import { dropCanaryConfig } from './config.js';
import { pauseAgain } from './paused-stable.js';
import type { Release } from './record.js';
import { settle, type Work } from './work.js';

/**
 * Once nothing is routed to the canary: the route as it was, then the drain, then the canary's objects; last, what the release held of stable.
 * Nothing of ours stays.
 */
export async function leaveNothingBehind(work: Work, release: Release): Promise<void> {
  const { cluster, app, router, held } = work;
  await work.log.group('Remove the canary', async () => {
    await router.leave(held.signal);
    await settle(work);
    await cluster.remove(DEPLOYMENT, canaryName(app.name), {}, held.signal);
    if (router.isolation === 'isolated') await cluster.remove(SERVICE, canaryName(app.name), {}, held.signal);
    if (release.budget) await cluster.remove(POD_DISRUPTION_BUDGET, canaryName(app.name), {}, held.signal);
    await dropCanaryConfig(work, release);
    await giveStableBack(work, release);
  });
}

/** Stable's Deployment and autoscaler as their owners had them, without a claim of ours. */
export async function giveStableBack(work: Work, release: Pick<Release, 'deployment' | 'autoscaler'>): Promise<void> {
  const { cluster, held } = work;
  if (release.autoscaler) {
    await untilTrafficCounts(cluster, release.autoscaler, work, held.signal);
    await restoreMinimum(cluster, release.deployment, release.autoscaler, held.signal);
  }
  await pauseAgain(work);
  await giveUpOwnership(cluster, DEPLOYMENT, release.deployment, held.signal);
}
