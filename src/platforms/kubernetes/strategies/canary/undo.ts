import { UserError } from '../../../../kernel/errors.js';
import { ended, hasTouchedStable, type Release } from '../../../../release/record/record.js';
import { DEPLOYMENT, POD } from '../../api/kinds.js';
import { matchLabels } from '../../api/selection.js';
import { liveImageIn, replicasOf, templateOf } from '../../app/app.js';
import { leaveNothingBehind } from '../../canary/leave.js';
import { runCanary } from '../../canary/run-canary.js';
import { dropNewConfig, hasWrittenConfig } from '../../config-maps/config.js';
import { readyStable, startStable } from '../../going-back/undo-stable.js';
import { kubernetes, kubernetesOf } from '../../memory.js';
import { isReady } from '../../pods/pod.js';
import { isComplete, waitForRollout } from '../../rollout/rollout.js';
import { holdStable } from '../../stable/hold-stable.js';
import {
  describeForeign,
  describeRewritten,
  ForeignStable,
  isForeign,
  isRewritten,
  liveStable,
} from '../../stable/live-stable.js';
import {
  readStable,
  recordedTemplate,
  restoreRevision,
  stableTarget,
  templateHashOf,
  waitForStable,
  waitForStableEndpoints,
} from '../../stable/stable.js';
import { announce, canaryTarget, now, settle, type Work, waitOf, withStep } from '../../work.js';

/**
 * Puts everything back. While stable is untouched the weight goes to 0 at once, before anything is waited for. From `updating-stable` on the
 * canary keeps the traffic until stable runs its recorded version again: all traffic is always on a revision that is fully ready.
 * @throws UserError when stable can't be restored; the traffic then stays where it is served, and the message says where
 */
export async function undo(work: Work, before: Release, reason: string): Promise<Release> {
  let release = await announce(work, before, { phase: 'aborting', reason });
  if (hasTouchedStable(before)) {
    release = await restoreStable(work, release);
    await dropNewConfig(work, release);
  }
  if (release.weight > 0) release = await readyStable(work, release);
  await work.log.group('Abort: weight 0', async () => {
    const previous = release.weight;
    await work.router.shift({ percent: 0, pods: 0, testers: release.testers }, work.held.signal);
    work.log.info(`The canary's weight is 0 (${reason}).`);
    release = await announce(work, release, { weight: 0 });
    await settle(work);
    // An abort that was cut, or that the router did not follow, has 0 on record and has not proven it.
    if (previous > 0 || before.phase === 'aborting') await tellShare(work, previous);
  });
  if (before.weight > 0) release = await keepStable(work, release);
  const left = await leaveNothingBehind(work, release);
  const aborted = ended(left, 'aborted', { at: now(work), by: work.runUrl, platform: kubernetes });
  return announce(work, aborted, withStep(work, aborted));
}

/** Somebody may have scaled stable to 0 between the last look at it and the shift: nothing answers then, and nobody else sees to it. */
async function keepStable(work: Work, before: Release): Promise<Release> {
  const live = await readStable(work).catch(() => undefined);
  if (live === undefined || replicasOf(live) > 0) return before;
  const { release, written } = await startStable(work, before, live);
  await waitForStable(work, release, written);
  await waitForStableEndpoints(work, release, written);
  return release;
}

/**
 * What is measured is told, and undoes nothing. Where pods are the split, clients keep the connections that they have until the canary's pods end, so
 * there is nothing to wait for.
 */
