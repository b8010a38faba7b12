import type { Release } from '../../../release/record/record.js';
import { HORIZONTAL_POD_AUTOSCALER } from '../api/kinds.js';
import { type App, replicasOf } from '../app/app.js';
import { kubernetesOf, withKubernetes } from '../memory.js';
import { type AutoscalerMemory, planGrowth, raiseMinimum, writtenBack } from '../surroundings/autoscaler.js';
import { announce, type Work } from '../work.js';

/** Keeps stable at its size while the traffic is elsewhere, so that an abort finds the capacity it needs. */
export async function holdStable(work: Work, release: Release): Promise<void> {
  const { autoscaler, deployment } = kubernetesOf(release);
  if (!autoscaler) return;
  work.log.info(
    `Autoscaler ${autoscaler.name}: minReplicas ${autoscaler.minReplicas} → ${autoscaler.raisedTo} until the release is over`,
  );
  await raiseMinimum(work.cluster, deployment, autoscaler, work.held.signal);
}

/** What a later step of a release still holds of stable. @returns the release, which says what that is */
export async function keepHolding(work: Work, release: Release): Promise<Release> {
  return holdGrownStable(work, await holdAgain(work, release));
}

/** Git or a person may have written the minimum back, and stable would shrink beside a canary with half of the traffic. */
async function holdAgain(work: Work, release: Release): Promise<Release> {
  const { autoscaler } = kubernetesOf(release);
  if (!autoscaler || release.phase === 'starting') return release;
  const live = await work.cluster.read(HORIZONTAL_POD_AUTOSCALER, autoscaler.name, work.held.signal);
  const back = live && writtenBack(live, autoscaler);
  if (!back) return release;
  const { memory, by } = back;
  work.log.warning(
    `Autoscaler ${memory.name} has minReplicas ${memory.minReplicas} again${by === undefined ? '' : `, written by ${by}`}; the release holds it at ${memory.raisedTo}, so that an abort finds the pods that it needs. ` +
      'It is raised once more, and gets that back at the end. Let whatever wrote it leave minReplicas alone for so long (docs/gitops.md).',
  );
  const known = await announceHeld(work, release, memory);
  await holdStable(work, known);
  return known;
}

/**
 * An autoscaler may have made stable larger since the release began: then the load has grown, and an abort needs as many pods as there are now.
 * @returns the release, which says what is held
 */
async function holdGrownStable(work: Work, release: Release): Promise<Release> {
  if (!hasGrown(work.app, release)) return release;
  const autoscaler = await planGrownHold(work, release, work.held.signal);
  const known = autoscaler ? await announceHeld(work, release, autoscaler) : release;
  // Also what is on record already: the step that put it there may have been killed before it wrote it.
  await holdStable(work, known);
  return known;
}

const announceHeld = (work: Work, release: Release, autoscaler: AutoscalerMemory): Promise<Release> =>
  announce(work, release, withKubernetes(release, { autoscaler }));

/** @returns undefined when nothing more is to be held than is on record */
async function planGrownHold(
  { app, cluster }: Pick<Work, 'app' | 'cluster'>,
  release: Release,
  signal: AbortSignal,
): Promise<AutoscalerMemory | undefined> {
  if (!hasGrown(app, release)) return undefined;
  const { deployment, autoscaler } = kubernetesOf(release);
  const autoscalers = await cluster.list(HORIZONTAL_POD_AUTOSCALER, {}, signal);
  return planGrowth(autoscalers, deployment, replicasOf(app.deployment), autoscaler);
}

const hasGrown = ({ deployment }: App, release: Release): boolean =>
  release.phase === 'holding' && replicasOf(deployment) > kubernetesOf(release).stableReplicas;
