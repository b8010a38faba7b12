import { isDeepStrictEqual } from 'node:util';
import type { Inputs } from '../../src/kernel/define.js';
import type { StepResult } from '../../src/kernel/runtime.js';
import { refuseForbidden } from '../../src/platforms/kubernetes/access/permissions.js';
import { decideStart, owns, refuseEndedMeanwhile, refuseOtherNames } from '../../src/platforms/kubernetes/decide/begin.js';
import { beginRelease, continueRelease } from '../../src/platforms/kubernetes/decide/begin-release.js';
import { noteLive } from '../../src/platforms/kubernetes/decide/note-live.js';
import { noteInFlight } from '../../src/platforms/kubernetes/decide/noted-release.js';
import { openRelease } from '../../src/platforms/kubernetes/decide/open.js';
import { refuseOtherWay } from '../../src/platforms/kubernetes/decide/refuse-other-way.js';
import { figuresOf } from '../../src/platforms/kubernetes/evidence/figures.js';
import { tellStablePages } from '../../src/platforms/kubernetes/evidence/tell-stable-pages.js';
import { deployFirst, finishLost, isUnfinished } from '../../src/platforms/kubernetes/first-deployment/first-deployment.js';
import { isFirst } from '../../src/platforms/kubernetes/first-deployment/is-first.js';
import { requestOf, withManifest } from '../../src/platforms/kubernetes/first-deployment/with-manifest.js';
import { warnOfUngated } from '../../src/platforms/kubernetes/gate/warn-of-ungated.js';
import { putBack } from '../../src/platforms/kubernetes/going-back/put-back.js';
import { undoOnFailure } from '../../src/platforms/kubernetes/going-back/undo.js';
import { abortAskedFor } from '../../src/platforms/kubernetes/going-back/undo-asked.js';
import { type HeldApp, leaseLedger } from '../../src/platforms/kubernetes/ledger/ledger.js';
import { refuseLostRecord } from '../../src/platforms/kubernetes/lost-record/lost-record.js';
import type { Manifest } from '../../src/platforms/kubernetes/manifest/read-manifest.js';
import { hashAtFirst } from '../../src/platforms/kubernetes/manifest/travelling.js';
import { kubernetesOf } from '../../src/platforms/kubernetes/memory.js';
import { tellPlan } from '../../src/platforms/kubernetes/plan/tell-plan.js';
import { refuseOtherApp } from '../../src/platforms/kubernetes/preflight/other-names.js';
import { lookAround, testersOf } from '../../src/platforms/kubernetes/preflight/preflight.js';
import { warnOfRollout } from '../../src/platforms/kubernetes/rollout/whole.js';
import { UNKNOWN_SETTLE_MS } from '../../src/platforms/kubernetes/router.js';
import { ROUTERLESS, routerOfKind } from '../../src/platforms/kubernetes/routers/index.js';
import { liveStable } from '../../src/platforms/kubernetes/stable/live-stable.js';
import { type Move, move, refuseUnjudgeable } from '../../src/platforms/kubernetes/strategies/canary/move.js';
import { isPassedBy, warnOfUndrained } from '../../src/platforms/kubernetes/strategies/canary/undrained.js';
import { tellGit } from '../../src/platforms/kubernetes/survey/gitops.js';
import { manifestNeeds, releaseNeeds } from '../../src/platforms/kubernetes/survey/needs.js';
import { refuseDeparted } from '../../src/platforms/kubernetes/survey/refuse-departed.js';
import { memoryFor, routerFor } from '../../src/platforms/kubernetes/survey/route-of-release.js';
import type { Survey } from '../../src/platforms/kubernetes/survey/survey.js';
import { serverMs } from '../../src/platforms/kubernetes/work.js';
import { type HolderQuery, stateOfHolder, withHolderState } from '../../src/release/record/holder.js';
import { freshNonce } from '../../src/release/record/nonce.js';
import { isInFlight, type Release } from '../../src/release/record/record.js';
import { seenLive } from '../../src/release/record/seen-live.js';
import { BEFORE_A_NEW_ONE } from '../../src/release/record/stopped.js';
import { firstSummary } from '../../src/report/step-summary.js';
import { recordTo } from '../../src/slo/gate/evidence-file.js';
import type { canaryStep } from './action.js';
import { conclude } from './conclude.js';
import { type Effects, look } from './look.js';

type StepInputs = Inputs<typeof canaryStep>;
type Result = StepResult<typeof canaryStep>;

const USUAL_HOLD_MS = 120_000;

/** @param looked what `look` found */
export async function step(inputs: StepInputs, effects: Effects, looked = look(inputs, effects)): Promise<Result> {
  const { plan } = effects.cluster;
  if (!plan) return release(inputs, effects, looked);
  const { log } = effects;
  return tellPlan(`Dry run: weight ${inputs.weight}`, { plan, unforeseen: unforeseen(inputs), log }, () =>
    release(inputs, effects, looked),
  );
}

