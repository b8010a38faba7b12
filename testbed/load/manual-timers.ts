import type { Timers } from './timers.js';

interface Waiting {
  readonly at: number;
  readonly callback: () => void;
}

/** Time that stands still until a test moves it, so that no test depends on how busy the machine is. */
export class ManualTimers implements Timers {
  #now = 1_000_000;
  readonly #waiting = new Set<Waiting>();

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const waiting = { at: this.#now + ms, callback };
    this.#waiting.add(waiting);
    return () => this.#waiting.delete(waiting);
  }

  /** Moves on by `ms`; each callback comes at its own time. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (let next = this.#next(until); next; next = this.#next(until)) {
      this.#waiting.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = until;
  }

  /** Moves on by `ms` at once, as time does while the event loop is blocked: what was due meanwhile comes late. */
  jump(ms: number): void {
    this.#now += ms;
    this.advance(0);
  }

  #next(until: number): Waiting | undefined {
    return [...this.#waiting].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
  }
}
