import { UserError } from '../action/errors.js';
import { abort } from './abort.js';
import { describeState } from './describe.js';
import { isOver } from './record.js';
import type { Work } from './work.js';

/** What becomes of a release when something after its start fails. */
export type FailurePolicy = 'abort' | 'hold';

/**
 * Runs `work`; when it fails, the release is put back at once and the failure goes on up with the state that it left. A cancelled step is
 * left to `post`, which has the time that a cancelled process lacks.
 */
export async function undoOnFailure<T>(context: Work, policy: FailurePolicy, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const latest = context.held.record.latest;
    if (context.held.signal.aborted || latest === undefined || isOver(latest)) throw error;
    const message = error instanceof Error ? error.message : String(error);
    if (policy === 'hold') throw restated(error, `${message}\n${describeState(latest)} \`on-job-failure: hold\` leaves it so.`);
    context.log.warning(`${message}\nPutting the release back.`);
    const undone = await abort(context, latest, 'the step failed').catch((second: unknown) => {
      const state = describeState(context.held.record.latest ?? latest);
      throw restated(
        error,
        `${message}\nPutting it back failed too: ${second instanceof Error ? second.message : String(second)}\n${state}`,
      );
    });
    throw restated(error, `${message}\n${describeState(undone)}`);
  }
}

/** The same failure with more to say; a defect stays a defect. */
const restated = (cause: unknown, message: string): Error =>
  cause instanceof UserError ? new UserError(message, { cause }) : new Error(message, { cause });
