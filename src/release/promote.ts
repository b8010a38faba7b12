import type { V1Deployment } from '@kubernetes/client-node';
import type { Verdict } from '../slo/objective.js';
import { listCanaryPods } from '../target/kubernetes/workload/canary-endpoints.js';
import { waitForRollout } from '../target/kubernetes/workload/rollout.js';
import { promoteConfig } from './config.js';
import { type Gate, judgeHold } from './judge-hold.js';
import { leaveNothingBehind } from './leave.js';
import { holdStable, runCanary } from './raise.js';
import { ended, type PromotionStage, type Release } from './record.js';
import { readStable, setStableImage, setStableTemplate, stableTarget, templateHashOf, waitForStableEndpoints } from './stable.js';
import type { Attempt } from './undo.js';
import { announce, now, settle, type Work, waitOf, withStep } from './work.js';

/** `surge`: the canary carries all traffic while stable is updated. `in-place`: the split stays, for clusters without room. */
export type Promotion = 'surge' | 'in-place';

/** Makes the canary's version the stable one and removes the canary. Continues where a killed process left off. */
export async function promote(
  work: Work,
  before: Release,
  { promotion, gate }: { readonly promotion: Promotion; readonly gate?: Gate | undefined },
): Promise<Attempt> {
  const surges = promotion === 'surge' && work.router.kind !== 'replicas';
  if (promotion === 'surge' && !surges)
    work.log.info('Without a router the traffic can not stay on the canary: stable is updated in place.');
  let release = before;
  let verdict: Verdict | undefined;
  const from = before.phase === 'promoting' ? before.stage : undefined;
  if (isDue('shifted', from)) {
    release = surges ? await moveAllTraffic(work, release) : await announceStage(work, release, 'shifted', release.weight);
    const judged = surges && gate ? await judgeHold(work, release, gate) : undefined;
    if (judged?.failure !== undefined) return judged;
    if (judged) ({ release, verdict } = judged);
  }
  if (isDue('updating-stable', from)) release = await updateStable(work, release);
  if (isDue('returning', from)) release = await returnTraffic(work, release);
  release = await announceStage(work, release, 'draining', 0);
  await leaveNothingBehind(work, release);
  const promoted = { ...ended(release, 'promoted', now(work)), weight: 0 };
  const known = await announce(work, promoted, {
    canary: { ...promoted.canary, templateHash: await templateHashOf(work, await readStable(work)) },
    ...withStep(work, promoted),
  });
  return { release: known, verdict, failure: undefined };
}

const ORDER: readonly PromotionStage[] = ['shifted', 'updating-stable', 'returning', 'draining'];

/** A stage that was announced may not have been finished, so it is done again; the ones before it are over. */
const isDue = (stage: PromotionStage, from: PromotionStage | undefined): boolean =>
  from === undefined || ORDER.indexOf(stage) >= ORDER.indexOf(from);

const announceStage = (work: Work, release: Release, stage: PromotionStage, weight: number): Promise<Release> =>
  announce(work, release, { phase: 'promoting', stage, weight });

async function moveAllTraffic(work: Work, before: Release): Promise<Release> {
  return work.log.group('Promote: all traffic to the canary', async () => {
    const release = await announceStage(work, before, 'shifted', 100);
    if (before.phase === 'starting') await holdStable(work, release);
    const pods = work.router.canaryReplicas(100, release.stableReplicas);
    if (before.phase !== 'starting') await listCanaryPods(work.cluster, work.app, work.router.isolation, pods, work.held.signal);
    await runCanary(work, release, pods);
    await work.router.admit(work.held.signal);
    await settle(work);
    await work.router.shift({ percent: 100, pods, testers: release.testers }, work.held.signal);
    await settle(work);
    const proof = await work.proveSplit(100, before.weight === 100 ? 0 : before.weight, { signal: work.held.signal });
    return { ...release, ...withStep(work, release, proof) };
  });
}

async function updateStable(work: Work, before: Release): Promise<Release> {
  return work.log.group('Promote: stable gets the new version', async () => {
    const release = await announceStage(work, before, 'updating-stable', before.weight);
    const written = await updateToCanary(work, release);
    await waitForRollout(work.cluster, stableTarget(work, release.canary.image, written), waitOf(work));
    await waitForStableEndpoints(work, release, written);
    await settle(work);
    return release;
  });
}

/** Stable gets what the canary has proven, and no more than that: the image, or the manifest's whole template and its ConfigMaps. */
async function updateToCanary(work: Work, release: Release): Promise<V1Deployment> {
  if (!work.app.next) return setStableImage(work, release, release.canary.image);
  await promoteConfig(work, release);
  return setStableTemplate(work, work.app.next.template);
}

/** Back to stable in two moves, each proven, so that stable's fresh pods meet the load in two halves. */
async function returnTraffic(work: Work, before: Release): Promise<Release> {
  return work.log.group('Promote: traffic back to stable', async () => {
    let release = before;
    for (const weight of before.weight > 50 ? [50, 0] : [0]) {
      const previous = release.weight;
      release = await announceStage(work, release, 'returning', weight);
      const pods = work.router.canaryReplicas(100, release.stableReplicas);
      await work.router.shift({ percent: weight, pods, testers: release.testers }, work.held.signal);
      await settle(work);
      const proof = await work.proveSplit(weight, previous, {
        signal: work.held.signal,
        hasTesters: release.testers !== undefined,
      });
      release = { ...release, ...withStep(work, release, proof) };
    }
    return release;
  });
}
