import { assess, BELIEVED_AT_ONCE, judge, mixEvidence, type Terms } from './judge.js';
import { lnEvidenceAbove } from './ln-evidence.js';
import { compare, lnRelativeEvidence, nothingCompared } from './relative.js';
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

/** How many more bad requests, in a row, would make a fail whatever stable does, unless it is above `max` itself; 0 once failed. */
export function badToFail(terms: Terms, state: JudgeState = noEvidence): number {
  if (state.failed) return 0;
  const lnEToFail = -Math.log(terms.alpha);
  return smallest((more) => {
    const bad = state.bad + more;
    return bad >= BELIEVED_AT_ONCE && lnEWithoutStable(terms, bad, state.good) >= lnEToFail;
  });
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
 * threshold. About the median of real releases. Undefined when such a canary is not above `max`.
 */
export function needToFail(terms: Terms, traffic: Traffic, badShare: number): Need | undefined {
  if (badShare <= terms.max) return undefined;
  const lnEToFail = -Math.log(terms.alpha);
  const requests = smallest((n) => n * badShare >= 2 && lnEOf(terms, traffic, n, badShare) >= lnEToFail);
  return needOf(requests, traffic.canaryRps);
}

const needOf = (requests: number, canaryRps: number): Need => ({
  requests,
  minutes: requests === 0 ? 0 : canaryRps > 0 ? requests / canaryRps / 60 : Number.POSITIVE_INFINITY,
});

/** ln E of a canary with `n` requests, `badShare` of them bad, beside the stable of `traffic`. */
function lnEOf(terms: Terms, { canaryRps, stableRps = 0, stableBadShare = 0 }: Traffic, n: number, badShare: number): number {
  const [bad, good] = [n * badShare, n * (1 - badShare)];
  if (!terms.compare || stableRps === 0 || !(canaryRps > 0)) return lnEWithoutStable(terms, bad, good);
  const stable = (n * stableRps) / canaryRps;
  const lnByRatio = compare(nothingCompared, {
    canary: { good, bad },
    stable: { good: stable * (1 - stableBadShare), bad: stable * stableBadShare },
  });
  const lnEAbsolute = stableBadShare <= terms.max ? lnEvidenceAbove(bad, good, terms.max) : Number.NEGATIVE_INFINITY;
  return mixEvidence(lnEAbsolute, lnRelativeEvidence(lnByRatio));
}

const lnEWithoutStable = (terms: Terms, bad: number, good: number): number => {
  const lnE = lnEvidenceAbove(bad, good, terms.max);
  return terms.compare ? mixEvidence(lnE, Number.NEGATIVE_INFINITY) : lnE;
};

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