/** What depends on pods and requests that a plan does not have. */
const unforeseen = ({ app, slo, weight }: StepInputs): readonly string[] => [
  `the release's record and lock in Lease d9-${app}, and Events about it.`,
  ...(weight === 0 ? [] : ['what is undone when a pod does not start or the split can not be proven.']),
  ...(slo && weight > 0
    ? ['what the gate decides by measured traffic: a canary that fails it is put back, as `weight: 0` does.']
    : []),
];

/** @param isFinished whether what a first deployment had left has been finished as far as the rights go */
async function release(
  inputs: StepInputs,
  effects: Effects,
  looked = look(inputs, effects),
  isFinished = false,
): Promise<Result> {
  const { cluster, clock, log, workflowRun, signal } = effects;
  const surveyed = await looked;
  if ('creates' in surveyed) return startFromNothing(inputs, surveyed.creates, effects);
  if ('undoes' in surveyed) return undoAskedFor(inputs, surveyed.undoes, effects);
  const { latest } = surveyed.record;
  if (isInFlight(latest)) refuseOtherNames(surveyed.app, latest);
  if (isUnfinished(surveyed.app) && !isFinished) {
    const finish = (held: HeldApp) => finishLost(held.cluster, surveyed.app, held.signal);
    await leaseLedger(cluster, inputs.app).hold(surveyed, { ...effects, nonce: freshNonce() }, finish);
    return release(inputs, effects, look(inputs, effects), true);
  }
  const seen = await withManifest(surveyed, inputs, effects);
  const asked = await requestOf(inputs, seen.app, effects);
  const live = liveStable(seen.app.deployment, seen.app.container);
  const split = await seen.split.router.load();
  const decide = (record = seen.record) => {
    const start = decideStart(record, asked, workflowRun, live, serverMs(effects));
    if (start.kind === 'continue') {
      refuseOtherWay(start.release, inputs, testersOf(inputs));
      refuseDeparted(start.release, seen, split);
    }
    return start;
  };

  const holder = { ...effects, token: inputs.githubToken };
  const first = await withHolderState(() => decide(), holder).catch(async (error: unknown) => {
    if (asked.image === undefined) await refuseUnderOtherName(seen, effects);
    throw error;
  });
  if (first.kind === 'nothing') {
    if (inputs.weight === 0) await refuseUnderOtherName(seen, effects);
    log.info(first.reason);
    if (first.warning !== undefined) log.warning(first.warning);
    if (first.live !== undefined) warnOfRollout(seen.app.deployment, log);
    if (!inputs.dryRun) await noteLive(seen, first, effects);
    return conclude(inputs, seen, { release: first.latest, nothing: first, failure: undefined }, effects);
  }
  if (first.kind === 'begin' && first.warning !== undefined) log.warning(first.warning);
  if (first.kind === 'put-back-first') log.warning(await whyPutBack(first.release, holder));
  // A release that began without a route goes on without it, whatever stands in front of the app by now.
  const way = first.kind === 'continue' ? kubernetesOf(first.release).router : memoryFor(seen);
  refuseUnjudgeable(
    targetOf(inputs),
    routerOfKind(way.kind).carriesAll,
    first.kind === 'begin' ? untilHoldMs(inputs) : undefined,
  );
  const prepared = first.kind === 'begin' ? await lookAround(cluster, seen, inputs, log, signal) : undefined;
  if (prepared === 'start over') return release(inputs, effects);
  const found = { ...seen, app: prepared?.app ?? seen.app };
  const memory = first.kind === 'begin' ? memoryFor(found) : kubernetesOf(first.release).router;
  const patience = { settle: inputs.settle, clock, log, timeoutMs: inputs.startTimeout };
  if (first.kind === 'begin' || inputs.weight === 100) {
    const isPassed = isPassedBy(prepared?.uncovered ?? [], inputs.uncovered, first.kind === 'begin' ? undefined : first.release);
    warnOfUndrained(found.app, inputs.promotion, await routerFor(cluster, found, memory, patience), isPassed, log);
  }
  if (inputs.weight === 100) warnOfUngated(first, asked.image, inputs.slo !== undefined, log);
  // Stable's pods have no pages any more once the plan has replaced them.
  if (cluster.plan?.changes.length === 0) {
    const figures = figuresOf(inputs, first.kind === 'continue' ? first.release : undefined);
    await tellStablePages(cluster, found.app, { figures, slo: inputs.slo }, effects);
  }
  const outcome = await openRelease(cluster, found, memory, inputs, effects, async (work) => {
    // Another process may have worked on the record between the survey and the lock.
    const start = decide(work.held.record);
    refuseEndedMeanwhile(first, start, work.held.record, workflowRun);
    if (start.kind !== first.kind || !isDeepStrictEqual(work.held.record.latest, seen.record.latest)) return 'start over';
    if (start.kind === 'put-back-first') {
      await putBack(work, start.release, reasonToPutBack(start.release));
      return 'start over';
    }
    if (start.kind === 'continue') noteInFlight(start.release, found.app, workflowRun, effects.state);
    const known =
      start.kind === 'continue'
        ? await continueRelease(work, start.release, inputs, workflowRun)
        : await beginRelease(work, inputs, asked.image ?? '', prepared, effects);
    return undoOnFailure(work, inputs.onJobFailure, () => move(work, known, { ...targetOf(inputs), image: asked.image }));
  });
  if (outcome === 'start over') return release(inputs, effects);
  if (inputs.dryRun) return conclude(inputs, found, { release: undefined, failure: undefined }, effects);
  if (outcome.release.phase === 'promoted') tellGit(found, outcome.release.canary.image, log);
  return conclude(inputs, found, outcome, effects);
}

