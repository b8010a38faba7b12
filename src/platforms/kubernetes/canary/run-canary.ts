import type { V1Deployment } from '@kubernetes/client-node';
import { isAtItsFirstStep, type Release } from '../../../release/record/record.js';
import { DEPLOYMENT, type Kind, POD_DISRUPTION_BUDGET, SERVICE } from '../api/kinds.js';
import { bringOwn, type Owned } from '../api/own-object.js';
import { canaryName, templateOf } from '../app/app.js';
import { canaryBudget, canaryDeployment, canaryService, isOfRelease } from '../canary-objects/canary-objects.js';
import { bringCanaryConfig } from '../config-maps/config.js';
import { refuseChanged } from '../evidence/canary-change.js';
import { kubernetesOf } from '../memory.js';
import { versionOf } from '../pods/pod-version.js';
import { waitForEndpoints, waitForRollout } from '../rollout/rollout.js';
import { announce, canaryTarget, type Work, waitOf } from '../work.js';
import { stableSize } from './reachable.js';

/** Canary pods for a share of the traffic, beside stable as it is now. */
export const podsFor = (percent: number, work: Pick<Work, 'app' | 'router'>, stableReplicas: number): number =>
  work.router.canaryReplicas(percent, stableSize(work, stableReplicas));

/**
 * Brings the canary's objects with this many replicas and waits until all of them are ready.
 * @param listed how many must be in the endpoints: a step that was killed may have taken out the others, which the share no longer needs
 */
export async function runCanary(work: Work, release: Release, replicas: number, listed = replicas): Promise<void> {
  await awaitCanary(work, release, await writeCanary(work, release, replicas), listed);
}

/**
 * The same on the way forward, where the canary has to be the version that is released.
 * @returns the release, which says what the API server made of the canary's pod template
 * @throws UserError when somebody has added to it what stays
 */
export async function bringCanary(work: Work, release: Release, replicas: number, listed = replicas): Promise<Release> {
  const written = await writeCanary(work, release, replicas);
  if (release.canaryVersion !== undefined) refuseChanged(release, written);
  const canaryVersion = versionOf(templateOf(written));
  const known = canaryVersion === release.canaryVersion ? release : await announce(work, release, { canaryVersion });
  await awaitCanary(work, known, written, listed);
  return known;
}

async function writeCanary(work: Work, release: Release, replicas: number): Promise<V1Deployment> {
  const { app, cluster, router, held } = work;
  const plan = { app, image: release.canary.image, replicas, releaseId: release.id, isolation: router.isolation };
  const isOurs = isOfRelease(release.id);
  const bring = <T extends Owned>(kind: Kind<T>, object: T): Promise<T> =>
    bringOwn(cluster, { kind, object, isOurs }, isAtItsFirstStep(release), held.signal);
  const { budget } = kubernetesOf(release);
  if (budget) await bring(POD_DISRUPTION_BUDGET, canaryBudget(plan, budget));
  await bringCanaryConfig(work, release);
  const written = await bring(DEPLOYMENT, canaryDeployment(plan));
  if (router.isolation === 'isolated') await bring(SERVICE, canaryService(plan));
  return written;
}

async function awaitCanary(work: Work, release: Release, written: V1Deployment, listed: number): Promise<void> {
  const { app, cluster, router } = work;
  await waitForRollout(cluster, { ...canaryTarget(work, release), written }, waitOf(work));
  if (router.isolation === 'isolated') await waitForEndpoints(cluster, canaryName(app.name), { count: listed }, waitOf(work));
}
