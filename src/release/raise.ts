import { isDeepStrictEqual } from 'node:util';
import { DEPLOYMENT, POD_DISRUPTION_BUDGET, SERVICE } from '../target/kubernetes/kinds.js';
import type { Share } from '../target/kubernetes/routers/router.js';
import type { Testers } from '../target/kubernetes/routers/testers.js';
import { raiseMinimum } from '../target/kubernetes/surroundings/autoscaler.js';
import { canaryName } from '../target/kubernetes/workload/app.js';
import { listCanaryPods } from '../target/kubernetes/workload/canary-endpoints.js';
import { canaryBudget, canaryDeployment, canaryService } from '../target/kubernetes/workload/canary-objects.js';
import { waitForEndpoints, waitForRollout } from '../target/kubernetes/workload/rollout.js';
import { applyCanaryConfig } from './config.js';
import type { Release } from './record.js';
import { announce, canaryTarget, settle, type Work, waitOf, withStep } from './work.js';

/** What a step asks of a release besides going on. */
export interface Target {
  /** Share of the traffic, 1–99 percent. */
  readonly weight: number;
  /** Canary pods, when not as many as the share asks for. */
  readonly pods?: number | undefined;
  /** Who gets the canary at any weight; undefined leaves that as it is. */
  readonly testers?: Testers | undefined;
}

/**
 * Gives the canary its share of the traffic: pods first, then the weight; when the weight falls, the other way round. Done before, it changes
 * nothing.
 */
export async function raise(work: Work, before: Release, target: Target): Promise<Release> {
  const { weight } = target;
  const testers = target.testers ?? before.testers;
  const previous = before.weight;
  const isFirst = before.phase === 'starting';
  const pods = target.pods ?? work.router.canaryReplicas(weight, before.stableReplicas);
  const current = isFirst && previous === 0 ? 0 : await canaryReplicasNow(work);
  const share: Share = { percent: weight, pods, testers };
  const isSame = previous === weight && current === pods && isDeepStrictEqual(testers, before.testers);
  if (before.phase === 'holding' && isSame && lastStepReached(before, weight)) {
    await waitForRollout(work.cluster, canaryTarget(work, before), waitOf(work));
    await work.router.shift(share, work.held.signal);
    return before;
  }

  const release = await announce(work, before, { weight, ...(testers && { testers }) });
  await work.log.group(`Canary at ${weight} %: pods`, async () => {
    if (isFirst) await holdStable(work, release);
    else if (pods >= current) await listCanaryPods(work.cluster, work.app, work.router.isolation, pods, work.held.signal);
    await runCanary(work, release, Math.max(pods, isFirst ? 0 : current));
    await work.router.admit(work.held.signal);
    if (isFirst || pods > current) await settle(work);
  });
  const proof = await work.log.group(`Canary at ${weight} %: traffic`, async () => {
    await work.router.shift(share, work.held.signal);
    await settle(work);
    return work.proveSplit(reachable(work, release, weight), reachable(work, release, weight === previous ? 0 : previous), {
      signal: work.held.signal,
      hasTesters: testers !== undefined,
    });
  });
  if (pods < current && !isFirst) await shrinkCanary(work, release, pods);
  const holding: Release = { ...release, phase: 'holding' };
  return announce(work, holding, withStep(work, holding, proof));
}

const reachable = ({ router }: Work, { stableReplicas }: Release, weight: number): number =>
  weight === 0 ? 0 : router.reachableShare(weight, stableReplicas);

/** Keeps stable at its size while the traffic is elsewhere, so that an abort finds the capacity it needs. */
export async function holdStable(work: Work, { autoscaler, deployment }: Release): Promise<void> {
  if (!autoscaler) return;
  work.log.info(
    `Autoscaler ${autoscaler.name}: minReplicas ${autoscaler.minReplicas} → ${autoscaler.raisedTo} until the release is over`,
  );
  await raiseMinimum(work.cluster, deployment, autoscaler, work.held.signal);
}

/** Applies the canary's objects with this many replicas and waits until all of them are ready and listed. */
export async function runCanary(work: Work, release: Release, replicas: number): Promise<void> {
  const { app, cluster, router, held } = work;
  const plan = { app, image: release.canary.image, replicas, releaseId: release.id, isolation: router.isolation };
  if (release.budget)
    await cluster.apply(POD_DISRUPTION_BUDGET, canaryBudget(plan, release.budget), { force: false }, held.signal);
  await applyCanaryConfig(work, release);
  const written = await cluster.apply(DEPLOYMENT, canaryDeployment(plan), { force: false }, held.signal);
  if (router.isolation === 'isolated') await cluster.apply(SERVICE, canaryService(plan), { force: false }, held.signal);
  await waitForRollout(cluster, { ...canaryTarget(work, release), written }, waitOf(work));
  if (router.isolation === 'isolated') await waitForEndpoints(cluster, canaryName(app.name), replicas, waitOf(work));
}

/** Takes canary pods away that the share no longer needs: out of the endpoints first, stopped when no proxy knows them any more. */
async function shrinkCanary(work: Work, release: Release, pods: number): Promise<void> {
  const { cluster, app, router, held } = work;
  if (await listCanaryPods(cluster, app, router.isolation, pods, held.signal)) await settle(work);
  await runCanary(work, release, pods);
}

const lastStepReached = ({ steps }: Release, weight: number): boolean => steps.at(-1)?.weight === weight;

async function canaryReplicasNow({ cluster, app, held }: Work): Promise<number> {
  return (await cluster.read(DEPLOYMENT, canaryName(app.name), held.signal))?.spec?.replicas ?? 0;
}
