import type { Objective } from '../objective.js';
import { lnEvidenceAbove, lnLikelihoodGain } from './ln-evidence.js';
import { lnRelativeEvidence, lnRelativeGain, lnSumExp } from './relative.js';
import { LN_EXCLUDED, lnEvidenceBelow } from './rule-out.js';
import { addPoll, type FailCause, type JudgeState, type Poll } from './state.js';

/** Chance that a release is ever failed although its canary meets all objectives, shared among the objectives. */
export const ALPHA = 0.01;
/** So many bad requests are believed from a single poll; fewer need a second one, as a burst has one cause. */
export const BELIEVED_AT_ONCE = 3;
/** What the relative evidence is believed in beside the absolute. With little traffic for the canary it sees more than the absolute does. */
const RELATIVE_WEIGHT = 0.9;
const [LN_RELATIVE_WEIGHT, LN_ABSOLUTE_WEIGHT] = [Math.log(RELATIVE_WEIGHT), Math.log(1 - RELATIVE_WEIGHT)];
/**
 * Half the 95 % point of χ² with one degree of freedom: from here on counts speak against a hypothesis, as a likelihood-ratio test sees it.
 * Only ever withholds a pass, so the error bounds do not depend on it.
 */
const LN_SPEAKS = 1.92;
/** A single bad request says nothing about the canary as against stable: it has to be on one of the two sides. */
const SPEAKS_FROM = 2;
/** So many requests of the canary without one of stable: there is nothing to compare with, and the canary is judged alone. */
const STABLE_SILENT_AFTER = 20;
/** Part of the canary's requests that must have had stable beside them for a pass. */
const MATCHED_FOR_PASS = 0.5;

/** What an objective is judged by. */
export interface Terms {
  /** Highest bad share that is still good; a fraction in (0, 1). */
  readonly max: number;
  /** The bad share that a pass excludes; a fraction in (max, 1). */
  readonly ruleOut: number;
  /** Chance of ever failing a canary that meets the objective. */
  readonly alpha: number;
  /** Whether stable at the same time is part of the judgement. */
  readonly compare: boolean;
}

/** The terms of one of `objectiveCount` objectives that are judged together. */
export const termsOf = ({ max, ruleOut }: Pick<Objective, 'max' | 'ruleOut'>, objectiveCount = 1, compare = false): Terms => ({
  max,
  ruleOut,
  alpha: ALPHA / objectiveCount,
  compare,
});

/** Why the verdict is what it is, for programs; `explain` says it for people. */
export type JudgeCause =
  | FailCause
  | 'ruled-out' // pass: `ruleOut` is excluded and nothing speaks against the canary
  | 'between-limits' // warn: `ruleOut` is excluded, but the counts speak against `max`
  | 'worse-than-stable' // warn too: `ruleOut` is excluded, but stable does better
  | 'shared-incident' // both versions are above `max`: not the canary's fault
  | 'stable-unclear' // bad enough for a fail, but stable has too few requests to tell whether it fails as well
  | 'single-burst' // bad enough for a fail, but in one poll only
  | 'nothing-beside' // good enough for a pass, but there is no stable to compare with
  | 'too-few-requests'
  | 'no-data';

/** The figures that a verdict rests on. */
interface Figures {
  /** ln of the e-value against "the bad share is at most `max`". */
  readonly lnEAbsolute: number;
  /** ln of the e-value against "the canary fails no more often than stable"; null when it is judged alone. */
  readonly lnERelative: number | null;
  /** What counts for a fail: one of them, or both mixed. */
  readonly lnE: number;
  /** What lnE has to reach for a fail. */
  readonly lnEToFail: number;
  /** ln of the e-value against "the bad share is at least `ruleOut`". */
  readonly lnEPass: number;
  /** What lnEPass has to reach for a pass. */
  readonly lnEToPass: number;
}

export interface Judgement extends Figures {
  readonly state: JudgeState;
  /** As of now; all but a fail may change with the next poll. */
  readonly verdict: 'pass' | 'warn' | 'fail' | 'inconclusive';
  readonly cause: JudgeCause;
}

/**
 * Adds one poll to what is known, and judges. Pure; may be asked after every poll without spoiling the error bounds.
 * @throws RangeError when a count is negative or not finite
 */
export function judge(terms: Terms, before: JudgeState, poll: Poll): Judgement {
  const { canary, stable = { good: 0, bad: 0 } } = poll;
  return assess(terms, addPoll(before, terms.compare ? { canary, stable } : { canary }));
}

/**
 * Judges what is known.
 * - fail: the evidence has reached 1/α, more than `max` of the requests are bad, and it is no single burst. A fail stands.
 * - pass: `ruleOut` is excluded, and nothing speaks against `max` or, with stable beside it, for harm.
 * - warn: `ruleOut` is excluded, but something does speak.
 * - inconclusive: everything else, above all no data; and trouble that stable has too.
 */
export function assess(terms: Terms, state: JudgeState): Judgement {
  const compared = terms.compare ? state.beside : null;
  const figures = {
    lnEAbsolute: lnEvidenceAbove(state.bad, state.good, terms.max),
    lnERelative: compared && lnRelativeEvidence(compared.lnByRatio),
    lnE: lnEvidenceForFail(terms, state, healthOfStable(terms, state)),
    lnEToFail: -Math.log(terms.alpha),
    lnEPass: lnEvidenceBelow(state.forPass, terms.ruleOut),
    lnEToPass: LN_EXCLUDED,
  };
  const found = decide(terms, state, figures);
  return {
    state: found.failed ? { ...state, failed: found.failed } : state,
    verdict: found.verdict,
    cause: found.cause,
    ...figures,
  };
}

