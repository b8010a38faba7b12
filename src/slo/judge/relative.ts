import type { Counts } from '../objective.js';

/** One look at both sides at the same time: what each counted since the look before. */
export interface PairedCounts {
  readonly canary: Counts;
  readonly stable: Counts;
}

/** How many times as often as stable the canary may fail: the alternatives that the evidence is mixed over, evenly spaced in their logarithm. */
export const RATIOS: readonly number[] = Array.from({ length: 16 }, (_, i) => 1.5 * (1000 / 1.5) ** (i / 15));

/**
 * What each ratio is believed in before anything is seen; adds up to 1. Three quarters lie around 80-fold (a broken version beside one that
 * fails in one request of a thousand), one quarter is spread evenly. Any weights keep the error bound; these found bad canaries soonest
 * over 2–100 % bad in simulation.
 */
const LN_WEIGHTS: readonly number[] = (() => {
  const around80 = RATIOS.map((ratio) => Math.exp(-0.5 * (Math.log(ratio / 80) / 1.1) ** 2));
  const sum = around80.reduce((total, weight) => total + weight);
  return around80.map((weight) => Math.log((0.75 * weight) / sum + 0.25 / RATIOS.length));
})();

/** ln of the likelihood ratio of each alternative, before anything was seen. */
export const nothingCompared: readonly number[] = RATIOS.map(() => 0);

/**
 * Adds one look to the likelihood ratios. It conditions on the bad requests: if the canary fails no more often than stable, each of them
 * is the canary's with probability s₀ = n_c / (n_c + n_s) at most; if it fails r times as often, with s = r·n_c / (r·n_c + n_s):
 *
 *     ln += bad_c · ln(s/s₀) + bad_s · ln((1−s)/(1−s₀))
 *
 * Shares of traffic and rates of errors may differ from look to look (M. Lindon, A. Malek, NeurIPS 2022). A look without requests on
 * either side says nothing.
 * @param lnByRatio as `nothingCompared` or this function gave it
 */
export function compare(lnByRatio: readonly number[], { canary, stable }: PairedCounts): readonly number[] {
  const [canaryTotal, stableTotal] = [canary.good + canary.bad, stable.good + stable.bad];
  if (!(canaryTotal > 0 && stableTotal > 0) || canary.bad + stable.bad === 0) return lnByRatio;
  // Shares, so that no product of two large counts overflows.
  const canaryShare = canaryTotal / (canaryTotal + stableTotal);
  const stableShare = stableTotal / (canaryTotal + stableTotal);
  return lnByRatio.map((ln, j) => {
    const ratio = RATIOS[j] ?? 1;
    const lnStable = -Math.log(ratio * canaryShare + stableShare); // ln((1−s)/(1−s₀))
    return ln + canary.bad * (Math.log(ratio) + lnStable) + stable.bad * lnStable;
  });
}

/** ln of the e-value against "the canary fails no more often than stable": the likelihood ratios, mixed. Starts at 0. */
export const lnRelativeEvidence = (lnByRatio: readonly number[]): number =>
  lnSumExp(lnByRatio.map((ln, j) => ln + (LN_WEIGHTS[j] ?? Number.NEGATIVE_INFINITY)));

/** How much likelier what was seen is if the canary fails more often than stable than if it does not; a natural logarithm, at least 0. */
export const lnRelativeGain = (lnByRatio: readonly number[]): number => Math.max(0, ...lnByRatio);

/** ln Σ exp(x), without overflow. */
export function lnSumExp(values: readonly number[]): number {
  const highest = Math.max(...values);
  if (!Number.isFinite(highest)) return highest;
  return highest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - highest), 0));
}
