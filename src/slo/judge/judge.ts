import type { Counts, Objective } from '../objective.js';
import { formatPercent } from '../percent.js';
import { lnEvidenceAbove, lnLikelihoodGain } from './ln-evidence.js';

/** Chance that a gate ever fails a canary whose objectives are all met, shared among the objectives. */
export const ALPHA = 0.01;
/** Chance that an objective ever passes although the bad share is `ruleOut` or more. */
export const BETA = 0.05;
/** So many bad requests are believed from a single poll; fewer need a second one, as a burst has one cause. */
const BELIEVED_AT_ONCE = 3;
const LN_PASS = -Math.log(BETA);
/**
 * Half the 95 % point of χ² with one degree of freedom: from here on the counts speak against `max`, as a likelihood-ratio test sees it.
 * Only ever withholds a pass, so the error bounds do not depend on it.
 */
const LN_SPEAKS = 1.92;

/** All that the judge remembers of one objective: plain numbers, to be stored as JSON and carried on across steps and weights. */
export interface JudgeState {
  readonly version: 1;
  readonly good: number;
  readonly bad: number;
  /** Polls that brought at least one bad request. */
  readonly pollsWithBad: number;
}

export const noEvidence: JudgeState = { version: 1, good: 0, bad: 0, pollsWithBad: 0 };

/** The limits that a test is about; every objective has them. */
export type Limits = Pick<Objective, 'max' | 'ruleOut'>;

export interface Judgement {
  readonly state: JudgeState;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** ln of the e-value against "the bad share is at most max". */
  readonly lnE: number;
  /** What lnE has to reach for a fail. */
  readonly lnEToFail: number;
  /** ln of the e-value against "the bad share is at least ruleOut". */
  readonly lnEPass: number;
}

/**
 * Adds one poll's counts to what is known, and judges. Pure; may be asked after every poll without spoiling the error bounds.
 * - fail: the e-value against `max` has reached objectiveCount / α, and the evidence is no single burst;
 * - pass: the e-value against `ruleOut` has reached 1 / β, and nothing speaks against `max` (LN_SPEAKS);
 * - inconclusive: neither yet.
 * @param objectiveCount how many objectives are judged together
 * @throws RangeError when the counts are negative or not finite
 */
export function judge(limits: Limits, before: JudgeState, counts: Counts, objectiveCount: number): Judgement {
  const state = addCounts(before, counts);
  const lnE = lnEvidenceAbove(state.bad, state.good, limits.max);
  const lnEToFail = Math.log(objectiveCount / ALPHA);
  const lnEPass = lnEvidenceBelow(state.good, state.bad, limits.ruleOut);
  const believed = state.pollsWithBad >= 2 || state.bad >= BELIEVED_AT_ONCE;
  const verdict = lnE >= lnEToFail && believed ? 'fail' : passes(limits, state.good, state.bad) ? 'pass' : 'inconclusive';
  return { state, verdict, lnE, lnEToFail, lnEPass };
}

/** The bad share from which on everything is excluded, with 95 % confidence at any time of looking; a fraction, 1 without a request. */
export function upperBound({ good, bad }: JudgeState): number {
  // The e-value against a share grows with that share, so there is one place where it reaches 1 / β.
  let [low, high] = [0, 1];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (lnEvidenceBelow(good, bad, middle) >= LN_PASS) high = middle;
    else low = middle;
  }
  return high;
}

/** How many more requests, none of them bad, would make a pass; 0 once passed. */
export function requestsToPass(limits: Limits, { good, bad }: JudgeState): number {
  const enough = (more: number) => passes(limits, good + more, bad);
  if (enough(0)) return 0;
  // Doubled, then halved: more good requests only ever bring a pass nearer.
  let high = 1;
  while (!enough(high) && high < Number.MAX_SAFE_INTEGER / 2) high *= 2;
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** How many requests, none of them bad, an objective needs for a pass. */
export const requestsNeeded = (limits: Limits): number => requestsToPass(limits, noEvidence);

/** Says why, in one sentence without a full stop. */
export function explain(limits: Limits, { state, verdict, lnE, lnEToFail }: Judgement): string {
  const total = state.good + state.bad;
  const seen = `${state.bad} of ${total} requests were bad`;
  if (verdict === 'pass') return `${seen}; ${formatPercent(limits.ruleOut)} or more is ruled out`;
  if (verdict === 'fail') return `${seen} (${formatPercent(state.bad / total)}), more than ${formatPercent(limits.max)} allows`;
  if (lnE >= lnEToFail)
    return `${seen}, all in one poll; a second poll with bad requests, or ${BELIEVED_AT_ONCE} of them, makes it a fail`;
  return `${seen}; ${requestsToPass(limits, state)} more without an error would rule out ${formatPercent(limits.ruleOut)}`;
}

const passes = ({ max, ruleOut }: Limits, good: number, bad: number): boolean =>
  lnEvidenceBelow(good, bad, ruleOut) >= LN_PASS && lnLikelihoodGain(bad, good, max) < LN_SPEAKS;

function addCounts(state: JudgeState, { good, bad }: Counts): JudgeState {
  if (!(good >= 0 && bad >= 0 && Number.isFinite(good + bad))) {
    throw new RangeError(`counts must be finite and not negative, got ${good} good and ${bad} bad`);
  }
  return { version: 1, good: state.good + good, bad: state.bad + bad, pollsWithBad: state.pollsWithBad + (bad > 0 ? 1 : 0) };
}

/** The same test from the other side, against "the bad share is at least `ruleOut`": good ones are its events. */
const lnEvidenceBelow = (good: number, bad: number, ruleOut: number) => lnEvidenceAbove(good, bad, 1 - ruleOut, ruleOut);
