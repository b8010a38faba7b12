import { isDeepStrictEqual } from 'node:util';
import type { V1Deployment } from '@kubernetes/client-node';
import type { Release } from '../../../../release/record/record.js';
import type { GateResult } from '../../../../slo/gate/gate-result.js';
import { DEPLOYMENT } from '../../api/kinds.js';
import { shareOf, stableSize, tellReachable } from '../../canary/reachable.js';
import { bringCanary, podsFor } from '../../canary/run-canary.js';
import { listCanaryPods } from '../../canary-objects/canary-endpoints.js';
import { refuseMovedTag, withImageIds } from '../../decide/refuse-moved-tag.js';
import { describeChange } from '../../evidence/canary-change.js';
import type { Gate } from '../../gate/judge-hold.js';
import { watched } from '../../gate/watched.js';
import { awaitStable } from '../../going-back/undo-stable.js';
import { kubernetesOf } from '../../memory.js';
import { waitForRollout } from '../../rollout/rollout.js';
import type { Share } from '../../router.js';
import { holdStable } from '../../stable/hold-stable.js';
import type { Move } from '../../strategy.js';
import { announce, canaryTarget, measuredAt, type Served, serverNow, settle, type Work, waitOf, withStep } from '../../work.js';

export interface Raised {
  readonly release: Release;
  /** What the gate found against the canary before its share was proven; the release then is half-way, and to be put back. */
  readonly breach?: GateResult;
}

/**
 * Gives the canary its share of the traffic: pods first, then the weight; when the weight falls, the other way round. Done before, it changes
 * nothing.
 * @param canary its Deployment, as it is there
 * @param gate looks at the canary whenever it has traffic meanwhile
 */
export async function raise(
  work: Work,
  before: Release,
  target: Pick<Move, 'weight' | 'pods' | 'testers'>,
  canary: V1Deployment | undefined,
  gate?: Gate,
): Promise<Raised> {
  const { weight } = target;
  const testers = target.testers ?? before.testers;
  const previous = before.weight;
  const isFirst = before.phase === 'starting';
  const { stableReplicas } = kubernetesOf(before);
  const size = stableSize(work, stableReplicas);
  const pods = target.pods ?? podsFor(weight, work, stableReplicas);
  const current = isFirst && previous === 0 ? 0 : (canary?.spec?.replicas ?? 0);
  const share: Share = { percent: weight, pods, testers, formerTesters: before.testers };
  const isWhole = canary !== undefined && describeChange(before, canary) === undefined;
  const isSame = previous === weight && current === pods && isWhole && isDeepStrictEqual(testers, before.testers);
  if (before.phase === 'holding' && isSame && lastStepReached(before, weight)) {
    await waitForRollout(work.cluster, canaryTarget(work, before), waitOf(work));
    await work.router.shift(share, work.held.signal);
    work.log.info(`The canary has its ${weight} % already; nothing is changed.`);
    return { release: before };
  }

  tellReachable(work.router, weight, size, work.log);
  const { given: _, ...rest } = before;
  const given = shareOf(work.router, share, size);
  const announced = await announce(work, rest, { weight, ...(given !== weight && { given }), ...(testers && { testers }) });
  const change: Change = { share, previous, current, isFirst, size };
  // Without a route the canary's pods get traffic as soon as they are ready.
  const hasTraffic = previous > 0 || work.router.isolation === 'shared';
  const brought = hasTraffic ? announced : await bringPods(work, announced, change);
  const { release, ...outcome } = await watched(work, brought, gate, async (inner) => {
    const { canaryVersion } = hasTraffic ? await bringPods(inner, brought, change) : brought;
    const served = await bringTraffic(inner, brought, { ...change, isWatched: gate !== undefined });
    return { ...served, ...(canaryVersion !== undefined && { canaryVersion }) };
  });
  if (outcome.breach) return { release: { ...release, ...withStep(work, release) }, breach: outcome.breach };
  const { canaryVersion, ...served } = outcome.value;
  const known: Release = { ...release, ...(canaryVersion !== undefined && { canaryVersion }) };
  const shrunk = pods < current && !isFirst ? await shrinkCanary(work, known, pods) : known;
  const proven = served.proof?.asked;
  const holding: Release = { ...shrunk, phase: 'holding', ...(proven !== undefined && proven !== weight && { given: proven }) };
  return { release: await announce(work, await withImageIds(work, holding), withStep(work, holding, served)) };
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
  /** Pods of stable beside it. */
  readonly size: number;
}

function bringPods(work: Work, release: Release, { share, current, isFirst }: Change): Promise<Release> {
  const { cluster, app, router, held } = work;
  return work.log.group(`Canary at ${share.percent} %: pods`, async () => {
    if (isFirst) await holdStable(work, release);
    else if (share.pods >= current) await listCanaryPods(cluster, app, router.isolation, share.pods, held.signal);
    const brought = await bringCanary(work, release, Math.max(share.pods, isFirst ? 0 : current), share.pods);
    if (!isFirst) await refuseMovedTag(work, brought);
    // Later it is listed, unless somebody took it out.
    if (isFirst) await router.admit(held.signal);
    if (isFirst || share.pods > current) await settle(work);
    return brought;
  });
}

function bringTraffic(
  work: Work,
  release: Release,
  { share, previous, current, size, isWatched }: Change & { readonly isWatched: boolean },
): Promise<Served> {
  const { router, held } = work;
  const weight = share.percent;
  return work.log.group(`Canary at ${weight} %: traffic`, async () => {
    const servedSince = serverNow(work);
    if (weight < previous) await awaitStable(work, release);
    await router.shift(share, held.signal);
    await settle(work);
    const before = shareOf(router, { percent: weight === previous ? 0 : previous, pods: current }, size);
    const proof = await work.proveSplit(shareOf(router, share, size), before, {
      signal: held.signal,
      hasTesters: share.testers !== undefined,
      isWatched,
      measuredBefore: measuredAt(release, previous),
      ...(router.isolation === 'shared' && { present: (inner: AbortSignal) => presentShare(work, release, share, inner) }),
    });
    return { servedSince, proof };
  });
}

/** What the canary's pods are beside stable's that are ready now: somebody may scale it while the share is counted. */
async function presentShare({ cluster, router }: Work, release: Release, share: Share, signal: AbortSignal) {
  const stable = await cluster.read(DEPLOYMENT, kubernetesOf(release).deployment, signal);
  const ready = stable?.status?.readyReplicas ?? 0;
  return ready === 0 ? undefined : shareOf(router, share, ready);
}

/** Takes canary pods away that the share no longer needs: out of the endpoints first, stopped when no proxy knows them any more. */
async function shrinkCanary(work: Work, release: Release, pods: number): Promise<Release> {
  const { cluster, app, router, held } = work;
  if (await listCanaryPods(cluster, app, router.isolation, pods, held.signal)) await settle(work);
  return bringCanary(work, release, pods);
}

const lastStepReached = ({ steps }: Release, weight: number): boolean => steps.at(-1)?.weight === weight;
