/** Fewer requests than this at once may simply have come after a pause. */
const FLUSHED = 5;
/** Looks without a new request before them; one or two may be looks that were slow. */
const QUIET_LOOKS = 3;
/** So many looks in a row that each met another page are no chance. */
const FRESH_LOOKS = 3;
/** A page that lives a little longer than it takes from look to look seems new at several of them. */
const FRESH_MARGIN = 2;

/**
 * How old a pod's page of metrics may be. Some apps make theirs anew only every 15 or 60 s; until a page has changed it says nothing of the time since
 * it was first read.
 */
export class PageAge {
  readonly #maxAgeMs: number;
  #first: { readonly at: number; readonly hasTimes: boolean } | undefined;
  #last = { text: '', at: 0, changedAt: 0 };
  #isRenewed = false;
  #quietLooks = 0;
  #grownAt = 0;
  /** Looks in a row that met another page each, and the longest time between two of them. */
  #changes = { inARow: 0, longestMs: 0 };
  #freshWithinMs: number | undefined;
  /** Looks that found new requests. */
  busyLooks = 0;
  /** The longest time between two looks with new requests where the page was surely an old one meanwhile, in milliseconds; 0 when there was none. */
  longestMs = 0;
  /** Requests until then, in milliseconds since the epoch, are on the page: it is not older than that. */
  toldUntil = Number.NEGATIVE_INFINITY;

  /** @param maxAgeMs the greatest age of a page in which nothing changes */
  constructor(maxAgeMs: number) {
    this.#maxAgeMs = maxAgeMs;
  }

  /** @param grown requests that are new on this page and may be users' */
  look(text: string, grown: number, at: number): void {
    const last = this.#last;
    if (this.#first === undefined) {
      this.#first = { at, hasTimes: withoutTimes(text) !== text };
      this.#last = { text, at, changedAt: at };
      this.#grownAt = at;
      return;
    }
    const isOther = grown > 0 || this.#isOther(last.text, text);
    this.#last = { text, at, changedAt: isOther ? at : last.changedAt };
    if (isOther) this.#noteChange(last.at, at);
    else this.#noteSame(at);
    if (grown === 0) {
      this.#quietLooks++;
      return;
    }
    if (this.#quietLooks >= QUIET_LOOKS && grown >= FLUSHED) this.longestMs = Math.max(this.longestMs, at - this.#grownAt);
    this.busyLooks++;
    this.#quietLooks = 0;
    this.#grownAt = at;
  }

  #isOther(before: string, now: string): boolean {
    if (before === now) return false;
    return !this.#first?.hasTimes || withoutTimes(before) !== withoutTimes(now);
  }

  /** The page before was still handed out at the look before, so this one was made after that. */
  #noteChange(lastAt: number, at: number): void {
    this.#isRenewed = true;
    this.toldUntil = lastAt;
    this.#changes = { inARow: this.#changes.inARow + 1, longestMs: Math.max(this.#changes.longestMs, at - lastAt) };
    if (this.#changes.inARow >= FRESH_LOOKS) this.#freshWithinMs = FRESH_MARGIN * this.#changes.longestMs;
  }

  /** The same page is made anew in vain where it has been seen to be made for each look, and else once it is older than any. */
  #noteSame(at: number): void {
    this.#changes = { inARow: 0, longestMs: 0 };
    if (this.#freshWithinMs !== undefined) this.toldUntil = Math.max(this.toldUntil, at - this.#freshWithinMs);
    if (at - this.#last.changedAt >= this.#maxAgeMs) this.toldUntil = Math.max(this.toldUntil, at - this.#maxAgeMs);
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
