import { UserError } from '../../../kernel/errors.js';
import type { Log } from '../../../kernel/log.js';
import { IN_FLIGHT, OWN_RELEASE, PROMOTED, type Runtime } from '../../../kernel/runtime.js';
import { isInFlight, isSettledSince, type Release } from '../../../release/record/record.js';
import type { Cluster } from '../api/cluster.js';
import type { AppNames } from '../app/app.js';
import { owns } from '../decide/begin.js';
import type { TrafficOptions } from '../decide/open.js';
import { leaseLedger } from '../ledger/ledger.js';
import { describeLive } from '../lost-record/live-state.js';
import { recordTraces } from '../lost-record/undo-unrecorded.js';
import { kubernetesOf } from '../memory.js';
import { surveyUndo } from '../survey/undo-survey.js';
import { openUndo } from './open-undo.js';
import { putBack } from './put-back.js';
import type { FailurePolicy } from './undo.js';
import { persistently } from './undo-patience.js';
import { putBackTraces } from './undo-traces.js';

export interface InFlightOptions extends AppNames, Omit<TrafficOptions, 'prove'> {
  readonly onJobFailure: FailurePolicy;
  /** Of the step: one that has changed nothing undoes nothing. */
  readonly dryRun?: boolean;
}

/**
 * What `post` does after a failed or cancelled job: aborts the release that its own main has begun, gone on with or judged, and no other. One that
 * another job of the run has in flight is that job's. Safe to call twice. A cluster that is away for a while is waited for, since main has worked with it.
 * @param connect the way to the cluster as main had it
 * @returns the release as it is now, where it was this step's to settle
 */
export async function settleInFlight(
  connect: () => Cluster,
  options: InFlightOptions,
  runtime: Runtime,
): Promise<Release | undefined> {
  const { log, signal, clock, state } = runtime;
  if (options.dryRun) return nothing(log, 'This step was a dry run, so there is nothing to undo.');
  const own = state.read(OWN_RELEASE);
  const promoted = state.read(PROMOTED);
  if (own === '' && promoted === '') return nothing(log, 'This step has left no release in flight, so there is nothing to undo.');
  if (own === '') {
    log.warning(promoted);
    return undefined;
  }
  let isOpen = false;
  const opened = () => {
    isOpen = true;
  };
  try {
    const cluster = connect();
    const attempt = () => settle(cluster, own, options, runtime, opened);
    return await persistently(attempt, { clock, log, signal, withinMs: options.startTimeout });
  } catch (error) {
    if (!(error instanceof Error) || signal.aborted || isOpen) throw error;
    const inFlight = state.read(IN_FLIGHT);
    if (error instanceof UserError) throw error.followedBy(inFlight);
    throw new UserError('put-back-failed', `${error.message}\n${inFlight}`, { cause: error });
  }
}

/**
 * @param own id of the release that main has worked on
 * @param opened told when the record is held: from then on a failure says itself where the traffic is
 */
async function settle(
  cluster: Cluster,
  own: string,
  options: InFlightOptions,
  runtime: Runtime,
  opened: () => void,
): Promise<Release | undefined> {
  const { log, workflowRun, signal } = runtime;
  const seen = await leaseLedger(cluster, options.app).readAny(signal);
  const recorded = seen.record.latest;
  const isKnown = isInFlight(recorded);
  if (isKnown && !(owns(workflowRun, recorded) && recorded.id === own))
    return nothing(
      log,
      `The release in flight (${recorded.id}) is not the one that this step worked on (${own}); it is left alone.`,
    );
  if (isKnown && options.onJobFailure === 'hold') return sayHeld(cluster, options.app, recorded, runtime);

  const found = await surveyUndo(options, { cluster, log, signal });
  const latest = isKnown ? recorded : await recordTraces(found, { cluster, log, workflowRun, signal });
  if (latest === undefined) return nothing(log, 'No release is in flight; nothing to undo.');
  if (!owns(workflowRun, latest) || latest.id !== own) {
    log.warning(`A canary that no record knows of is there. It is of ${latest.owner.url} (${latest.id}), and is left alone.`);
    return undefined;
  }
  if (options.onJobFailure === 'hold') return sayHeld(cluster, options.app, latest, runtime);
  return openUndo(cluster, found, kubernetesOf(latest).router, { ...options, prove: 'expected' }, runtime, async (work) => {
    opened();
    const current = isKnown || isSettledSince(seen.record, work.held.record) ? work.held.record.latest : latest;
    if (!isInFlight(current) || current.id !== latest.id) return nothing(log, 'The release was settled meanwhile.');
    const undo = isKnown ? putBack : putBackTraces;
    const after = await undo(work, current, 'the job failed or was cancelled');
    log.info(await describeLive(cluster, options.app, after, signal));
    return after;
  });
}

function nothing(log: Log, why: string): undefined {
  log.info(why);
}

async function sayHeld(cluster: Cluster, app: string, release: Release, { log, signal }: Runtime): Promise<Release> {
  const state = await describeLive(cluster, app, release, signal);
  log.warning(`${state} \`on-job-failure: hold\` leaves it so until ${release.holdUntil}.`);
  return release;
}
