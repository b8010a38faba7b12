import type { Timers } from './timers.js';

export interface PaceOptions {
  /** Per second. */
  readonly rate: number;
  /** No more than this many. */
  readonly count: number;
  /** Called once for each, with the time at which it was due. */
  readonly send: (dueAt: number) => void;
  /** Called when the last one has been sent. */
  readonly onEnd: () => void;
  readonly timers: Timers;
}

export interface Pace {
  readonly startedAt: number;
  /** Sends no more; returns how many have been due for longer than a timer takes, and have not been sent. */
  stop(): number;
}

/** So many are sent before answers are looked at again. */
const largestBurst = 32;
/** Later than this, the event loop has been blocked. */
const blockedMs = 25;

/**
 * Calls `send` at a fixed rate, however long what it starts takes. What is late is sent as soon as possible and never left out, but in bursts between
 * which answers are read; after the event loop has been blocked, everything that arrived meanwhile is read first: an idle connection that the
 * server has closed must not be used again.
 */
export function startPace({ rate, count, send, onEnd, timers }: PaceOptions): Pace {
  const startedAt = timers.now();
  const dueAt = (index: number) => startedAt + (index * 1000) / rate;
  let next = 0;
  let isStopped = false;
  let cancelTimer: () => void;

  const wake = () => {
    if (timers.now() - dueAt(next) > blockedMs) afterReading(sendDue);
    else sendDue();
  };
  const sendDue = () => {
    for (let burst = 0; !isStopped && next < count && dueAt(next) <= timers.now(); burst += 1) {
      if (burst === largestBurst) {
        setImmediate(sendDue);
        return;
      }
      next += 1;
      send(dueAt(next - 1));
    }
    if (isStopped) return;
    if (next < count) cancelTimer = timers.after(Math.max(0, dueAt(next) - timers.now()), wake);
    else onEnd();
  };
  cancelTimer = timers.after(0, wake);

  return {
    startedAt,
    stop: () => {
      isStopped = true;
      cancelTimer();
      const due = Math.min(count, Math.floor(((timers.now() - startedAt - blockedMs) / 1000) * rate) + 1);
      return Math.max(0, due - next);
    },
  };
}

/** Calls back when all that has arrived at the process's sockets has been read, and what ended by it is closed: two turns of the event loop. */
export function afterReading(callback: () => void): void {
  setImmediate(() => setImmediate(() => setImmediate(callback)));
}
