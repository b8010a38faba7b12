import { UserError } from '../../../../kernel/errors.js';
import type { Runtime } from '../../../../kernel/runtime.js';
import { planRollback, type RollbackPlan, refuseInFlight } from '../../../../release/going-back/plan-rollback.js';
import { leftUnasked, scopeOf } from '../../../../release/going-back/scope.js';
import type { RollbackOutcome } from '../../../../release/outcome.js';
import { type HolderQuery, stateOfHolder, withHolderState } from '../../../../release/record/holder.js';
import { RecordOfAnother } from '../../../../release/record/of-another.js';
import { isInFlight, isOver, isSettledSince, type Release, type ReleaseRecord } from '../../../../release/record/record.js';
import type { Cluster } from '../../api/cluster.js';
import { chooseContainer } from '../../app/app.js';
import { describeEnd } from '../../canary/describe.js';
import { owns } from '../../decide/begin.js';
import { refuseNeverRan } from '../../decide/refuse-never-ran.js';
import { describeUnfinished } from '../../first-deployment/is-first.js';
import { openUndo } from '../../going-back/open-undo.js';
import { putBack, putBackOnto, takeBack } from '../../going-back/put-back.js';
import { type Moved, moveToImage, moveToRevision, noteMoved } from '../../going-back/undo-move.js';
import { liveImage, lookAtRunning } from '../../going-back/undo-proof.js';
import { putBackTraces } from '../../going-back/undo-traces.js';
import { recordTraces } from '../../lost-record/undo-unrecorded.js';
import { kubernetesOf } from '../../memory.js';
import { refuseOtherApp } from '../../preflight/other-names.js';
import { ROUTERLESS } from '../../routers/index.js';
import { tellGit } from '../../survey/gitops.js';
import type { Survey } from '../../survey/survey.js';
import { refuseMissing, surveyUndo } from '../../survey/undo-survey.js';
import type { Work } from '../../work.js';
import type { RollbackInputs } from './inputs.js';

interface Effects extends Runtime {
  readonly cluster: Cluster;
}

/**
 * @param startedAt milliseconds since the epoch
 * @param looked what may have to be undone, as it was read
 */
export async function rollback(
  inputs: RollbackInputs,
  effects: Effects,
  startedAt = effects.clock.now(),
  looked = surveyUndo(inputs, effects),
): Promise<RollbackOutcome> {
  const found = await looked;
  const request: Request = { inputs, effects, found, holder: { ...effects, token: inputs.githubToken }, startedAt };
  const isNamed = inputs.toRevision !== undefined || inputs.toImage !== undefined;
  return isNamed ? goToNamed(request) : undoRelease(request);
}

interface Request {
  readonly inputs: RollbackInputs;
  readonly effects: Effects;
  readonly found: Survey;
  readonly holder: HolderQuery;
  readonly startedAt: number;
}

/** Stable goes to the revision or image that the user names, whatever the record says. */
async function goToNamed(request: Request): Promise<RollbackOutcome> {
  const { inputs, effects, found, holder } = request;
  const { cluster, log, signal, workflowRun } = effects;
  const { latest } = found.record;
  if (found.flaw instanceof RecordOfAnother)
    log.warning(`${found.flaw.whose} It is left as it is, and what may be in flight by it is not looked at.`);
  const memory = latest && kubernetesOf(latest);
  await refuseMissing(cluster, inputs, found, signal);
  // A revision is brought back as a whole, whatever its containers are called.
  if (inputs.toImage !== undefined || inputs.container !== undefined)
    chooseContainer(found.app.deployment, inputs.container ?? memory?.container);
  if (!isInFlight(latest)) await refuseOtherApp(cluster, found.app, signal);
  return openUndo(cluster, found, memory?.router ?? { kind: ROUTERLESS.kind }, inputs, effects, async (work) => {
    const { record } = work.held;
    const current = record.latest;
    await withHolderState(() => refuseInFlight(current, workflowRun, scopeOf(inputs.scope, record, workflowRun)), holder);
    const { from, to, isChanged } = await move(work, inputs);
    // One that could not be put back: it has another stable to go back to now.
    if (isInFlight(current)) await putBackOnto(work, current, to);
    if (current && isChanged && from !== to) await noteMoved(work, current, from);
    const { clause, isProven } = await lookAtRunning(work, to);
    if (!isChanged) return nothing(request, { reason: `Stable was there already: ${to}; ${clause}.` });
    return done(request, { phase: 'rolled-back', from, to, isProven, reason: `Stable went from ${from} to ${to}; ${clause}.` });
  });
}

