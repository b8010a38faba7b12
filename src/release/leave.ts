import { DEPLOYMENT, type Kind, POD_DISRUPTION_BUDGET, SERVICE } from '../target/kubernetes/kinds.js';
import type { Owned } from '../target/kubernetes/own-object.js';
import { giveUpOwnership } from '../target/kubernetes/ownership.js';
import { removeOwn } from '../target/kubernetes/remove-own.js';
import { restoreMinimum, untilTrafficCounts } from '../target/kubernetes/surroundings/autoscaler.js';
import { canaryName } from '../target/kubernetes/workload/app.js';
import { isOfSuite } from '../target/kubernetes/workload/canary-objects.js';
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
    const remove = <T extends Owned>(kind: Kind<T>) => removeOwn(cluster, kind, canaryName(app.name), isOfSuite, held.signal);
    await remove(DEPLOYMENT);
    if (router.isolation === 'isolated') await remove(SERVICE);
    if (release.budget) await remove(POD_DISRUPTION_BUDGET);
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
