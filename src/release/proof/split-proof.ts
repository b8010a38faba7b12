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
   * `short`: less than the share, as requests past the split explain it, and neither nothing nor the share before.
   */
  readonly state: 'proven' | 'contradicted' | 'short' | 'undecided';
}

/** A share with its interval, in percent. */
export interface Measured {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** What is known of requests that reach stable past the split: they lower the canary's share of all that are counted, whatever the router does. */
export interface PastTheSplit {
  /** The share of all requests that was declared to come so, in percent. */
  readonly declared: number;
  /** Whether requests may come so that nobody declared; where the ratio of pods is the split, it covers every way. */
  readonly isPossible: boolean;
  /** What was measured at the share before. */
  readonly earlier?: Measured | undefined;
}

const NOTHING_PAST: PastTheSplit = { declared: 0, isPossible: false };

/** Two-sided 99 % quantile of the normal distribution. */
const Z = 2.5758293035489004;
/** So few requests are strays: a check by hand, a kept connection. */
const STRAYS = 2;
/** A fiftieth of the share is as good as none. Were it right, 98 % of the requests would come past the split. */
const NONE_OF_SHARE = 50;

/**
 * What the counts say of the split, by Wilson's score interval (E. B. Wilson, JASA 22, 1927), which holds near 0 and 100 % too.
 * @param asked share that was written, in percent
 * @param previous share before it, in percent
 */
export function estimateSplit(
  counts: SplitCounts,
  asked: number,
  previous: number,
  past: PastTheSplit = NOTHING_PAST,
): SplitEstimate {
  if (counts.total === 0) return { share: undefined, low: 0, high: 100, state: 'undecided' };
  const measured = wilson(counts);
  const { low, high } = measured;
  const tolerance = Math.max(3, asked / 3);
  const isNarrow = (high - low) / 2 <= tolerance;
  const [least, before] = [withoutDeclared(asked, past), beforeIt(previous, past)];
  const isWithin = low <= asked && high >= least;
  const distance = Math.max(0, low - asked, least - high);
  const isMoved = previous === asked || high < before.low || low > before.high;
  if (distance > 0 && (isNarrow || distance > tolerance))
    return { ...measured, state: isExplained(counts, measured, asked, previous, past) ? 'short' : 'contradicted' };
  return { ...measured, state: isNarrow && isWithin && isMoved ? 'proven' : 'undecided' };
}

function wilson({ canary, total }: SplitCounts): Measured {
  const p = canary / total;
  const z2 = Z * Z;
  const centre = (p + z2 / (2 * total)) / (1 + z2 / total);
  const half = (Z * Math.sqrt((p * (1 - p)) / total + z2 / (4 * total * total))) / (1 + z2 / total);
  const low = canary === 0 ? 0 : 100 * Math.max(0, centre - half);
  const high = canary === total ? 100 : 100 * Math.min(1, centre + half);
  return { share: 100 * p, low, high };
}

const withoutDeclared = (share: number, { declared }: PastTheSplit): number => share * (1 - declared / 100);

/** Where the canary's share was before: as it was measured, where requests past the split made it less than was asked for. */
function beforeIt(previous: number, past: PastTheSplit): Pick<Measured, 'low' | 'high'> {
  const { earlier } = past;
  if (earlier && (past.declared > 0 || earlier.high < previous)) return { low: earlier.share, high: earlier.share };
  return { low: withoutDeclared(previous, past), high: previous };
}

/**
 * With a share u of the requests past the split, the canary gets weight × (1 − u) of all. So less than the weight contradicts nothing by itself; but a
 * router that ignores weights gives nothing, and one that ignores changes gives what it gave before, where the same u foretells another share.
 */
function isExplained(counts: SplitCounts, measured: Measured, asked: number, previous: number, past: PastTheSplit): boolean {
  const { low, high } = measured;
  if (!past.isPossible || low > asked) return false;
  if (counts.canary <= STRAYS || high < asked / NONE_OF_SHARE) return false;
  if (previous === 0 || previous === asked) return true;
  const earlier = past.earlier ?? { share: previous, low: previous, high: previous };
  const foretold = (share: number) => (share * asked) / previous;
  if (low <= foretold(earlier.high) && high >= foretold(earlier.low)) return true;
  const isWrongWay = asked > previous ? high < earlier.low : low > earlier.high;
  const isUnmoved = low <= earlier.high && high >= earlier.low;
  return !isWrongWay && !isUnmoved;
}

/**
 * The share of all requests that comes past the split when the canary gets its share of the others: the measured share is weight × (1 − u).
 * @param measured the canary's share of all that were counted, at the weight `asked`
 */
export function pastTheSplit({ share, low, high }: Measured, asked: number): Measured {
  const past = (part: number) => 100 * Math.min(1, Math.max(0, 1 - part / asked));
  return { share: past(share), low: past(high), high: past(low) };
}

/** How many requests a proof takes when they are split just as asked; for knowing when to look again. */
export function requestsToProve(asked: number, previous: number): number {
  for (let total = 50; ; total = Math.ceil(total * 1.1)) {
    const canary = Math.round((total * asked) / 100);
    if (total > 100_000 || estimateSplit({ canary, total }, asked, previous).state === 'proven') return total;
  }
}
