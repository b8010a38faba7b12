import type { Release } from '../../../release/record/record.js';
import { DEPLOYMENT } from '../api/kinds.js';
import { giveUpOwnership } from '../api/ownership.js';
import { type KubernetesMemory, kubernetesOf } from '../memory.js';
import { pauseAgain } from '../stable/paused-stable.js';
import { restoreMinimum, untilTrafficCounts } from '../surroundings/autoscaler.js';
import { settle, type Work } from '../work.js';
import { removeCanary } from './remove-canary.js';

/**
 * Once nothing is routed to the canary: the route as it was, then the drain, then the canary's objects; last, what the release held of stable.
 * Nothing of ours stays but what somebody's finalizer keeps.
 * @returns the release, which says what is kept
 */
export function leaveNothingBehind(work: Work, release: Release): Promise<Release> {
  const { router, held } = work;
  return work.log.group('Remove the canary', async () => {
    await router.leave(held.signal);
    await settle(work);
    const kept = await removeCanary(work, release);
    await giveStableBack(work, kubernetesOf(release));
    return { ...release, ...(kept.length > 0 && { kept }) };
  });
}

/** Stable's Deployment and autoscaler as their owners had them, without a claim of ours. */
export async function giveStableBack(work: Work, stable: Pick<KubernetesMemory, 'deployment' | 'autoscaler'>): Promise<void> {
  const { cluster, held } = work;
  if (stable.autoscaler) {
    await untilTrafficCounts(cluster, stable.autoscaler, work, held.signal);
    await restoreMinimum(cluster, stable.deployment, stable.autoscaler, held.signal);
  }
  await pauseAgain(work);
  await giveUpOwnership(cluster, DEPLOYMENT, stable.deployment, held.signal);
}
