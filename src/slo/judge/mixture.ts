/** ln Σ exp(x), without overflow. */
export function lnSumExp(values: readonly number[]): number {
  const highest = Math.max(...values);
  if (!Number.isFinite(highest)) return highest;
  return highest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - highest), 0));
}

/** What a test has won with bets on several alternatives: its sum is the e-value. It begins as 1. */
export interface Wealth {
  /** Looks that could change it. */
  readonly looks: number;
  /** ln of what has not been bet yet. */
  readonly lnKept: number;
  /** ln of what each bet has come to. */
  readonly lnBets: readonly number[];
}

/** Part of the wealth that is not bet at once. */
const KEPT = 0.08;
/** The later, the less of what is kept is bet with a look: after so many looks half of it is left. */
const HALF_KEPT_FOR = 60;

/** @param lnWeights what each alternative is believed in, before anything is seen; their exponentials add up to 1 */
export const beginWith = (lnWeights: readonly number[]): Wealth => ({
  looks: 0,
  lnKept: Math.log(KEPT),
  lnBets: lnWeights.map((ln) => Math.log1p(-KEPT) + ln),
});

/**
 * What the wealth is after a look that multiplies the bets by these factors. With each look some of what was kept is bet, so that a version
 * which turns bad after a long good time is found by bets that the good time has not eaten up. To move wealth between bets before a look
 * leaves the sum an e-value (M. Herbster, M. Warmuth, Tracking the best expert, 1998).
 */
export function grow({ looks, lnKept, lnBets }: Wealth, lnFactors: readonly number[], lnWeights: readonly number[]): Wealth {
  const part = 1 / (looks + 1 + HALF_KEPT_FOR);
  const lnAdded = lnKept + Math.log(part);
  return {
    looks: looks + 1,
    lnKept: lnKept + Math.log1p(-part),
    lnBets: lnBets.map((ln, j) => lnSum(ln, lnAdded + (lnWeights[j] ?? 0)) + (lnFactors[j] ?? 0)),
  };
}

/** ln of the e-value. */
export const lnTotal = ({ lnKept, lnBets }: Wealth): number => lnSumExp([lnKept, ...lnBets]);

/** An upper bound of `lnTotal` for less work. */
export const lnAtMost = ({ lnKept, lnBets }: Wealth): number => Math.max(lnKept, ...lnBets) + Math.log(lnBets.length + 1);

const lnSum = (a: number, b: number): number => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));

/** ln of the parts of a whole. */
export function lnShares(parts: readonly number[]): readonly number[] {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part) => Math.log(part / whole));
}

/** So many values from the first to the last, evenly spaced in their logarithm. */
export const geometric = (count: number, first: number, last: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => first * (last / first) ** (i / (count - 1)));