/** What the record says is undone; where it says nothing, what is left in the cluster of a release whose record was lost. */
async function undoRelease(request: Request): Promise<RollbackOutcome> {
  const { inputs, effects, found, holder } = request;
  const { cluster, log, signal, workflowRun } = effects;
  const plan = (record: ReleaseRecord, latest = record.latest) =>
    planRollback(latest, scopeOf(inputs.scope, record, workflowRun), workflowRun);
  const recorded = plan(found.record);
  const traced = recorded.kind === 'nothing' && !recorded.held ? await recordTraces(found, effects) : undefined;
  const first = traced ? plan(found.record, traced) : recorded;
  if (first.kind === 'nothing') {
    await refuseMissing(cluster, inputs, found, signal);
    refuseUnknown(found);
    const unfinished = describeUnfinished(found.app.deployment);
    if (unfinished !== undefined) log.warning(unfinished);
    const { latest } = found.record;
    const isDue = (promoted: Release) =>
      (latest === undefined || promoted.startedAt > latest.startedAt) && plan(found.record, promoted).kind === 'restore';
    if (!first.held) await refuseOtherApp(cluster, found.app, signal, isDue);
    return leave(request, first, traced ? { ...found.record, latest: traced } : found.record);
  }
  if (!owns(workflowRun, first.release)) log.warning(await whoseIsUndone(first.release, holder));
  const isOfAny = scopeOf(inputs.scope, found.record, workflowRun) === 'any';
  return openUndo(
    cluster,
    found,
    kubernetesOf(first.release).router,
    { ...inputs, asksToYield: isOfAny },
    effects,
    async (work) => {
      const now = traced && !isSettledSince(found.record, work.held.record) ? first : plan(work.held.record);
      if (now.kind === 'nothing') return leave(request, now, work.held.record);
      const { release } = now;
      const isAborted = now.kind === 'abort';
      const abort = traced ? putBackTraces : putBack;
      const after = isAborted ? await abort(work, release, 'rollback') : await takeBack(work, release);
      // What somebody has put into stable meanwhile is theirs, and stays.
      const to = isAborted ? await liveImage(work, release) : release.stable.image;
      const { on, clause, isProven } = await lookAtRunning(work, to, to === release.stable.image ? release.stable.imageIds : []);
      const end = after.kept ? `is ${describeEnd(after)}` : 'removed';
      const what = isAborted ? `The canary was taken out and ${end}` : 'The promoted version was taken back';
      return done(request, {
        phase: after.phase,
        from: release.canary.image,
        to: on,
        isProven,
        reason: `${what}: all traffic is on ${on}; ${clause}.`,
        undone: after,
      });
    },
  );
}

async function whoseIsUndone(release: Release, holder: HolderQuery): Promise<string> {
  const { canary, owner } = release;
  if (isOver(release)) return `Taking back ${canary.image}, which ${owner.url} has promoted.`;
  return `Undoing the release of ${owner.url}. ${await stateOfHolder(release, holder)}`.trim();
}

/** A record that can't be read may be of a promotion: to say that there is nothing to undo would be a success that did nothing. */
function refuseUnknown({ flaw, app }: Survey): void {
  if (flaw === undefined) return;
  throw new UserError(
    'record-unreadable',
    `${flaw.message}\nNo canary of ${app.name} is left to be put back, and what was promoted last is not known. Say with \`to-revision\` or \`to-image\` where stable is to go. Nothing has been changed.`,
  );
}

async function move(work: Work, { toRevision, toImage, allowUngated }: RollbackInputs): Promise<Moved> {
  if (toImage === undefined) return moveToRevision(work, toRevision ?? 'previous');
  await refuseNeverRan(work, toImage, allowUngated);
  return moveToImage(work, toImage);
}

type NothingPlan = Extract<RollbackPlan, { kind: 'nothing' }>;

/** Nothing is undone, which is a success only where somebody could have meant it. */
async function leave(
  request: Request,
  { reason: planned, ...plan }: NothingPlan,
  record: ReleaseRecord,
): Promise<RollbackOutcome> {
  const { inputs, effects, holder } = request;
  const unasked = leftUnasked(inputs.scope, record, effects.workflowRun);
  const reason = `${unasked ?? planned} ${plan.held ? await stateOfHolder(plan.held, holder) : ''}`.trim();
  if (unasked === undefined) return nothing(request, { ...plan, reason });
  return {
    ...NOTHING,
    reason,
    left: record.latest,
    failure: { code: 'nothing-of-this-run', text: reason },
  };
}

const NOTHING = { phase: 'none', from: '', to: '', seconds: '' };

function nothing({ effects: { log } }: Request, { reason, held, left }: Omit<NothingPlan, 'kind'>): RollbackOutcome {
  if (held ?? left) log.warning(reason);
  else log.info(reason);
  return { ...NOTHING, reason, left: held ?? left };
}

/** @param isProven whether pods of what stable is to run were seen to be ready: otherwise nobody knows when it had all traffic */
function done(
  { effects: { log, clock }, found, startedAt }: Request,
  { isProven, ...outcome }: Omit<RollbackOutcome, 'seconds'> & { readonly isProven: boolean },
): RollbackOutcome {
  log.info(outcome.reason);
  if (outcome.phase === 'rolled-back') tellGit(found, outcome.to, log);
  return { ...outcome, seconds: isProven ? ((clock.now() - startedAt) / 1000).toFixed(1) : '' };
}
