import type { Counts } from '../objective/objective.js';
import { NOTHING, partForStable, raiseFor, WORTH } from './dependence.js';
import { beginWith, geometric, grow, lnShares, type Wealth } from './mixture.js';

/** Both sides at the same time: what each counted since the look before. */
export interface PairedCounts {
  readonly canary: Counts;
  readonly stable: Counts;
}

/** How many times as often as stable the canary may fail: the alternatives that the evidence is mixed over. */
export const RATIOS: readonly number[] = geometric(10, 1.5, 1000);

/**
 * What each ratio is believed in before anything is seen. Most lies around 150-fold (a broken version beside one that fails in one
 * request of a thousand), the rest is spread evenly. Any weights keep the error bound; these found bad canaries soonest in simulation.
 */
const LN_WEIGHTS: readonly number[] = lnShares(RATIOS.map((ratio) => Math.exp(-0.5 * (Math.log(ratio / 150) / 1.2) ** 2) + 0.08));

/** Before anything was seen. */
export const nothingCompared: Wealth = beginWith(LN_WEIGHTS);

/** Adds one look to the evidence against "the canary fails no more often than stable at this time". One without requests on either side says nothing. */
export function compare(wealth: Wealth, look: PairedCounts): Wealth {
  const { canary, stable } = look;
  const isOneSided = canary.good + canary.bad < NOTHING || stable.good + stable.bad < NOTHING;
  return isOneSided || canary.bad + stable.bad === 0 ? wealth : grow(wealth, betsOnRatios(look), LN_WEIGHTS);
}

/**
 * ln of what a look multiplies the bet on each ratio by: an e-value against "the canary fails no more often than stable at this time", at any bad
 * share that both may have and with the correlation that `dependence.ts` allows.
 */
export function betsOnRatios({ canary, stable }: PairedCounts): readonly number[] {
  const [total, stableTotal] = [canary.good + canary.bad, stable.good + stable.bad];
  return RATIOS.map((ratio) => {
    const price = bestPrice(ratio, WORTH / total, WORTH / stableTotal);
    const gain = canary.bad > 0 ? canary.bad * Math.log1p(raiseFor(price, total)) : 0;
    return gain + (stable.bad > 0 ? stable.bad * lnAfterStableBad(price, stableTotal) : 0);
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
