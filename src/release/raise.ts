import { isDeepStrictEqual } from 'node:util';
import type { GateResult } from '../slo/gate.js';
import { DEPLOYMENT } from '../target/kubernetes/kinds.js';
import type { Share } from '../target/kubernetes/routers/router.js';
import type { Testers } from '../target/kubernetes/routers/testers.js';
import { canaryName } from '../target/kubernetes/workload/app.js';
import { listCanaryPods } from '../target/kubernetes/workload/canary-endpoints.js';
import { waitForRollout } from '../target/kubernetes/workload/rollout.js';
import type { Gate } from './judge-hold.js';
import { tellReachable } from './reachable.js';
import type { Release } from './record.js';
import { holdStable, podsFor, runCanary } from './run-canary.js';
import { watched } from './watched.js';
import { announce, canaryTarget, measuredAt, type Served, serverNow, settle, type Work, waitOf, withStep } from './work.js';

/** What a step asks of a release besides going on. */
export interface Target {
  /** Share of the traffic, 1–99 percent. */
  readonly weight: number;
  /** Canary pods, when not as many as the share asks for. */
  readonly pods?: number | undefined;
  /** Who gets the canary at any weight; undefined leaves that as it is. */
  readonly testers?: Testers | undefined;
}

export interface Raised {
  readonly release: Release;
  /** What the gate found against the canary before its share was proven; the release then is half-way, and to be put back. */
  readonly breach?: GateResult;
}

/**
 * Gives the canary its share of the traffic: pods first, then the weight; when the weight falls, the other way round. Done before, it changes
 * nothing.
 * @param gate looks at the canary whenever it has traffic meanwhile
 */
export async function raise(work: Work, before: Release, target: Target, gate?: Gate): Promise<Raised> {
  const { weight } = target;
  const testers = target.testers ?? before.testers;
  const previous = before.weight;
  const isFirst = before.phase === 'starting';
  const pods = target.pods ?? podsFor(weight, work, before.stableReplicas);
  const current = isFirst && previous === 0 ? 0 : await canaryReplicasNow(work);
  const share: Share = { percent: weight, pods, testers };
  const isSame = previous === weight && current === pods && isDeepStrictEqual(testers, before.testers);
  if (before.phase === 'holding' && isSame && lastStepReached(before, weight)) {
    await waitForRollout(work.cluster, canaryTarget(work, before), waitOf(work));
    await work.router.shift(share, work.held.signal);
    work.log.info(`The canary has its ${weight} % already; nothing is changed.`);
    return { release: before };
  }

  tellReachable(work.router, weight, before.stableReplicas, work.log);
  const announced = await announce(work, before, { weight, ...(testers && { testers }) });
  const change: Change = { share, previous, current, isFirst };
  // Without a route the canary's pods get traffic as soon as they are ready.
  const hasTraffic = previous > 0 || work.router.isolation === 'shared';
  if (!hasTraffic) await bringPods(work, announced, change);
  const { release, ...outcome } = await watched(work, announced, gate, async (inner) => {
    if (hasTraffic) await bringPods(inner, announced, change);
    return bringTraffic(inner, announced, { ...change, isWatched: gate !== undefined });
  });
  if (outcome.breach) return { release: { ...release, ...withStep(work, release) }, breach: outcome.breach };
  if (pods < current && !isFirst) await shrinkCanary(work, release, pods);
  const holding: Release = { ...release, phase: 'holding' };
  return { release: await announce(work, holding, withStep(work, holding, outcome.value)) };
}

/** From one share to another. */
interface Change {
  readonly share: Share;
  /** Share before, in percent. */
  readonly previous: number;
  /** Canary pods before. */
  readonly current: number;
  /** Of the release. */
  readonly isFirst: boolean;
}

function bringPods(work: Work, release: Release, { share, current, isFirst }: Change): Promise<void> {
  const { cluster, app, router, held } = work;
  return work.log.group(`Canary at ${share.percent} %: pods`, async () => {
    if (isFirst) await holdStable(work, release);
    else if (share.pods >= current) await listCanaryPods(cluster, app, router.isolation, share.pods, held.signal);
    await runCanary(work, release, Math.max(share.pods, isFirst ? 0 : current), share.pods);
    // Later it is listed, unless somebody took it out.
    if (isFirst) await router.admit(held.signal);
    if (isFirst || share.pods > current) await settle(work);
  });
}

function bringTraffic(
  work: Work,
  release: Release,
  { share, previous, isWatched }: Change & { readonly isWatched: boolean },
): Promise<Served> {
  const { router, held } = work;
  const weight = share.percent;
  return work.log.group(`Canary at ${weight} %: traffic`, async () => {
    const servedSince = serverNow(work);
    await router.shift(share, held.signal);
    await settle(work);
    const proof = await work.proveSplit(
      reachable(work, release, weight),
      reachable(work, release, weight === previous ? 0 : previous),
      {
        signal: held.signal,
        hasTesters: share.testers !== undefined,
        isWatched,
        measuredBefore: measuredAt(release, previous),
      },
    );
    return { servedSince, proof };
  });
}

const reachable = ({ router }: Work, { stableReplicas }: Release, weight: number): number =>
  weight === 0 ? 0 : router.reachableShare(weight, stableReplicas);

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
