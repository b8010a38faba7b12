import { betsOnOdds, nothingAbove } from './above-max.js';
import { assess, judge, type Terms } from './judge.js';
import { lnTotal, type Wealth } from './mixture.js';
import { betsOnRatios, nothingCompared } from './relative.js';
import { type JudgeState, noEvidence } from './state.js';

/** No release waits for more; it keeps the searches finite. */
const NEVER = 2 ** 40;

/** How many more requests, none of them bad, would make a pass, as far as the canary itself decides that; 0 once passed. */
export function requestsToPass(terms: Terms, state: JudgeState = noEvidence): number {
  const alone = { ...terms, compare: false };
  const before = { ...state, beside: null, failed: null };
  return smallest(
    (good) => (good === 0 ? assess(alone, before) : judge(alone, before, { canary: { good, bad: 0 } })).verdict === 'pass',
  );
}

/** The traffic that an estimate is made for. */
export interface Traffic {
  /** Requests a second of the canary. */
  readonly canaryRps: number;
  /** Of stable, where it is compared with. */
  readonly stableRps?: number;
  /** Stable's bad share, 0 when it is not known. */
  readonly stableBadShare?: number;
}

/** So many requests of the canary, and the minutes in which it gets them; `minutes` is Infinity without traffic. */
export interface Need {
  readonly requests: number;
  readonly minutes: number;
}

/** The rate that so many requests in so long let one hope for: the upper end of its 98 % interval (F. J. Anscombe's square root for counts). */
export const hopefulRps = (requests: number, seconds: number): number => (Math.sqrt(requests + 0.75) + 1.163) ** 2 / seconds;

/** What a pass needs from here on, if no request is bad. */
export const needToPass = (terms: Terms, { canaryRps }: Traffic, state?: JudgeState): Need =>
  needOf(requestsToPass(terms, state), canaryRps);

/**
 * What a fail needs from the start when `badShare` of the requests are bad: where the evidence, of counts exactly in proportion, reaches the
 * threshold, one look a second. About the median of real releases. Undefined when such a canary is not above `max` by what can ever be told, or not worse than stable.
 */
export function needToFail(terms: Terms, traffic: Traffic, badShare: number): Need | undefined {
  const { canaryRps, stableRps = 0, stableBadShare = 0 } = traffic;
  const compared = terms.compare && stableRps > 0 && canaryRps > 0;
  if (badShare <= terms.max || (compared && badShare <= stableBadShare)) return undefined;
  // With less than a request a second a look is what brings one.
  const inLook = Math.max(1, canaryRps);
  const canary = { good: inLook * (1 - badShare), bad: inLook * badShare };
  const stableInLook = compared ? (inLook * stableRps) / canaryRps : 0;
  const stable = { good: stableInLook * (1 - stableBadShare), bad: stableInLook * stableBadShare };
  const byOdds = betsOnOdds(terms.max, canary);
  const byRatio = compared ? betsOnRatios({ canary, stable }) : [];
  // What is bet later adds little where a canary is bad from the start.
  const after = (looks: number, start: Wealth, lnFactors: readonly number[]) =>
    lnTotal({ ...start, lnBets: start.lnBets.map((ln, j) => ln + looks * (lnFactors[j] ?? 0)) });
  const lnEToFail = -Math.log(terms.alpha);
  const requests = smallest((count) => {
    const looks = count / inLook;
    if (count * badShare < 2 || after(looks, nothingAbove, byOdds) < lnEToFail) return false;
    return !compared || after(looks, nothingCompared, byRatio) >= lnEToFail;
  });
  return Number.isFinite(requests) ? needOf(requests, canaryRps) : undefined;
}

const needOf = (requests: number, canaryRps: number): Need => ({
  requests,
  minutes: requests === 0 ? 0 : canaryRps > 0 ? requests / canaryRps / 60 : Number.POSITIVE_INFINITY,
});

/** The smallest whole number from 0 on for which it holds, of something that goes on holding; Infinity when there is none. */
function smallest(holds: (count: number) => boolean): number {
  if (holds(0)) return 0;
  let high = 1;
  while (!holds(high)) {
    if (high >= NEVER) return Number.POSITIVE_INFINITY;
    high *= 2;
  }
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
