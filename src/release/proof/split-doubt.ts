import type { SplitEstimate } from './split-proof.js';

/** How long counts were collected for, in milliseconds. */
interface Collected {
  /** Since the share was written. */
  readonly elapsedMs: number;
  /** Since counts were last thrown away. */
  readonly windowMs: number;
}

/** Less than the share for this long is what comes past the split, and not a proxy that is late. */
const SHORT_MS = 15_000;

/**
 * Decides when counts that contradict a share are believed. They answer at different moments, so in a short time one side's counts can cover more of
 * it than the other's, and chance does the rest; what was too much for one side is too little the next time. So the same contradiction is
 * asked for twice in a row, and there is as much time for the second as the first one took.
 */
export class SplitDoubt {
  #untilMs: number;
  #isExtended = false;
  /** Of the last counts that contradicted the share: whether the canary had more (1) or less (-1) of it; 0 before any did. */
  #side = 0;
  #windowMs = 0;
  /** How often in a row, and since when, counts fell short of the share as requests past the split explain it. */
  #short = { times: 0, sinceMs: 0 };

  /** @param timeoutMs time to look, without what a second look takes */
  constructor(timeoutMs: number) {
    this.#untilMs = timeoutMs;
  }

  /** What is to be made of counts that do not prove the share; those that contradict it or fall short of it are to be thrown away. */
  weigh(
    { state, low }: SplitEstimate,
    asked: number,
    { elapsedMs, windowMs }: Collected,
  ): 'look on' | 'contradicted' | 'short' | 'undecided' {
    if (state === 'short')
      this.#short = { times: this.#short.times + 1, sinceMs: this.#short.times ? this.#short.sinceMs : elapsedMs };
    if (state === 'contradicted') this.#short = { times: 0, sinceMs: 0 };
    const side = state === 'contradicted' ? (low > asked ? 1 : -1) : 0;
    const isAgain = side !== 0 && side === this.#side;
    if (side !== 0 || state === 'short') [this.#side, this.#windowMs] = [side, windowMs];
    if (this.#short.times > 1 && elapsedMs - this.#short.sinceMs >= SHORT_MS) return 'short';
    if (elapsedMs < this.#untilMs) return 'look on';
    if (isAgain) return 'contradicted';
    if (this.#short.times > 0) return 'short';
    const missingMs = side === 0 ? this.#windowMs - windowMs : windowMs;
    if (this.#isExtended || missingMs <= 0) return 'undecided';
    this.#isExtended = true;
    this.#untilMs = elapsedMs + missingMs;
    return 'look on';
  }
}
