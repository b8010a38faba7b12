import type { Clock } from '../src/kernel/clock.js';

interface Sleeper {
  readonly wakesAt: number;
  readonly wake: () => void;
}

/** A clock that stands still until the test moves it. Sleepers wake in the order of their times, each at its own time. */
export class ManualClock implements Clock {
  #now: number;
  #sleepers: Sleeper[] = [];

  /** @param startsAt milliseconds since the epoch */
  constructor(startsAt = 1_000_000) {
    this.#now = startsAt;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper: Sleeper = {
        wakesAt: this.#now + Math.max(0, ms),
        wake: () => {
          signal?.removeEventListener('abort', cancel);
          resolve();
        },
      };
      const cancel = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', cancel, { once: true });
      this.#sleepers.push(sleeper);
    });
  }

  /** Moves on by `ms`; what a sleeper does on waking has happened before the next one wakes. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    for (let next = this.#next(until); next; next = this.#next(until)) {
      this.#sleepers = this.#sleepers.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.wakesAt);
      next.wake();
      await settle();
    }
    this.#now = until;
  }

  /** Moves on from sleeper to sleeper until the promise is settled, and gives its outcome. Throws when nobody sleeps any more. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const done = () => {
      settled = true;
    };
    promise.then(done, done);
    await settle();
    while (!settled) {
      const next = this.#next(Number.POSITIVE_INFINITY);
      if (!next) throw new Error('the promise is not settled, and nobody sleeps: it waits for something other than this clock');
      await this.advance(next.wakesAt - this.#now);
    }
    return promise;
  }

  #next(until: number): Sleeper | undefined {
    return this.#sleepers.filter((sleeper) => sleeper.wakesAt <= until).toSorted((a, b) => a.wakesAt - b.wakesAt)[0];
  }
}

/** Lets everything that is ready to run, run: `setImmediate` comes after all promise reactions. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
