import type { Clock } from '../../kernel/clock.js';
import { UserError } from '../../kernel/errors.js';
import type { Log } from '../../kernel/log.js';
import { within } from '../../kernel/within.js';
import type { WorkflowRun } from '../../kernel/workflow-run.js';
import type { Owner, Release } from './record.js';

/** The run that started a release owns it, in any later attempt too. */
export const owns = (run: WorkflowRun, { owner }: Pick<Release, 'owner'>): boolean =>
  owner.repository === run.repository && owner.id === run.runId && run.runAttempt >= owner.attempt;

/** This run, as a release of its has it on record. */
export const ownerOf = ({ repository, runId, runAttempt, url, workflow, actor, commit }: WorkflowRun): Owner => ({
  system: 'github-actions',
  repository,
  id: runId,
  attempt: runAttempt,
  url,
  ...(workflow !== undefined && { workflow }),
  ...(actor !== undefined && { actor }),
  ...(commit !== undefined && { commit }),
});

/** What is in flight and whose it is, until when; a sentence without its full stop. */
export const describeHold = ({ canary, phase, weight, owner, holdUntil }: Release): string =>
  `A release of ${canary.image} is in flight (${phase}, ${weight} %). It belongs to ${owner.url} until ${holdUntil}`;

/** A release in flight is held by another run. */
export class HeldByAnotherRun extends UserError {
  readonly release: Release;

  /** @param wayOut what the user can do about it, in a sentence */
  constructor(release: Release, wayOut: string) {
    super('release-of-another-run', `${describeHold(release)}.\n${wayOut} Nothing has been changed.`);
    this.release = release;
  }
}

/** @throws HeldByAnotherRun when the release in flight is another run's, and neither over its time nor to be taken over */
export function refuseHeld(latest: Release, { takeOver }: { readonly takeOver: boolean }, run: WorkflowRun, nowMs: number): void {
  const isExpired = Date.parse(latest.holdUntil) <= nowMs;
  if (!owns(run, latest) && !isExpired && !takeOver) throw new HeldByAnotherRun(latest, WAY_OUT);
}

const WAY_OUT =
  'Let that run finish, undo it with the rollback action (`scope: any` when it is not run there), or set `take-over: true` to put it back and go on.';

export interface HolderQuery {
  readonly workflowRun: WorkflowRun;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** That of the workflow, with `actions: read`; without one nobody is asked. */
  readonly token: string | undefined;
}

const ASK_WITHIN_MS = 5000;

/**
 * Decides, and completes the refusal of a release that another run of the same repository holds with what GitHub says of that run. A GitHub that
 * does not answer changes nothing: who may take over is for the record to say.
 * @throws what `decide` throws
 */
export async function withHolderState<T>(decide: () => T, query: HolderQuery): Promise<T> {
  try {
    return decide();
  } catch (error) {
    if (!(error instanceof HeldByAnotherRun)) throw error;
    const said = await stateOfHolder(error.release, query);
    throw said === '' ? error : error.followedBy(said);
  }
}

/** One sentence on whether the run that holds the release is still at work; empty when that is not known. */
export async function stateOfHolder(
  { owner }: Release,
  { workflowRun, clock, log, signal, token }: HolderQuery,
): Promise<string> {
  if (token === undefined || owner.repository !== workflowRun.repository) return '';
  try {
    const { runState } = await import('../../forges/github/run-state.js');
    const ask = (inner: AbortSignal) => runState(owner.repository, owner.id, token, inner);
    const { status, conclusion } = await within(ASK_WITHIN_MS, clock, signal, ask);
    return status === 'completed'
      ? `That run is over (${conclusion}): nobody works on this release any more.`
      : `That run is not over yet (${status}).`;
  } catch (error) {
    log.info(`What has become of ${owner.url} is not known: ${(error as Error).message}`);
    return '';
  }
}
