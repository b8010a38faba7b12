import { ALPHA } from './judge.js';

/** Points on each side from which on the normal approximation is good to three digits, and a verdict is worth giving. */
export const POINTS_NEEDED = 20;
/** A difference that speaks against the canary, though not loudly enough for a fail. */
const SPEAKS_AT = 0.05;
/** One-sided 95 % point of the normal distribution. */
const Z_95 = 1.6448536269514722;
/**
 * By A. Vargha and H. Delaney, 2000: of two values taken at random, the canary's is the worse one in 56 % (small) or 71 % (large). A smaller
 * difference than the one fails nothing, however many points prove it; a pass excludes the other.
 */
const [SMALL_EFFECT, LARGE_EFFECT] = [0.56, 0.71];

export interface RankTest {
  /** Pairs in which the canary's value is the higher one; ties count half. */
  readonly u: number;
  /** u as a share of all pairs: the chance that the canary's value is the higher one. 0.5 when nothing differs. */
  readonly effect: number;
  /** Chance of such a u or a higher one if both sides draw from the same distribution. */
  readonly p: number;
  /** The effect that is excluded with 95 % confidence. */
  readonly effectBelow: number;
}

/**
 * Mann–Whitney's U test, one-sided, "the canary's values are higher", by the normal approximation with correction for ties and continuity
 * (H. B. Mann, D. R. Whitney, 1947). A test for one look: asking again with more points spoils its error bound.
 * @throws RangeError when a side is empty or a value is not finite
 */
export function mannWhitney(canary: readonly number[], stable: readonly number[]): RankTest {
  if (canary.length === 0 || stable.length === 0) throw new RangeError('each side needs at least one value');
  if (![...canary, ...stable].every(Number.isFinite)) throw new RangeError('values must be finite');
  const [n, m, total] = [canary.length, stable.length, canary.length + stable.length];
  const { rankSum, ties } = rankSumOfFirst(canary, stable);
  const u = rankSum - (n * (n + 1)) / 2;
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  const spread = Math.sqrt(Math.max(0, variance));
  const effect = u / (n * m);
  if (spread === 0) return { u, effect, p: 1, effectBelow: effect };
  const p = upperTail((u - (n * m) / 2 - 0.5) / spread);
  return { u, effect, p, effectBelow: Math.min(1, effect + (Z_95 * spread) / (n * m)) };
}

export interface SeriesJudgement {
  readonly verdict: 'pass' | 'warn' | 'fail' | 'inconclusive';
  readonly cause: 'worse-than-stable' | 'ruled-out' | 'too-few-points';
  /** Absent without enough points. */
  readonly test?: RankTest;
}

/**
 * Judges a series that is no count of requests (memory, queue length, CPU), once, at the deadline. Points that are not finite are left out.
 * - inconclusive: fewer than POINTS_NEEDED on a side, or a large effect is not excluded;
 * - fail: the canary's values are worse beyond chance, and not just a little;
 * - warn: a large effect is excluded, but the values speak against the canary;
 * - pass: a large effect is excluded, and they don't.
 * @param alpha chance of failing a canary whose values are stable's
 */
export function judgeSeries(
  canary: readonly number[],
  stable: readonly number[],
  worse: 'higher' | 'lower' = 'higher',
  alpha: number = ALPHA,
): SeriesJudgement {
  const sign = worse === 'higher' ? 1 : -1;
  const usable = (values: readonly number[]) => values.filter(Number.isFinite).map((value) => sign * value);
  const [canaryPoints, stablePoints] = [usable(canary), usable(stable)];
  if (Math.min(canaryPoints.length, stablePoints.length) < POINTS_NEEDED)
    return { verdict: 'inconclusive', cause: 'too-few-points' };
  const test = mannWhitney(canaryPoints, stablePoints);
  if (test.p <= alpha && test.effect >= SMALL_EFFECT) return { verdict: 'fail', cause: 'worse-than-stable', test };
  if (test.effectBelow >= LARGE_EFFECT) return { verdict: 'inconclusive', cause: 'too-few-points', test };
  return test.p <= SPEAKS_AT
    ? { verdict: 'warn', cause: 'worse-than-stable', test }
    : { verdict: 'pass', cause: 'ruled-out', test };
}

/** Ranks of all values together, equal ones sharing their mean rank. @returns the sum of the first side's, and Σ t³ − t over groups of ties */
function rankSumOfFirst(first: readonly number[], second: readonly number[]): { rankSum: number; ties: number } {
  const all = [...first.map((value) => ({ value, first: true })), ...second.map((value) => ({ value, first: false }))];
  all.sort((a, b) => a.value - b.value);
  let [rankSum, ties] = [0, 0];
  for (let start = 0; start < all.length; ) {
    let end = start + 1;
    while (end < all.length && all[end]?.value === all[start]?.value) end++;
    const size = end - start;
    const meanRank = (start + 1 + end) / 2;
    for (let i = start; i < end; i++) if (all[i]?.first) rankSum += meanRank;
    ties += size ** 3 - size;
    start = end;
  }
  return { rankSum, ties };
}

/** Chance that a standard normal variable exceeds z, with a relative error below 1.2e-7 (W. H. Press et al., Numerical Recipes, erfcc). */
function upperTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277,
  ];
  const polynomial = coefficients.reduceRight((sum, coefficient) => coefficient + t * sum, 0);
  const tail = (t * Math.exp(-x * x + polynomial)) / 2;
  return z >= 0 ? tail : 1 - tail;
}