/**
 * Whether the evidence has reached what a fail needs, and why; `single-burst` when only the guard against bursts stands against it.
 * The part of `assess` that may end a release, by itself because it is so much less work.
 */
export function failCause(terms: Terms, state: JudgeState): FailCause | 'single-burst' | undefined {
  if (state.failed) return state.failed;
  const { good, bad } = state;
  const compared = terms.compare ? state.beside : null;
  const lnEToFail = -Math.log(terms.alpha);
  if (bad <= terms.max * (good + bad)) return undefined;
  // A mixture is never above its likeliest alternative, so most looks need no more than this.
  const relativeGain = compared ? lnRelativeGain(compared.lnByRatio) : 0;
  if (Math.max(relativeGain, lnLikelihoodGain(bad, good, terms.max)) < lnEToFail) return undefined;
  const stable = healthOfStable(terms, state);
  if (!countsAlone(stable) && relativeGain < lnEToFail) return undefined;
  if (lnEvidenceForFail(terms, state, stable) < lnEToFail) return undefined;
  if (state.pollsWithBad < 2 && bad < BELIEVED_AT_ONCE) return 'single-burst';
  return compared && lnRelativeEvidence(compared.lnByRatio) + LN_RELATIVE_WEIGHT >= lnEToFail ? 'worse-than-stable' : 'above-max';
}

/** What counts as evidence for a fail, from the two e-values. Mixed rather than each held to its own α: the mean of e-values is one too. */
export const mixEvidence = (lnEAbsolute: number, lnERelative: number): number =>
  lnSumExp([LN_RELATIVE_WEIGHT + lnERelative, LN_ABSOLUTE_WEIGHT + lnEAbsolute]);

/** What the canary did by itself counts where stable was good, or is not there; the comparison counts always. */
function lnEvidenceForFail(terms: Terms, { good, bad, beside }: JudgeState, stable: StableHealth): number {
  const compared = terms.compare ? beside : null;
  if (compared === null) return lnEvidenceAbove(bad, good, terms.max);
  const lnERelative = lnRelativeEvidence(compared.lnByRatio);
  return countsAlone(stable) ? mixEvidence(lnEvidenceAbove(bad, good, terms.max), lnERelative) : LN_RELATIVE_WEIGHT + lnERelative;
}

type StableHealth = 'within-max' | 'above-max' | 'unclear' | 'absent';
const countsAlone = (stable: StableHealth): boolean => stable === 'within-max' || stable === 'absent';

/**
 * How stable did at the times when the canary's requests came. Only where it was within `max` is badness of the canary above `max` the
 * canary's own. `unclear` when stable, were it as bad as the canary, could still have been spared by chance (with probability α).
 */
function healthOfStable({ max, alpha, compare }: Terms, { good, bad, beside }: JudgeState): StableHealth {
  if (!compare || beside === null) return 'absent';
  const total = good + bad;
  if (beside.good + beside.bad === 0) return total >= STABLE_SILENT_AFTER ? 'absent' : 'unclear';
  if (beside.matched === 0) return 'unclear';
  if (beside.expectedBad > max * beside.matched) return 'above-max';
  // So many requests, and bad ones, of stable is what the comparison rests on; as against the canary's share.
  const requests = (beside.matched / beside.spread) * beside.matched;
  const stableBad = requests * (beside.expectedBad / beside.matched);
  const better = lnLikelihoodGain(requests - stableBad, stableBad, 1 - bad / (total + 1));
  return better >= -Math.log(alpha) ? 'within-max' : 'unclear';
}

type Decision = Pick<Judgement, 'verdict' | 'cause'> & { readonly failed?: FailCause };

function decide(terms: Terms, state: JudgeState, { lnEAbsolute, lnEToFail, lnEPass }: Figures): Decision {
  const { good, bad, beside } = state;
  const total = good + bad;
  const failed = failCause(terms, state);
  if (failed === 'single-burst') return { verdict: 'inconclusive', cause: failed };
  if (failed) return { verdict: 'fail', cause: failed, failed };
  if (total === 0) return { verdict: 'inconclusive', cause: 'no-data' };

  const stable = healthOfStable(terms, state);
  const overMax = lnLikelihoodGain(bad, good, terms.max) >= LN_SPEAKS;
  if (overMax && stable === 'above-max') return { verdict: 'inconclusive', cause: 'shared-incident' };
  if (lnEAbsolute >= lnEToFail && stable === 'unclear') return { verdict: 'inconclusive', cause: 'stable-unclear' };
  if (lnEPass < LN_EXCLUDED) return { verdict: 'inconclusive', cause: 'too-few-requests' };
  if (terms.compare && (beside?.matched ?? 0) < MATCHED_FOR_PASS * total)
    return { verdict: 'inconclusive', cause: 'nothing-beside' };
  if (overMax) return { verdict: 'warn', cause: 'between-limits' };
  const harm = terms.compare && beside !== null && bad >= SPEAKS_FROM && lnRelativeGain(beside.lnByRatio) >= LN_SPEAKS;
  return harm ? { verdict: 'warn', cause: 'worse-than-stable' } : { verdict: 'pass', cause: 'ruled-out' };
}
