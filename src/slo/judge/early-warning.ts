import { NOTHING } from './dependence.js';
import { lnShares, lnSumExp } from './mixture.js';
import { type PairedCounts, RATIOS } from './relative.js';

/** What each ratio is believed in before anything is seen: most around 80-fold, a quarter of all spread evenly. */
const LN_WEIGHTS: readonly number[] = lnShares(RATIOS.map((ratio) => Math.exp(-0.5 * (Math.log(ratio / 80) / 1.1) ** 2))).map(
  (ln) => Math.log(0.75 * Math.exp(ln) + 0.25 / RATIOS.length),
);

/** ln of the likelihood ratio of each of RATIOS, before anything was seen. */
export const nothingLikelier: readonly number[] = RATIOS.map(() => 0);

/**
 * Adds one look to the likelihood ratios of "the canary fails r times as often as stable", for requests that fail independently. Of the bad requests
 * of a look each is the canary's with probability s₀ = n / (n + m) at most, if it fails no more often; with s = r·n / (r·n + m) if r times as often:
 *
 *     ln += bad · ln(s/s₀) + stable's bad · ln((1−s)/(1−s₀))
 *
 * Shares of traffic and rates of errors may differ from look to look (M. Lindon, A. Malek, NeurIPS 2022).
 */
export function likelier(lnByRatio: readonly number[], { canary, stable }: PairedCounts): readonly number[] {
  const [total, stableTotal] = [canary.good + canary.bad, stable.good + stable.bad];
  if (total < NOTHING || stableTotal < NOTHING || canary.bad + stable.bad === 0) return lnByRatio;
  // Shares, so that no product of two large counts overflows.
  const [part, stablePart] = [total / (total + stableTotal), stableTotal / (total + stableTotal)];
  return lnByRatio.map((ln, j) => {
    const ratio = RATIOS[j] ?? 1;
    const lnStable = -Math.log(ratio * part + stablePart);
    return ln + canary.bad * (Math.log(ratio) + lnStable) + stable.bad * lnStable;
  });
}

/** ln of the e-value against "the canary fails no more often than stable", where requests fail independently. */
export const lnLikelier = (lnByRatio: readonly number[]): number =>
  lnSumExp(lnByRatio.map((ln, j) => ln + (LN_WEIGHTS[j] ?? Number.NEGATIVE_INFINITY)));

/** What the comparison is believed in beside what the canary did by itself. */
const RELATIVE_WEIGHT = 0.9;

/**
 * ln of the e-value against "within `max`, and no worse than stable": the mean of two. It speaks far sooner than what bears dependence and than the
 * lower of two, so it may warn, and never fail.
 * @param lnAbove ln of an e-value against "within `max`"; undefined where stable's own trouble would speak through it
 */
export const lnForWarning = (lnRelative: number, lnAbove: number | undefined): number =>
  lnSumExp([Math.log(RELATIVE_WEIGHT) + lnRelative, Math.log(1 - RELATIVE_WEIGHT) + (lnAbove ?? Number.NEGATIVE_INFINITY)]);