async function undoAskedFor(inputs: StepInputs, found: Survey, effects: Effects): Promise<Result> {
  const undone = await abortAskedFor(found, inputs, effects);
  return conclude(inputs, found, inputs.dryRun ? { release: undefined, failure: undefined } : undone, effects);
}

/** Undoing that was begun for a reason, and was cut, ends for that reason. */
const reasonToPutBack = ({ phase, reason }: Release): string => (phase === 'aborting' && reason ? reason : BEFORE_A_NEW_ONE);

/** A step without an image means what is in flight, which may be so under another name, or without its record. */
async function refuseUnderOtherName({ app, record }: Survey, { cluster, signal }: Effects): Promise<void> {
  const { latest } = record;
  if (isInFlight(latest)) return;
  await refuseOtherApp(cluster, app, signal);
  await refuseLostRecord(cluster, app, record, signal);
}

/** An app that does not exist yet has no stable to share with: its manifest is created as it is. */
async function startFromNothing(inputs: StepInputs, manifest: Manifest, effects: Effects): Promise<Result> {
  const { cluster, clock, workflowRun, signal } = effects;
  const names = { deployment: inputs.deployment ?? inputs.app, service: inputs.service ?? inputs.app };
  await refuseForbidden(
    cluster,
    [...releaseNeeds(inputs.router === 'auto' ? ROUTERLESS.kind : inputs.router, inputs.router), ...manifestNeeds],
    signal,
  );
  const first = {
    ...effects,
    ...names,
    manifest,
    container: inputs.container,
    image: inputs.image,
    startTimeoutMs: inputs.startTimeout,
    nonce: freshNonce(),
  };
  const { outputs } = await conclude(inputs, undefined, { release: undefined, failure: undefined }, effects);
  const ledger = leaseLedger(cluster, inputs.app);
  const image = await ledger.hold(await ledger.read(signal), { ...effects, nonce: first.nonce }, async (held) => {
    if (!(await isFirst(cluster, names.deployment, held.signal))) return undefined;
    const deployed = await deployFirst({ ...first, cluster: held.cluster, signal: held.signal });
    const hash = hashAtFirst(manifest, { ...inputs, ...names, namespace: cluster.namespace }, inputs.image);
    await held.noteLive({ ...seenLive(deployed, workflowRun, clock.now(), hash), isCreated: true });
    return deployed;
  });
  // Another process was faster, and there is a stable now.
  if (image === undefined) return release(inputs, effects);
  if (inputs.dryRun) return { outputs };
  const text = tellUnjudged(inputs, image);
  effects.log.warning(text);
  return { outputs: { ...outputs, phase: 'promoted', weight: '100', revision: image }, summary: firstSummary(inputs.app, text) };
}

/** What was asked and can't be done at a first deployment must not look as if it had been. */
function tellUnjudged(inputs: StepInputs, image: string): string {
  const asked = [
    ...(inputs.weight < 100 ? [`weight: ${inputs.weight}`] : []),
    ...(inputs.slo ? ['slo'] : []),
    ...(inputs.prove === 'required' ? ['prove: required'] : []),
    ...(inputs.header ? ['header'] : []),
    ...(inputs.cookie ? ['cookie'] : []),
  ].map((input) => `\`${input}\``);
  return (
    `${image} is the first deployment of ${inputs.app}: it has all traffic, and nothing was split, proven or judged, because there was no version to share with or to go back to.` +
    (asked.length > 0 ? ` So ${asked.join(', ')} changed nothing in this step.` : '')
  );
}

/** A release that this run has in flight is put back for another build of its version, or because its undoing was cut. */
async function whyPutBack(release: Release, holder: HolderQuery): Promise<string> {
  if (!owns(holder.workflowRun, release))
    return `Taking over the release of ${release.owner.url}. ${await stateOfHolder(release, holder)}`.trim();
  return `This run has left a release of ${release.canary.image} in flight (${release.phase}, ${release.weight} %): it is put back first.`;
}

/** Two settle waits, one before the weight and one after it, and the proof. */
const untilHoldMs = ({ settle = UNKNOWN_SETTLE_MS, proveTimeout }: StepInputs): number => 2 * settle + proveTimeout;

const targetOf = (inputs: StepInputs): Omit<Move, 'image'> => ({
  weight: inputs.weight,
  pods: inputs.canaryReplicas,
  testers: testersOf(inputs),
  promotion: inputs.promotion,
  gate: inputs.slo && {
    slo: inputs.slo,
    holdMs: inputs.hold ?? USUAL_HOLD_MS,
    onBreach: inputs.onBreach,
    ...recordTo(inputs.evidenceFile),
  },
});