async function tellShare({ router, proveSplit, held, log }: Work, previous: number): Promise<void> {
  if (router.isolation === 'shared') return;
  try {
    await proveSplit(0, previous, { signal: held.signal, demand: 'expected', isBrief: true });
  } catch (error) {
    held.signal.throwIfAborted();
    log.warning(`The abort goes on all the same: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Stable may be half updated: the canary takes the traffic, or keeps it, until stable is whole again. */
async function restoreStable(work: Work, before: Release): Promise<Release> {
  return work.log.group('Abort: stable back to its version', async () => {
    const live = liveStable(await readStable(work), kubernetesOf(before).container);
    if (isForeign(before, live)) return leaveForeign(work, before, describeForeign(before, live));
    if (isRewritten(before, live))
      work.log.warning(`${describeRewritten(before, live)}. Stable goes back as a whole, without that change.`);
    // Done before, or never begun: moving traffic to the canary now would undo what is whole.
    if (await stableIsWhole(work, before)) return before;
    const template = await recordedTemplate(work, before);
    let release = before;
    const carries = (await canaryIsReady(work, release)) || (hasCarriedAll(release) && (await bringCanaryBack(work, release)));
    if (carries && release.weight < 100 && work.router.isolation === 'isolated') release = await letCanaryCarry(work, release);
    try {
      const started = await startStable(work, release, await restoreRevision(work, release, template));
      release = started.release;
      const { written } = started;
      await waitForStable(work, release, written);
      await waitForStableEndpoints(work, release, written);
    } catch (error) {
      if (error instanceof ForeignStable) return leaveForeign(work, release, error.message);
      throw error;
    }
    await settle(work);
    return release;
  });
}

/** The canary keeps its traffic until what somebody has put into stable can take it. */
async function leaveForeign(work: Work, release: Release, what: string): Promise<Release> {
  work.log.warning(`${what}. It is left as it is, and gets all traffic once it is ready.`);
  const stable = await readStable(work);
  await waitForRollout(work.cluster, stableTarget(work, stable), waitOf(work));
  await waitForStableEndpoints(work, release, stable);
  await settle(work);
  return release;
}

/** All traffic to the canary; where somebody took it out of the route, stable goes back with the traffic on it. */
async function letCanaryCarry(work: Work, before: Release): Promise<Release> {
  const release = await announce(work, before, { weight: 100 });
  try {
    if (release.strategy.stage === 'draining') {
      // The promotion that was cut may have taken it out itself.
      await work.router.admit(work.held.signal);
      await settle(work);
    }
    await work.router.shift(
      { percent: 100, pods: kubernetesOf(release).stableReplicas, testers: release.testers },
      work.held.signal,
    );
    await settle(work);
    return release;
  } catch (error) {
    if (!(error instanceof UserError) || work.held.signal.aborted) throw error;
    work.log.warning(`The canary can't take the traffic while stable goes back: ${error.message}`);
    return announce(work, release, { weight: before.weight });
  }
}

/** The promotion moved all traffic to the canary, so the cluster has room for one of that size. */
const hasCarriedAll = ({ steps, weight }: Release): boolean => weight < 100 && steps.some((step) => step.weight === 100);

/**
 * A promotion that was cut while it removed its canary has all traffic on stable: a canary like what stable runs now takes it while stable goes
 * back, because pods that are replaced under traffic lose some of it.
 * @returns whether it runs; a version that does not start any more must not keep stable from going back
 */
async function bringCanaryBack(enduring: Work, release: Release): Promise<boolean> {
  const work = { ...enduring, endures: false };
  try {
    await holdStable(work, release);
    await runCanary(work, release, kubernetesOf(release).stableReplicas);
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    work.log.warning(`The canary could not be brought back, so stable goes back with the traffic on it: ${error.message}`);
    return false;
  }
}

async function stableIsWhole(work: Work, release: Release): Promise<boolean> {
  const { stable } = release;
  const { container, manifest } = kubernetesOf(release);
  const deployment = await readStable(work);
  if (!isComplete(deployment) || replicasOf(deployment) === 0 || liveImageIn(templateOf(deployment), container) !== stable.image)
    return false;
  if (!manifest) return true;
  return (await templateHashOf(work, deployment)) === stable.templateHash && !(await hasWrittenConfig(work, release));
}

/** Pods outlive their Deployment by a moment, and must not be given traffic then. */
async function canaryIsReady(work: Work, release: Release): Promise<boolean> {
  const { deployment, labels } = canaryTarget(work, release);
  const [owner, pods] = await Promise.all([
    work.cluster.read(DEPLOYMENT, deployment, work.held.signal),
    work.cluster.list(POD, { labels: matchLabels(labels) }, work.held.signal),
  ]);
  const isThere = owner !== undefined && owner.metadata?.deletionTimestamp === undefined;
  return isThere && pods.filter(isReady).length >= kubernetesOf(release).stableReplicas;
}
