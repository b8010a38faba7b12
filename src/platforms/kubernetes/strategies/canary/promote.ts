import type { V1Deployment } from '@kubernetes/client-node';
import { UserError } from '../../../../kernel/errors.js';
import { ended, isAtItsFirstStep, isImageOf, type Release } from '../../../../release/record/record.js';
import { canaryName, imageIn, templateOf } from '../../app/app.js';
import { describeEnd } from '../../canary/describe.js';
import { leaveNothingBehind } from '../../canary/leave.js';
import { bringCanary, podsFor } from '../../canary/run-canary.js';
import { listCanaryPods } from '../../canary-objects/canary-endpoints.js';
import { promoteConfig } from '../../config-maps/config.js';
import { refuseMovedTag, withImageIds } from '../../decide/refuse-moved-tag.js';
import { type Gate, judgeHold, putBackAfter } from '../../gate/judge-hold.js';
import { watched } from '../../gate/watched.js';
import type { Attempt } from '../../going-back/undo.js';
import { awaitStable } from '../../going-back/undo-stable.js';
import { kubernetes, kubernetesOf } from '../../memory.js';
import { versionOf } from '../../pods/pod-version.js';
import { waitForRollout } from '../../rollout/rollout.js';
import type { Capabilities } from '../../router.js';
import { holdStable } from '../../stable/hold-stable.js';
import { liveStable, refuseForeign } from '../../stable/live-stable.js';
import {
  readStable,
  setStableImage,
  setStableTemplate,
  stableTarget,
  templateHashOf,
  waitForStableEndpoints,
} from '../../stable/stable.js';
import type { Promotion } from '../../strategy.js';
import { announce, measuredAt, now, type Served, serverNow, settle, type Work, waitOf, withStep } from '../../work.js';
import { canary } from './index.js';

/** Whether the canary carries all traffic while stable is updated. Without a route there is no way to send it there. */
export const keepsTrafficOffStable = (promotion: Promotion, { carriesAll }: Pick<Capabilities, 'carriesAll'>): boolean =>
  promotion === 'surge' && carriesAll;

