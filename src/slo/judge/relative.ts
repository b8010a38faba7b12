import type { Counts } from '../objective.js';
import { NOTHING, partForStable, raiseFor, WORTH } from './dependence.js';
import { geometric, lnMixture, lnShares } from './mixture.js';

/** Both sides at the same time: what each counted since the look before. */
export interface PairedCounts {
  readonly canary: Counts;
  readonly stable: Counts;
}

/** How many times as often as stable the canary may fail: the alternatives that the evidence is mixed over. */
export const RATIOS: readonly number[] = geometric(10, 1.5, 1000);

/**
 * What each ratio is believed in before anything is seen. Three quarters lie around 80-fold (a broken version beside one that fails in one
 * request of a thousand), one quarter is spread evenly. Any weights keep the error bound; these found bad canaries soonest in simulation.
 */
const LN_WEIGHTS: readonly number[] = lnShares(RATIOS.map((ratio) => Math.exp(-0.5 * (Math.log(ratio / 80) / 1.1) ** 2) + 0.25));

/** ln of the bet on each ratio, before anything was seen. */
export const nothingCompared: readonly number[] = RATIOS.map(() => 0);

/**
 * Adds one look to the bets on each ratio, each of them an e-value against "the canary fails no more often than stable at this time", at any
 * bad share that both may have and with the correlation that `dependence.ts` allows. A look without requests on either side says nothing.
 * @param lnByRatio as `nothingCompared` or this function gave it
 */
export function compare(lnByRatio: readonly number[], { canary, stable }: PairedCounts): readonly number[] {
  const [total, stableTotal] = [canary.good + canary.bad, stable.good + stable.bad];
  if (total < NOTHING || stableTotal < NOTHING || canary.bad + stable.bad === 0) return lnByRatio;
  return lnByRatio.map((ln, j) => {
    const price = bestPrice(RATIOS[j] ?? 1, WORTH / total, WORTH / stableTotal);
    const gain = canary.bad > 0 ? canary.bad * Math.log1p(raiseFor(price, total)) : 0;
    return ln + gain + (stable.bad > 0 ? stable.bad * lnAfterStableBad(price, stableTotal) : 0);
  });
}

/** ln of what a bad request of stable leaves of a bet at this price. */
export const lnAfterStableBad = (price: number, stableTotal: number): number =>
  Math.log1p(-Math.min(1 - 1e-12, partForStable(price, stableTotal)));

/**
 * The price of the bet that grows about fastest when the canary fails `ratio` times as often as stable: with u = 1 − exp(−price/WORTH),
 * where the derivative of n·ratio·ln(1 + u·perCanary) + m·ln(1 − u/(1−u)·perStable) is 0, a quadratic equation.
 */
function bestPrice(ratio: number, perCanary: number, perStable: number): number {
  const b = ratio * (2 + perStable) + perCanary;
  const u = (2 * (ratio - 1)) / (b + Math.sqrt(b * b - 4 * ratio * (1 + perStable) * (ratio - 1)));
  return -WORTH * Math.log1p(-u);
}

/** ln of the e-value against "the canary fails no more often than stable": the bets, mixed. Starts at 0. */
export const lnRelativeEvidence = (lnByRatio: readonly number[]): number => lnMixture(lnByRatio, LN_WEIGHTS);
