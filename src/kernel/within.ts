import type { Clock } from './clock.js';
import { formatDuration } from './duration.js';

/**
 * Gives `work` a limited time; then its signal is aborted, and it is left behind whether it listens or not.
 * @throws Error `no answer within …` when the time is over; the signal's reason when the caller aborts; else what `work` throws
 */
export async function within<T>(
  ms: number,
  clock: Clock,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const ended = new AbortController();
  const timer = clock.sleep(ms, AbortSignal.any([signal, ended.signal])).then(() => {
    throw new Error(`no answer within ${formatDuration(ms)}`);
  });
  try {
    return await Promise.race([work(AbortSignal.any([signal, over.signal])), timer]);
  } finally {
    // The loser of the race must neither stay asleep nor be reported as an unhandled rejection.
    timer.catch(() => undefined);
    ended.abort();
    over.abort();
  }
}
