import type { Counts } from '../objective/objective.js';
import { lnEvidenceAbove } from './ln-evidence.js';
import { lnSumExp } from './mixture.js';

/** Chance that an objective ever passes in a step although the bad share is `ruleOut` or more. */
const BETA = 0.05;
/** What lnEvidenceBelow has to reach for a share to be excluded. */
export const LN_EXCLUDED = -Math.log(BETA);

const LN_HALF = -Math.log(2);

/**
 * ln of the e-value against "the bad share is at least `share`": half of it believes in no bad request at all, which is what most canaries
 * show, half in any share below (the test of lnEvidenceAbove with good and bad exchanged). Grows with good ones and with `share`, falls
 * with bad ones.
 * @param share in (0, 1)
 */
export function lnEvidenceBelow({ good, bad }: Counts, share: number): number {
  const anyBelow = LN_HALF + lnEvidenceAbove(good, bad, 1 - share, share);
  return bad > 0 ? anyBelow : lnSumExp([anyBelow, LN_HALF - good * Math.log1p(-share)]);
}

/** The bad share from which on everything is excluded, with 95 % confidence at any time of looking; a fraction, 1 without a request. */
export function upperBound(counts: Counts): number {
  // The e-value against a share grows with that share, so there is one place where it reaches 1 / β.
  let [low, high] = [0, 1];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (lnEvidenceBelow(counts, middle) >= LN_EXCLUDED) high = middle;
    else low = middle;
  }
  return high;
}
