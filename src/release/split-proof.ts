/** Requests that were counted since the share was written. */
export interface SplitCounts {
  readonly canary: number;
  readonly total: number;
}

export interface SplitEstimate {
  /** Measured share of the canary and its 99 % interval, in percent; undefined while nothing was counted. */
  readonly share: number | undefined;
  readonly low: number;
  readonly high: number;
  /**
   * `proven`: the interval contains the share that was asked for, excludes the one before, and is narrow enough.
   * `contradicted`: it does not contain the share that was asked for, and is narrow enough, or farther from it than it may be wide.
   */
  readonly state: 'proven' | 'contradicted' | 'undecided';
}

/** Two-sided 99 % quantile of the normal distribution. */
const Z = 2.5758293035489004;

/**
 * What the counts say of the split, by Wilson's score interval (E. B. Wilson, JASA 22, 1927), which holds near 0 and 100 % too.
 * @param asked share that was written, in percent
 * @param previous share before it, in percent
 */
export function estimateSplit({ canary, total }: SplitCounts, asked: number, previous: number): SplitEstimate {
  if (total === 0) return { share: undefined, low: 0, high: 100, state: 'undecided' };
  const p = canary / total;
  const z2 = Z * Z;
  const centre = (p + z2 / (2 * total)) / (1 + z2 / total);
  const half = (Z * Math.sqrt((p * (1 - p)) / total + z2 / (4 * total * total))) / (1 + z2 / total);
  const low = canary === 0 ? 0 : 100 * Math.max(0, centre - half);
  const high = canary === total ? 100 : 100 * Math.min(1, centre + half);
  const tolerance = Math.max(3, asked / 3);
  const isNarrow = (high - low) / 2 <= tolerance;
  const contains = (share: number) => low <= share && share <= high;
  const distance = Math.max(0, low - asked, asked - high);
  const isContradicted = distance > 0 && (isNarrow || distance > tolerance);
  const isProven = isNarrow && contains(asked) && (previous === asked || !contains(previous));
  return { share: 100 * p, low, high, state: isContradicted ? 'contradicted' : isProven ? 'proven' : 'undecided' };
}

/** How many requests a proof takes when they are split just as asked; for knowing when to look again. */
export function requestsToProve(asked: number, previous: number): number {
  for (let total = 50; ; total = Math.ceil(total * 1.1)) {
    const canary = Math.round((total * asked) / 100);
    if (total > 100_000 || estimateSplit({ canary, total }, asked, previous).state === 'proven') return total;
  }
}
