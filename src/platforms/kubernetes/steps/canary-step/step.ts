import { isDeepStrictEqual } from 'node:util';
import type { CanaryStepOutcome } from '../../../../release/outcome.js';
import { type HolderQuery, stateOfHolder, withHolderState } from '../../../../release/record/holder.js';
import { freshNonce } from '../../../../release/record/nonce.js';
import { isInFlight, type Release } from '../../../../release/record/record.js';
import { seenLive } from '../../../../release/record/seen-live.js';
import { BEFORE_A_NEW_ONE } from '../../../../release/record/stopped.js';
import { recordTo } from '../../../../slo/gate/evidence-file.js';
import { refuseForbidden } from '../../access/permissions.js';
import { decideStart, owns, refuseEndedMeanwhile, refuseOtherNames } from '../../decide/begin.js';
import { beginRelease, continueRelease } from '../../decide/begin-release.js';
import { noteLive } from '../../decide/note-live.js';
import { noteInFlight } from '../../decide/noted-release.js';
import { openRelease } from '../../decide/open.js';
import { refuseOtherWay } from '../../decide/refuse-other-way.js';
import { figuresOf } from '../../evidence/figures.js';
import { tellStablePages } from '../../evidence/tell-stable-pages.js';
import { deployFirst, finishLost, isUnfinished } from '../../first-deployment/first-deployment.js';
import { isFirst } from '../../first-deployment/is-first.js';
import { requestOf, withManifest } from '../../first-deployment/with-manifest.js';
import { warnOfUngated } from '../../gate/warn-of-ungated.js';
import { putBack } from '../../going-back/put-back.js';
import { undoOnFailure } from '../../going-back/undo.js';
import { abortAskedFor } from '../../going-back/undo-asked.js';
import { type HeldApp, leaseLedger } from '../../ledger/ledger.js';
import { refuseLostRecord } from '../../lost-record/lost-record.js';
import type { Manifest } from '../../manifest/read-manifest.js';
import { hashAtFirst } from '../../manifest/travelling.js';
import { kubernetesOf } from '../../memory.js';
import { tellPlan } from '../../plan/tell-plan.js';
import { refuseOtherApp } from '../../preflight/other-names.js';
import { isPassedBy } from '../../preflight/passed-by.js';
import { lookAround, testersOf } from '../../preflight/preflight.js';
import { warnOfRollout } from '../../rollout/whole.js';
import { UNKNOWN_SETTLE_MS } from '../../router.js';
import { ROUTERLESS, routerOfKind } from '../../routers/index.js';
import { liveStable } from '../../stable/live-stable.js';
import { loadStrategy, USUAL } from '../../strategies/index.js';
import type { Move } from '../../strategy.js';
import { tellGit } from '../../survey/gitops.js';
import { manifestNeeds, releaseNeeds } from '../../survey/needs.js';
import { refuseDeparted } from '../../survey/refuse-departed.js';
import { memoryFor, routerFor } from '../../survey/route-of-release.js';
import type { Survey } from '../../survey/survey.js';
import { serverMs } from '../../work.js';
import { conclude } from './conclude.js';
import type { StepInputs } from './inputs.js';
import { type Effects, look } from './look.js';

const USUAL_HOLD_MS = 120_000;

/** @param looked what `look` found */
export async function step(inputs: StepInputs, effects: Effects, looked = look(inputs, effects)): Promise<CanaryStepOutcome> {
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
): Promise<CanaryStepOutcome> {
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
    return conclude(inputs, seen, { release: first.latest, nothing: first }, effects);
  }
  if (first.kind === 'begin' && first.warning !== undefined) log.warning(first.warning);
  if (first.kind === 'put-back-first') log.warning(await whyPutBack(first.release, holder));
  // A release that began without a route goes on without it, whatever stands in front of the app by now.
  const way = first.kind === 'continue' ? kubernetesOf(first.release).router : memoryFor(seen);
  const strategy = await loadStrategy(first.kind === 'continue' ? first.release.strategy.kind : USUAL.kind);
  strategy.refuse(targetOf(inputs), {
    carriesAll: routerOfKind(way.kind).carriesAll,
    untilHoldMs: first.kind === 'begin' ? untilHoldMs(inputs) : undefined,
  });
  const prepared = first.kind === 'begin' ? await lookAround(cluster, seen, inputs, log, signal) : undefined;
  if (prepared === 'start over') return release(inputs, effects);
  const found = { ...seen, app: prepared?.app ?? seen.app };
  const memory = first.kind === 'begin' ? memoryFor(found) : kubernetesOf(first.release).router;
  const patience = { settle: inputs.settle, clock, log, timeoutMs: inputs.startTimeout };
  if (first.kind === 'begin' || inputs.weight === 100) {
    const isPassed = isPassedBy(prepared?.uncovered ?? [], inputs.uncovered, first.kind === 'begin' ? undefined : first.release);
    const router = await routerFor(cluster, found, memory, patience);
    strategy.warn(targetOf(inputs), { app: found.app, router, isPassed }, log);
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
    return undoOnFailure(work, inputs.onJobFailure, () =>
      strategy.move(work, known, { ...targetOf(inputs), image: asked.image }),
    );
  });
  if (outcome === 'start over') return release(inputs, effects);
  if (inputs.dryRun) return conclude(inputs, found, {}, effects);
  if (outcome.release.phase === 'promoted') tellGit(found, outcome.release.canary.image, log);
  return conclude(inputs, found, outcome, effects);
}

async function undoAskedFor(inputs: StepInputs, found: Survey, effects: Effects): Promise<CanaryStepOutcome> {
  const undone = await abortAskedFor(found, inputs, effects);
  return conclude(inputs, found, inputs.dryRun ? {} : undone, effects);
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
async function startFromNothing(inputs: StepInputs, manifest: Manifest, effects: Effects): Promise<CanaryStepOutcome> {
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
  const outcome = await conclude(inputs, undefined, {}, effects);
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
  if (inputs.dryRun) return outcome;
  const text = tellUnjudged(inputs, image);
  effects.log.warning(text);
  return { ...outcome, created: { image, text } };
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

const targetOf = (inputs: StepInputs): Move => ({
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
