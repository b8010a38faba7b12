import type { SplitEstimate } from './split-proof.js';

/** How long counts were collected for, in milliseconds. */
interface Collected {
  /** Since the share was written. */
  readonly elapsedMs: number;
  /** Since counts were last thrown away. */
  readonly windowMs: number;
}

/**
 * Decides when counts that contradict a share are believed. Pods answer at different moments, so in a short time one side's counts can cover more of
 * it than the other's, and chance does the rest; what was too much for one side is too little the next time. So the same contradiction is
 * asked for twice in a row, and there is as much time for the second as the first one took.
 */
export class SplitDoubt {
  #untilMs: number;
  #isExtended = false;
  /** Of the last counts that contradicted the share: whether the canary had more (1) or less (-1) of it; 0 before any did. */
  #side = 0;
  #windowMs = 0;

  /** @param timeoutMs time to look, without what a second look takes */
  constructor(timeoutMs: number) {
    this.#untilMs = timeoutMs;
  }

  /** What is to be made of counts that do not prove the share; those that contradict it are to be thrown away. */
  weigh(
    { state, low }: SplitEstimate,
    asked: number,
    { elapsedMs, windowMs }: Collected,
  ): 'look on' | 'contradicted' | 'undecided' {
    const side = state === 'contradicted' ? (low > asked ? 1 : -1) : 0;
    const isAgain = side !== 0 && side === this.#side;
    if (side !== 0) [this.#side, this.#windowMs] = [side, windowMs];
    if (elapsedMs < this.#untilMs) return 'look on';
    if (isAgain) return 'contradicted';
    const missingMs = side === 0 ? this.#windowMs - windowMs : windowMs;
    if (this.#isExtended || missingMs <= 0) return 'undecided';
    this.#isExtended = true;
    this.#untilMs = elapsedMs + missingMs;
    return 'look on';
  }
}
