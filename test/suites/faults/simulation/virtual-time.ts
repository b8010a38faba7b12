import { type Owner, running } from './owner.js';

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly timer: VirtualTimer;
}

/**
 * Time that passes only when nobody has anything left to do: it then jumps to the next timer. Everything in this process lives in it, the product
 * and the cluster alike, so that a minute's wait costs nothing and a run with the same seed is the same run.
 *
 * @sinonjs/fake-timers would do, but waits a real millisecond for each timer; a case has a thousand.
 */
export class VirtualTime {
  #nowMs: number;
  #order = 0;
  #timers: Due[] = [];
  #immediates = 0;
  readonly #setImmediate = globalThis.setImmediate;

  constructor(startsAtMs: number) {
    this.#nowMs = startsAtMs;
  }

  /** Takes the place of this process's clocks and timers, for good. */
  install(): void {
    const now = () => this.#nowMs;
    const RealDate = globalThis.Date;
    const VirtualDate = class extends RealDate {
      constructor(...given: [] | [number | string | Date]) {
        super(...((given.length === 0 ? [now()] : given) as [number]));
      }
      static override now = now;
    };
    const timer = (callback: () => void, delayMs = 0, everyMs?: number) => {
      const made = new VirtualTimer(this, callback, Math.max(1, delayMs), everyMs);
      this.schedule(made);
      return made;
    };
    const end = (made: unknown) => {
      if (made instanceof VirtualTimer) this.#timers = this.#timers.filter((due) => due.timer !== made);
    };
    Object.assign(globalThis, {
      Date: VirtualDate,
      setTimeout: (callback: () => void, delayMs?: number) => timer(callback, delayMs),
      setInterval: (callback: () => void, delayMs: number) => timer(callback, delayMs, delayMs),
      clearTimeout: end,
      clearInterval: end,
      setImmediate: (callback: () => void) => {
        this.#immediates += 1;
        return this.#setImmediate(() => {
          this.#immediates -= 1;
          callback();
        });
      },
    });
    const startedAtMs = this.#nowMs;
    Object.defineProperty(performance, 'now', { value: () => this.#nowMs - startedAtMs });
  }

  schedule(timer: VirtualTimer): void {
    this.#order += 1;
    this.#timers = this.#timers.filter((due) => due.timer !== timer);
    this.#timers.push({ atMs: this.#nowMs + timer.delayMs, order: this.#order, timer });
  }

  /**
   * Lets time pass until the promise is settled, and gives its outcome.
   * @throws Error when nothing is left that could settle it, or `limitMs` have passed
   */
  async until<T>(promise: Promise<T>, limitMs = Number.POSITIVE_INFINITY): Promise<T> {
    let settled = false;
    const done = () => {
      settled = true;
    };
    promise.then(done, done);
    const endsAtMs = this.#nowMs + limitMs;
    for (;;) {
      await this.#idle();
      if (settled) return promise;
      const next = this.#next();
      if (next === undefined) throw new Error('nobody waits for anything any more, and it is not over');
      if (next.atMs > endsAtMs) throw new Error(`it is not over after ${limitMs / 1000} s`);
      this.#fire(next);
    }
  }

  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      await this.#idle();
      const next = this.#next();
      if (next === undefined || next.atMs > untilMs) break;
      this.#fire(next);
    }
    this.#nowMs = untilMs;
  }

  /** Sets the clock and forgets every timer: what still waits, waits for ever. */
  startOver(nowMs: number): void {
    this.#timers = [];
    this.#nowMs = nowMs;
  }

  #next(): Due | undefined {
    let first: Due | undefined;
    for (const due of this.#timers)
      if (!first || due.atMs < first.atMs || (due.atMs === first.atMs && due.order < first.order)) first = due;
    return first;
  }

  #fire(due: Due): void {
    this.#nowMs = Math.max(this.#nowMs, due.atMs);
    this.#timers.splice(this.#timers.indexOf(due), 1);
    if (due.timer.everyMs !== undefined) this.schedule(due.timer);
    due.timer.fire();
  }

  /** Until all that is ready to run has run. Streams take a few turns to pass something on. */
  async #idle(): Promise<void> {
    for (let quiet = 0; quiet < 2; quiet += 1) {
      await new Promise<void>((resolve) => this.#setImmediate(resolve));
      if (this.#immediates > 0) quiet = -1;
    }
  }
}

/** As much of Node's Timeout as is used. */
class VirtualTimer {
  readonly delayMs: number;
  readonly everyMs: number | undefined;
  readonly #time: VirtualTime;
  readonly #callback: () => void;
  readonly #owner: Owner | undefined = running.getStore();

  constructor(time: VirtualTime, callback: () => void, delayMs: number, everyMs: number | undefined) {
    this.#time = time;
    this.#callback = callback;
    this.delayMs = delayMs;
    this.everyMs = everyMs;
  }

  fire(): void {
    if (this.#owner?.isDead) return;
    if (this.#owner?.isFrozen) this.#owner.missed.push(() => this.fire());
    else running.run(this.#owner, this.#callback);
  }

  refresh(): this {
    this.#time.schedule(this);
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
