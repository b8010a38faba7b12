import type { Clock } from '../../kernel/clock.js';
import type { Log } from '../../kernel/log.js';
import { within } from '../../kernel/within.js';
import { describeFailure, isNamed, isPassing, type Question } from './failures.js';

/** Longer than any of these requests takes; shorter than a lock lasts, so that a machine that stood still notices. */
const REQUEST_WITHIN_MS = 10_000;
const ATTEMPTS = 6;
const FIRST_WAIT_MS = 200;

export interface Asking {
  readonly clock: Clock;
  readonly log: Pick<Log, 'debug'>;
  readonly signal: AbortSignal;
  /** Before each attempt of a write: whether it may still be sent. */
  readonly guard?: (() => Promise<void>) | undefined;
}

interface Asked extends Question {
  /** Names of refusals that the caller knows what to do about; they are thrown as they are. */
  readonly expects?: readonly string[];
}

/**
 * Sends a request, and again where AWS throttles, is away for a moment or does not answer; a write has to be one that can be repeated.
 * @throws UserError with AWS's words, except for what the caller expects
 */
export async function ask<T>(question: Asked, asking: Asking, send: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { clock, log, signal, guard } = asking;
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    await guard?.();
    try {
      return await within(REQUEST_WITHIN_MS, clock, signal, send);
    } catch (error) {
      signal.throwIfAborted();
      if (question.expects?.some((name) => isNamed(error, name))) throw error;
      if (!isPassing(error) || attempt === ATTEMPTS) throw describeFailure(question, error);
      log.debug(`${question.action}: ${String(error)}; trying again`);
      await clock.sleep(FIRST_WAIT_MS * 2 ** (attempt - 1), signal);
    }
  }
}
