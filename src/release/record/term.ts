import type { Clock } from '../../kernel/clock.js';

export const LOCK_LASTS_SECONDS = 30;
/** Whoever waits for the end begins to count when it sees a renewal; what is sent this long before has arrived by then. */
const LAST_SENT_BEFORE_END_MS = 2000;

/** How long this process may write, counted from before the renewal was sent. */
export interface Term {
  /** @returns to be called when the server has taken what was begun now */
  begin(): () => void;
  isOver(): boolean;
}

/** A machine that sleeps may stop the one clock, and somebody may set the other: the lock is asked for again when either says so. */
export function startTerm(clock: Pick<Clock, 'now'>, monotonicMs = () => performance.now()): Term {
  const now = () => ({ monotonic: monotonicMs(), wall: clock.now() });
  const lengthMs = LOCK_LASTS_SECONDS * 1000 - LAST_SENT_BEFORE_END_MS;
  let since = { monotonic: Number.NEGATIVE_INFINITY, wall: Number.NEGATIVE_INFINITY };
  return {
    begin: () => {
      const begun = now();
      return () => {
        since = begun;
      };
    },
    isOver: () => {
      const { monotonic, wall } = now();
      return monotonic - since.monotonic >= lengthMs || Math.abs(wall - since.wall) >= lengthMs;
    },
  };
}