/** A gate that would be passed over is worse than none: whoever asked for it believes that it has passed. */
export const neverHasAll = (promotion: Promotion, carriesAll: boolean): UserError =>
  new UserError(
    'hold-impossible',
    'Inputs `slo` and `hold` with `weight: 100` judge the canary while it has all traffic, which it never has ' +
      `${carriesAll ? `with \`promotion: ${promotion}\`` : 'without a route'}. Judge it in a step before, and leave them out of this one. Nothing has been changed.`,
  );

/** Makes the canary's version the stable one and removes the canary. Continues where a killed process left off. */
export async function promote(
  work: Work,
  before: Release,
  { promotion, gate }: { readonly promotion: Promotion; readonly gate?: Gate | undefined },
): Promise<Attempt> {
  const surges = keepsTrafficOffStable(promotion, work.router);
  if (gate && !surges) throw neverHasAll(promotion, work.router.carriesAll);
  if (promotion === 'surge' && !surges)
    work.log.info('Without a router the traffic can not stay on the canary: stable is updated in place.');
  let release = before;
  let judged: Pick<Attempt, 'verdict' | 'gate'> = {};
  const from = before.phase === 'promoting' ? before.strategy.stage : undefined;
  if (isDue('shifted', from)) {
    const shifted: Attempt = surges
      ? await shiftJudged(work, release, gate)
      : { release: await announceStage(work, release, 'shifted', release.weight), failure: undefined };
    if (shifted.failure !== undefined) return shifted;
    ({ release, ...judged } = shifted);
  }
  if (isDue('updating-stable', from)) release = await updateStable(work, release);
  if (isDue('returning', from)) release = await returnTraffic(work, release);
  release = await announceStage(work, release, 'draining', 0);
  release = await leaveNothingBehind(work, release);
  return { ...judged, release: await conclude(work, release), failure: undefined };
}

/** @throws UserError when stable runs something else than was promoted; it is on record then that this is somebody else's doing, not to be undone */
async function conclude(work: Work, release: Release): Promise<Release> {
  const noted = await noteEnd(work, release, await readStable(work));
  // Whoever changed stable while that was written is not taken for what was promoted; whoever does so later has changed a promoted version.
  const { known, live } = noted.isOurs ? await seenAgain(work, release, noted) : noted;
  if (isImageOf(release.canary, live)) return known;
  throw new UserError(
    'record-contradicts-cluster',
    `Stable runs ${live} and not ${release.canary.image}, which was to be promoted: somebody changed Deployment ${kubernetesOf(release).deployment} or the release record meanwhile. ` +
      `The canary is ${describeEnd(known)}, all traffic is on stable. ` +
      'If that is not what you want, release again or say `to-revision` or `to-image` to the rollback action.',
  );
}

interface NotedEnd {
  readonly known: Release;
  /** Image that stable ran when it was looked at. */
  readonly live: string;
  readonly isOurs: boolean;
}

async function noteEnd(work: Work, release: Release, stable: V1Deployment): Promise<NotedEnd> {
  const live = imageIn(templateOf(stable), kubernetesOf(release).container);
  const isOurs = isImageOf(release.canary, live);
  const promoted = { ...ended(release, 'promoted', { at: now(work), by: work.runUrl, platform: kubernetes }), weight: 0 };
  const known = await announce(work, promoted, {
    canary: {
      ...promoted.canary,
      templateHash: isOurs ? await templateHashOf(work, stable) : '',
      ...(isOurs && { version: versionOf(templateOf(stable)) }),
    },
    ...withStep(work, promoted),
  });
  return { known, live, isOurs };
}

/** A server that does not answer any more takes nothing from a promotion that is done and on record. */
async function seenAgain(work: Work, release: Release, noted: NotedEnd): Promise<NotedEnd> {
  const stable = await readStable(work).catch(() => undefined);
  if (stable === undefined || imageIn(templateOf(stable), kubernetesOf(release).container) === noted.live) return noted;
  return noteEnd(work, release, stable);
}

type PromotionStage = (typeof canary.stages)[number];

const ORDER: readonly string[] = canary.stages;

/** A stage that was announced may not have been finished, so it is done again; the ones before it are over. */
const isDue = (stage: PromotionStage, from: string | undefined): boolean =>
  from === undefined || ORDER.indexOf(stage) >= ORDER.indexOf(from);

const announceStage = (work: Work, release: Release, stage: PromotionStage, weight: number): Promise<Release> =>
  announce(work, release, { phase: 'promoting', strategy: { ...release.strategy, stage }, weight });

/** All traffic to the canary, which is judged there while stable is as it was. */
async function shiftJudged(work: Work, before: Release, gate: Gate | undefined): Promise<Attempt> {
  const announced = await announceStage(work, before, 'shifted', 100);
  const { release, ...outcome } = await watched(work, announced, gate, (inner) =>
    moveAllTraffic(inner, announced, before, gate !== undefined),
  );
  const { canaryVersion = release.canaryVersion, ...served } = outcome.value ?? {};
  const known: Release = { ...release, ...(canaryVersion !== undefined && { canaryVersion }) };
  const measured = { ...known, ...withStep(work, known, served) };
  if (outcome.breach) return putBackAfter(work, measured, outcome.breach);
  const seen = await withImageIds(work, measured);
  return gate ? judgeHold(work, seen, gate) : { release: seen, failure: undefined };
}

/** How it went, and what the API server made of the canary's pod template. */
interface Moved extends Served {
  readonly canaryVersion: string | undefined;
}

function moveAllTraffic(work: Work, release: Release, before: Release, isWatched: boolean): Promise<Moved> {
  const { app, cluster, router, held } = work;
  return work.log.group('Promote: all traffic to the canary', async () => {
    if (before.phase === 'starting') await holdStable(work, release);
    await work.meter.begin(held.signal);
    const pods = podsFor(100, work, kubernetesOf(release).stableReplicas);
    if (before.phase !== 'starting') await listCanaryPods(cluster, app, router.isolation, pods, held.signal);
    const { canaryVersion } = await bringCanary(work, release, pods);
    await refuseMovedTag(work, release);
    if (isAtItsFirstStep(release)) await router.admit(held.signal);
    await settle(work);
    const earlier = await work.meter.read(held.signal);
    const servedSince = serverNow(work);
    await router.shift({ percent: 100, pods, testers: release.testers }, held.signal);
    await settle(work);
    const look = { signal: held.signal, isWatched, earlier, measuredBefore: measuredAt(before, before.weight) };
    const proof = await work.proveSplit(100, before.weight === 100 ? 0 : before.weight, look);
    return { servedSince, proof, canaryVersion };
  });
}

async function updateStable(work: Work, before: Release): Promise<Release> {
  return work.log.group('Promote: stable gets the new version', async () => {
    const release = await announceStage(work, before, 'updating-stable', before.weight);
    const written = await updateToCanary(work, release);
    const known = await withAdmitted(work, release, written);
    await waitForRollout(work.cluster, stableTarget(work, written), waitOf(work));
    await waitForStableEndpoints(work, known, written);
    await refuseMovedTag(work, known, [canaryName(work.app.name), kubernetesOf(known).deployment]);
    await settle(work);
    return known;
  });
}

/** What a webhook made of the image goes on record: by that alone stable's version is known to be this release's. */
async function withAdmitted(work: Work, release: Release, written: V1Deployment): Promise<Release> {
  const admitted = imageIn(templateOf(written), kubernetesOf(release).container);
  if (isImageOf(release.canary, admitted)) return release;
  work.log.info(`The API server made ${admitted} of ${release.canary.image}.`);
  return announce(work, release, { canary: { ...release.canary, admitted } });
}

/** Stable gets what the canary has proven, and no more than that: the image, or the manifest's whole template and its ConfigMaps. */
async function updateToCanary(work: Work, release: Release): Promise<V1Deployment> {
  const refuse = (live: V1Deployment) => refuseForeign(release, liveStable(live, kubernetesOf(release).container));
  if (!work.app.next) return setStableImage(work, kubernetesOf(release), release.canary.image, refuse);
  refuse(await readStable(work));
  await promoteConfig(work, release);
  return setStableTemplate(work, work.app.next.template, refuse);
}

/** Back to stable in two moves, each proven, so that stable's fresh pods meet the load in two halves. */
async function returnTraffic(work: Work, before: Release): Promise<Release> {
  return work.log.group('Promote: traffic back to stable', async () => {
    let release = before;
    for (const weight of before.weight > 50 ? [50, 0] : [0]) {
      const previous = release.weight;
      release = await announceStage(work, release, 'returning', weight);
      const pods = work.router.canaryReplicas(100, kubernetesOf(release).stableReplicas);
      await awaitStable(work, release);
      await work.router.shift({ percent: weight, pods, testers: release.testers }, work.held.signal);
      await settle(work);
      const proof = await work.proveSplit(weight, previous, {
        signal: work.held.signal,
        hasTesters: release.testers !== undefined,
        measuredBefore: measuredAt(release, previous),
      });
      release = { ...release, ...withStep(work, release, { proof }) };
    }
    return release;
  });
}
