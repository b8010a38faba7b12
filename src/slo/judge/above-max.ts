import type { Counts } from '../objective/objective.js';
import { highestPrice, isAddedUp, lnPrice, NOTHING, pricePerShare, raiseFor, WORTH } from './dependence.js';
import { beginWith, geometric, grow, lnShares, type Wealth } from './mixture.js';
import { lnAfterStableBad } from './relative.js';

/** How many times as high as at `max` the odds of a bad request may be: the alternatives that the evidence is mixed over. */
const ODDS: readonly number[] = geometric(10, 1.9, 2000);

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
  if (stable === undefined || !isPlainlyAbove(max, stable))
    return fairBets(max, total).map(({ lnRaised, lnCost }) => canary.bad * lnRaised - lnCost);
  const stableTotal = stable.good + stable.bad;
  return ODDS.map((odds) => {
    const best = bestRaise(shareAt(odds, max), max, total);
    const price = Math.min(pricePerShare(best, total), 0.999 * highestPrice(stableTotal));
    const raise = raiseFor(price, total);
    const cost = Math.max(lnPrice(raise, total, max), -stable.bad * lnAfterStableBad(price, stableTotal));
    return canary.bad * Math.log1p(raise) - cost;
  });
}

/** ln of what each bad request multiplies a bet by, and of what the bet costs. */
interface FairBet {
  readonly lnRaised: number;
  readonly lnCost: number;
}

/** The bets of the last limit by number of requests: looks of a few requests come again and again, and their sums take longest. */
let known: { max: number; byTotal: Map<number, readonly FairBet[]> } = { max: Number.NaN, byTotal: new Map() };

function fairBets(max: number, total: number): readonly FairBet[] {
  if (known.max !== max) known = { max, byTotal: new Map() };
  const before = known.byTotal.get(total);
  if (before !== undefined) return before;
  const bets = ODDS.map((odds) => {
    const best = bestRaise(shareAt(odds, max), max, total);
    return { lnRaised: Math.log1p(best), lnCost: lnPrice(best, total, max) };
  });
  if (isAddedUp(total)) known.byTotal.set(total, bets);
  return bets;
}

/** The bet that grows about fastest when `share` of the requests are bad; exactly so for a single one, and for very many. */
const bestRaise = (share: number, max: number, total: number): number =>
  isAddedUp(total)
    ? (share - max) / (max * (1 - share) + (share * (total - 1)) / WORTH)
    : (share - max) / ((share * total) / WORTH + max);

const shareAt = (odds: number, max: number): number => (odds * max) / (1 - max + odds * max);

/** Twice `max`, and three bad requests more: so many does chance hardly give a stable that is within `max`. */
const isPlainlyAbove = (max: number, { good, bad }: Counts): boolean => bad > 2 * max * (good + bad) + 3;
