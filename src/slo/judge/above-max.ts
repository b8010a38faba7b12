import type { Counts } from '../objective.js';
import { highestPrice, isAddedUp, lnPrice, NOTHING, pricePerShare, raiseFor, WORTH } from './dependence.js';
import { beginWith, geometric, grow, lnShares, type Wealth } from './mixture.js';
import { lnAfterStableBad } from './relative.js';

/** How many times as high as at `max` the odds of a bad request may be: the alternatives that the evidence is mixed over. */
export const ODDS: readonly number[] = geometric(10, 1.9, 2000);

/** What each is believed in before anything is seen. What lies just above `max` takes longest to find, and is given most. */
const LN_WEIGHTS: readonly number[] = lnShares(ODDS.map((odds) => odds ** -0.25));

/** Before anything was seen. */
export const nothingAbove: Wealth = beginWith(LN_WEIGHTS);

/**
 * Adds one look to the evidence against "the bad share is at most `max`".
 * @param max in (0, 1)
 * @param stable what it counted at the same time, where the canary is set beside it
 */
export const exceed = (wealth: Wealth, max: number, canary: Counts, stable?: Counts): Wealth =>
  canary.good + canary.bad < NOTHING ? wealth : grow(wealth, betsOnOdds(max, canary, stable), LN_WEIGHTS);

/**
 * ln of what a look multiplies the bet on each of ODDS by: an e-value against "the bad share is at most `max`", with the correlation that
 * `dependence.ts` allows. While stable is plainly above `max` itself, a bet pays for stable's bad requests too, if that costs more: what
 * both versions suffer from must not speak against the canary later on, when stable is well again.
 */
export function betsOnOdds(max: number, canary: Counts, stable?: Counts): readonly number[] {
  const total = canary.good + canary.bad;
  const incident = stable !== undefined && isPlainlyAbove(max, stable) ? stable : undefined;
  return ODDS.map((odds) => {
    const best = bestRaise(shareAt(odds, max), max, total);
    if (incident === undefined) return canary.bad * Math.log1p(best) - lnPrice(best, total, max);
    const stableTotal = incident.good + incident.bad;
    const price = Math.min(pricePerShare(best, total), 0.999 * highestPrice(stableTotal));
    const raise = raiseFor(price, total);
    const cost = Math.max(lnPrice(raise, total, max), -incident.bad * lnAfterStableBad(price, stableTotal));
    return canary.bad * Math.log1p(raise) - cost;
  });
}

/** The bet that grows about fastest when `share` of the requests are bad; exactly so for a single one, and for very many. */
const bestRaise = (share: number, max: number, total: number): number =>
  isAddedUp(total)
    ? (share - max) / (max * (1 - share) + (share * (total - 1)) / WORTH)
    : (share - max) / ((share * total) / WORTH + max);

const shareAt = (odds: number, max: number): number => (odds * max) / (1 - max + odds * max);

/** Twice `max`, and three bad requests more: so many does chance hardly give a stable that is within `max`. */
const isPlainlyAbove = (max: number, { good, bad }: Counts): boolean => bad > 2 * max * (good + bad) + 3;
