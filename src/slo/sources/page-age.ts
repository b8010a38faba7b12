/** Fewer requests than this at once may simply have come after a pause. */
const FLUSHED = 5;
/** Looks without a new request before them; one or two may be looks that were slow. */
const QUIET_LOOKS = 3;

/**
 * How old a pod's page of metrics may be. Some apps make theirs anew only every 15 or 60 s; until a page has changed it says nothing of the time since
 * it was first read.
 */
export class PageAge {
  readonly #maxAgeMs: number;
  #first: { readonly text: string; readonly at: number } | undefined;
  #isRenewed = false;
  #quietLooks = 0;
  #changedAt = 0;
  /** Looks that found new requests. */
  busyLooks = 0;
  /** The longest time between two looks with new requests where the page was surely an old one meanwhile, in milliseconds; 0 when there was none. */
  longestMs = 0;

  constructor(maxAgeMs: number) {
    this.#maxAgeMs = maxAgeMs;
  }

  /** @param grown requests that are new on this page */
  look(text: string, grown: number, at: number): void {
    if (this.#first === undefined) {
      this.#first = { text, at };
      this.#changedAt = at;
      return;
    }
    this.#isRenewed ||= grown > 0 || (text !== this.#first.text && withoutTimes(text) !== withoutTimes(this.#first.text));
    if (grown === 0) {
      this.#quietLooks++;
      return;
    }
    if (this.#quietLooks >= QUIET_LOOKS && grown >= FLUSHED) this.longestMs = Math.max(this.longestMs, at - this.#changedAt);
    this.busyLooks++;
    this.#quietLooks = 0;
    this.#changedAt = at;
  }

  /** Whether the page has changed since it was first read, or is so old that it would have. */
  isRenewed(now: number): boolean {
    return this.#isRenewed || (this.#first !== undefined && now - this.#first.at >= this.#maxAgeMs);
  }

  /** How long it has been the same, in milliseconds. */
  sameForMs(now: number): number {
    return this.#first === undefined ? 0 : now - this.#first.at;
  }
}

/** A sample may end in the time at which it was taken (text format 0.0.4: milliseconds; OpenMetrics: seconds). */
const withoutTimes = (text: string): string =>
  text.replace(/^([^#\s{][^\s{]*(?:\{.*\})?[ \t]+\S+)[ \t]+-?\d[\d.e+]*[ \t]*$/gm, '$1');
