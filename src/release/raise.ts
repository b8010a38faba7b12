import { DEPLOYMENT, SERVICE } from '../target/kubernetes/kinds.js';
import { canaryName } from '../target/kubernetes/workload/app.js';
import { canaryDeployment, canaryService } from '../target/kubernetes/workload/canary-objects.js';
import { waitForEndpoints, waitForRollout } from '../target/kubernetes/workload/rollout.js';
import type { Release } from './record.js';
import { announce, canaryTarget, settle, type Work, waitOf, withStep } from './work.js';

/**
 * Gives the canary `weight` percent of the traffic: pods first, then the weight; when the weight falls, the other way round. Done before,
 * it changes nothing.
 */
export async function raise(work: Work, before: Release, weight: number): Promise<Release> {
  const previous = before.weight;
  const isFirst = before.phase === 'starting';
  const isFresh = isFirst && previous === 0;
  const replicas = work.router.canaryReplicas(weight, before.stableReplicas);
  const current = isFresh ? 0 : await canaryReplicasNow(work);
  if (before.phase === 'holding' && previous === weight && current === replicas && lastStepReached(before, weight)) {
    await waitForRollout(work.cluster, canaryTarget(work, before), waitOf(work));
    await work.router.shift(weight, work.held.signal);
    return before;
  }

  const release = await announce(work, before, { weight });
  await work.log.group(`Canary at ${weight} %: pods`, async () => {
    await runCanary(work, release, Math.max(replicas, isFirst ? 0 : current));
    await work.router.admit(work.held.signal);
    if (isFirst || replicas > current) await settle(work);
  });
  const proof = await work.log.group(`Canary at ${weight} %: traffic`, async () => {
    await work.router.shift(weight, work.held.signal);
    await settle(work);
    return work.proveSplit(weight, weight === previous ? 0 : previous, work.held.signal);
  });
  if (replicas < current && !isFirst) await runCanary(work, release, replicas);
  const holding: Release = { ...release, phase: 'holding' };
  return announce(work, holding, withStep(work, holding, proof));
}

/** Applies the canary's objects with this many replicas and waits until all of them are ready and listed. */
export async function runCanary(work: Work, release: Release, replicas: number): Promise<void> {
  const { app, cluster, router, held } = work;
  const plan = { app, image: release.canary.image, replicas, releaseId: release.id, isolation: router.isolation };
  const written = await cluster.apply(DEPLOYMENT, canaryDeployment(plan), { force: false }, held.signal);
  if (router.isolation === 'isolated') await cluster.apply(SERVICE, canaryService(plan), { force: false }, held.signal);
  await waitForRollout(cluster, { ...canaryTarget(work, release), written }, waitOf(work));
  if (router.isolation === 'isolated') await waitForEndpoints(cluster, canaryName(app.name), replicas, waitOf(work));
}

const lastStepReached = ({ steps }: Release, weight: number): boolean => steps.at(-1)?.weight === weight;

async function canaryReplicasNow({ cluster, app, held }: Work): Promise<number> {
  return (await cluster.read(DEPLOYMENT, canaryName(app.name), held.signal))?.spec?.replicas ?? 0;
}
