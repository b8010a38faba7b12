import type { CoreV1Event, V1Deployment } from '@kubernetes/client-node';
import { UserError } from '../../../kernel/errors.js';
import type { Release } from '../../../release/record/record.js';
import { DEPLOYMENT, EVENT } from '../api/kinds.js';
import { replicasOf } from '../app/app.js';
import { kubernetesOf } from '../memory.js';
import { waitForRollout } from '../rollout/rollout.js';
import { scaleStable, stableTarget, waitForStableEndpoints } from '../stable/stable.js';
import { isThere } from '../survey/undo-survey.js';
import { announce, settle, type Work, waitOf } from '../work.js';
import { canaryServes } from './undo-state.js';

/**
 * Sees to it that stable can take the traffic before it gets it. Somebody may have scaled it to 0 or deleted it since the release began: the canary is
 * then all that answers, however bad.
 * @returns the release, whose reason says what had to be done
 * @throws UserError when stable can't take it and the canary answers: what serves keeps the traffic
 */
export async function readyStable(work: Work, release: Release): Promise<Release> {
  const { cluster, app, held, log } = work;
  const stable = await cluster.read(DEPLOYMENT, kubernetesOf(release).deployment, held.signal);
  const lack = lackOf(work, release, stable);
  if (lack === undefined) return release;
  const canCome =
    stable?.metadata?.deletionTimestamp === undefined && (isThere(app.service) || work.router.isolation === 'shared');
  if (!(await canaryServes(cluster, app.name, held.signal))) {
    log.warning(`${lack}. Nothing of the canary answers either, so the traffic goes back to where it belongs.`);
    return release;
  }
  if (!stable || !canCome) {
    throw new UserError(
      'stable-cannot-serve',
      `${lack}, so it can't take the traffic back; the canary (${release.canary.image}) keeps what it has, because it is what answers. ` +
        `Create it again, then run the rollback action once more.`,
    );
  }
  return replicasOf(stable) === 0 ? scaleUp(work, release, lack) : waitUntilServing(work, release, stable, lack);
}

/**
 * The same on the way forward, before stable gets more than it has: one that is starting is waited for.
 * @throws UserError when it is scaled to 0 or gone
 */
export async function awaitStable(work: Work, release: Release): Promise<void> {
  const stable = await work.cluster.read(DEPLOYMENT, kubernetesOf(release).deployment, work.held.signal);
  const lack = lackOf(work, release, stable);
  if (lack === undefined) return;
  if (!stable || stable.metadata?.deletionTimestamp || replicasOf(stable) === 0)
    throw new UserError(
      'stable-cannot-serve',
      `${lack}, so it can't take more of the traffic. Bring it back, and run this step again.`,
    );
  await waitUntilServing(work, release, stable, lack);
}

/** Why stable can't answer for a single request; undefined when it can. */
function lackOf({ cluster, app, router }: Work, release: Release, stable: V1Deployment | undefined): string | undefined {
  const { deployment, service } = kubernetesOf(release);
  const where = `${cluster.namespace}/`;
  if (!stable || stable.metadata?.deletionTimestamp) return `Deployment ${where}${deployment} is gone`;
  // Where pods are the split, the canary is behind the same Service.
  if (!isThere(app.service) && router.isolation === 'isolated') return `Service ${where}${service} is gone`;
  if (replicasOf(stable) === 0) return `Deployment ${where}${deployment} is scaled to 0`;
  // One that was just made has no status yet.
  return (stable.status?.availableReplicas ?? 0) === 0 ? `No pod of Deployment ${where}${deployment} is available` : undefined;
}

async function scaleUp(work: Work, before: Release, lack: string): Promise<Release> {
  const why = `${lack} while the canary (${before.canary.image}) has traffic`;
  const { release, written } = await scaleToRecorded(work, before, why, 'to take the traffic back');
  return waitUntilServing(work, release, written, lack);
}

/**
 * Gives a stable of no pods the size on record: a version that nobody sees run has not been brought back.
 * @param live as it was just written
 */
export async function startStable(work: Work, before: Release, live: V1Deployment): Promise<Scaled> {
  if (replicasOf(live) > 0) return { release: before, written: live };
  return scaleToRecorded(
    work,
    before,
    `Deployment ${work.cluster.namespace}/${kubernetesOf(before).deployment} is scaled to 0 while ${before.stable.image} is brought back to it`,
    'so that it is seen to run',
  );
}

/** What somebody scales down again while it is waited for. @throws UserError when it has no pod */
export async function refuseScaledDown(work: Work, release: Release): Promise<void> {
  const { deployment } = kubernetesOf(release);
  const live = await work.cluster.read(DEPLOYMENT, deployment, work.held.signal);
  if (!live || replicasOf(live) === 0)
    throw new UserError(
      'stable-scaled-down',
      `Deployment ${work.cluster.namespace}/${deployment} was scaled to 0 again: somebody or something (KEDA, a schedule) scales it down. Stop that, then run the rollback action once more.`,
    );
}

interface Scaled {
  readonly release: Release;
  readonly written: V1Deployment;
}

/** @param why of the person who scaled it down, who is told too */
async function scaleToRecorded(work: Work, before: Release, why: string, purpose: string): Promise<Scaled> {
  const { stableReplicas } = kubernetesOf(before);
  const text = `${why}: it is scaled to ${stableReplicas}, as when the release began, ${purpose}`;
  work.log.warning(`${text}. Scale it down again if that was meant.`);
  const note = `stable was scaled to 0 and is at ${stableReplicas} again`;
  const release = await announce(work, before, { reason: before.reason === undefined ? note : `${before.reason}; ${note}` });
  const written = await scaleStable(work, stableReplicas);
  await leaveEvent(work, written, `${text} (${work.runUrl}).`);
  return { release, written };
}

/** The canary has the traffic meanwhile. */
async function waitUntilServing(work: Work, release: Release, written: V1Deployment, lack: string): Promise<Release> {
  const { cluster, held, log } = work;
  log.info(`${lack}: the canary keeps the traffic until it answers.`);
  await waitForRollout(cluster, stableTarget(work, written), waitOf(work));
  const now = await cluster.read(DEPLOYMENT, kubernetesOf(release).deployment, held.signal);
  if (!now || replicasOf(now) === 0)
    throw new UserError(
      'stable-scaled-down',
      `${lack} again: somebody or something (KEDA, a schedule) scales it down. The canary keeps what it has, because it is what answers. Stop that, then run the rollback action once more.`,
    );
  await waitForStableEndpoints(work, release, now);
  await settle(work);
  return release;
}

/** For whoever scaled it down, in `kubectl describe`. It takes a right that an undo need not have. */
async function leaveEvent({ cluster, clock, held, log }: Work, { metadata }: V1Deployment, message: string): Promise<void> {
  const at = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const event = {
    metadata: { name: `${metadata?.name}.d9-${clock.now().toString(16)}`, namespace: cluster.namespace },
    involvedObject: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: metadata?.name,
      namespace: cluster.namespace,
      uid: metadata?.uid,
    },
    type: 'Warning',
    reason: 'ScaledToTakeTrafficBack',
    message: message.slice(0, 1000),
    source: { component: 'd9-actions' },
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  } as unknown as CoreV1Event;
  await cluster.create(EVENT, event, held.signal).catch((error: unknown) => log.debug(`no event was left: ${String(error)}`));
}
