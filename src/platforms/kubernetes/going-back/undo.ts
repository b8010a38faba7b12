import { type Problem, UserError } from '../../../kernel/errors.js';
import { isInFlight, type Release } from '../../../release/record/record.js';
import type { GateResult } from '../../../slo/gate/gate-result.js';
import type { Verdict } from '../../../slo/objective/objective.js';
import { ApiError } from '../api/cluster.js';
import { describeLive } from '../lost-record/live-state.js';
import type { Work } from '../work.js';
import { PutBackFailed, putBack } from './put-back.js';

/** What becomes of a release when something after its start fails. */
export type FailurePolicy = 'abort' | 'hold';

export interface Attempt {
  /** The release as it is now, moved or put back. */
  readonly release: Release;
  /** Why it was put back or left half-way, with the state that this left; undefined when all went well. */
  readonly failure: Problem | undefined;
  /** What the gate said, where there was one. */
  readonly verdict?: Verdict | undefined;
  /** All that it found. */
  readonly gate?: GateResult | undefined;
}

/**
 * Moves the release; when that fails for a reason that the user can mend, the release is put back at once. A cancelled step is left to `post`,
 * which has the time that a cancelled process lacks.
 * @throws whatever is not a UserError, with the release put back where that was possible; and when putting it back fails
 */
export async function undoOnFailure(context: Work, policy: FailurePolicy, move: () => Promise<Attempt>): Promise<Attempt> {
  // What the cluster would refuse is to be said; nothing has been changed that could be put back.
  if (context.cluster.plan) return move();
  try {
    return await move();
  } catch (error) {
    const latest = context.held.record.latest;
    if (context.held.signal.aborted || !isInFlight(latest) || error instanceof PutBackFailed) throw error;
    const message = isRefusal(error) ? `The API server refuses a change: ${error.message}` : messageOf(error);
    const code = error instanceof UserError ? error.code : 'cluster-refuses';
    if (policy === 'hold')
      return {
        release: latest,
        failure: {
          code,
          text: `${message}\n${await describeLive(context.cluster, context.app.name, latest, context.held.signal, context.router)} \`on-job-failure: hold\` leaves it so.`,
        },
      };
    context.log.info(`${message}\nPutting the release back.`);
    const release = await undo(context, latest, message, reasonOf(error));
    if (!(error instanceof UserError) && !isRefusal(error)) throw error;
    return { release, failure: { code, text: `${message}\n${await stateOf(context, release)}` } };
  }
}

const stateOf = ({ cluster, app, held }: Work, release: Release): Promise<string> =>
  describeLive(cluster, app.name, release, held.signal);

/** Quota, admission and the like have the last word on what may be written. */
const isRefusal = (error: unknown): error is ApiError => error instanceof ApiError && error.status >= 400 && error.status < 500;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** For the record, which has room for one line. */
const reasonOf = (error: unknown): string =>
  briefOf(error).split('\n', 1)[0]?.replace(/[.:]$/, '').slice(0, 500) || 'the step failed';

/** A webhook's words are its own, and may be anything. */
function briefOf(error: unknown): string {
  if (error instanceof UserError) return error.brief;
  return error instanceof ApiError ? `the API server answered ${error.status} ${error.reason} to a change` : messageOf(error);
}

async function undo(context: Work, latest: Release, message: string, reason: string): Promise<Release> {
  try {
    return await putBack(context, latest, reason);
  } catch (error) {
    throw new UserError('put-back-failed', `${message}\nPutting it back failed too: ${messageOf(error)}`, { cause: error });
  }
}
