import type { Counts, Objective } from '../objective/objective.js';
import { lnForWarning, lnLikelier } from './early-warning.js';
import { lnEvidenceAbove, lnLikelihoodGain } from './ln-evidence.js';
import { lnAtMost, lnTotal } from './mixture.js';
import { LN_EXCLUDED, lnEvidenceBelow } from './rule-out.js';
import { addPoll, type Beside, type FailCause, type JudgeState, type Poll, totalOf } from './state.js';

/** Chance that a release is ever failed although its canary meets all objectives, shared among the objectives. */
export const ALPHA = 0.01;
/** So many bad requests are believed from a single poll; fewer need a second one, as a burst has one cause. */
export const BELIEVED_AT_ONCE = 3;
/**
 * Half the 95 % point of χ² with one degree of freedom: from here on counts speak against a hypothesis, as a likelihood-ratio test sees it.
 * Only ever withholds a pass, so the error bounds do not depend on it.
 */
export const LN_SPEAKS = 1.92;
/** A single bad request says nothing about the canary as against stable: it has to be on one of the two sides. */
const SPEAKS_FROM = 2;
/** So many requests of the canary without one of stable, or so many missing ones of stable: there is nothing to compare with any more. */
const [CANARY_WITHOUT_STABLE, STABLE_MISSED] = [20, 10];
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
  | 'worse-than-stable' // warn too: stable does better
  | 'shared-incident' // both versions are above `max`: not the canary's fault
  | 'stable-unclear' // above `max`, but not told apart from stable yet
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
  /** What counts for a fail: the lower of them, as a canary is good if it is within `max` or no worse than stable. */
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
  /** What a warning still lacks for the job to go on: it is given as soon as stable is seen to do better, whatever is excluded by then. */
  readonly unproven: Unproven | undefined;
  /** Whether stable is seen to do better, whatever the verdict. */
  readonly isWorse: boolean;
}

/** Why there is no pass yet, where nothing but more requests would make one. */
type Unproven = 'too-few-requests' | 'nothing-beside';

/**
 * Adds one poll to what is known, and judges. Pure; may be asked after every poll without spoiling the error bounds.
 * @throws RangeError when a count is negative or not finite
 */
export function judge(terms: Terms, before: JudgeState, poll: Poll): Judgement {
  const { canary, stable = { good: 0, bad: 0 } } = poll;
  return assess(terms, addPoll(before, terms.compare ? { canary, stable } : { canary }, terms.max));
}

/**
 * Judges what is known.
 * - fail: the evidence has reached 1/α, more than `max` of the requests are bad, and it is no single burst. A fail stands.
 * - pass: `ruleOut` is excluded, and nothing speaks against `max` or, with stable beside it, for harm.
 * - warn: stable is seen to do better; or `ruleOut` is excluded, but something does speak. See `unproven` for whether `ruleOut` is.
 * - inconclusive: everything else, above all no data; and trouble that stable has too.
 */
export function assess(terms: Terms, state: JudgeState): Judgement {
  const figures = {
    ...evidenceForFail(terms, state),
    lnEToFail: -Math.log(terms.alpha),
    lnEPass: lnEvidenceBelow(state.forPass, terms.ruleOut),
    lnEToPass: LN_EXCLUDED,
  };
  const isWorse = isSeenWorse(terms, state);
  const found = decide(terms, state, { ...figures, isWorse });
  return {
    state: found.failed ? { ...state, failed: found.failed } : state,
    verdict: found.verdict,
    cause: found.cause,
    unproven: found.unproven,
    isWorse,
    ...figures,
  };
}

/** Whether stable is seen to do better, requests taken as independent: then it is said of at most α of canaries that are within `max` and as good. */
function isSeenWorse(terms: Terms, state: JudgeState): boolean {
  const { beside, bad, good } = state;
  if (!terms.compare || beside === null || isSingleBurst(state)) return false;
  const isAlone = bad > terms.max * (bad + good) && !isStableAbove(terms, beside) && isStableSpared(terms, state, beside);
  const lnAbove = isAlone ? lnEvidenceAbove(bad, good, terms.max) : undefined;
  return lnForWarning(lnLikelier(beside.lnByRatio), lnAbove) >= -Math.log(terms.alpha);
}

/** Whether stable has enough requests that, were it as bad as the canary, it would hardly have been spared by chance. */
function isStableSpared({ alpha }: Terms, { good, bad }: JudgeState, beside: Beside): boolean {
  if (beside.matched === 0) return false;
  const stable = standardised(beside);
  return lnLikelihoodGain(stable.good, stable.bad, 1 - bad / (good + bad + 1)) >= -Math.log(alpha);
}

const isSingleBurst = ({ pollsWithBad, bad }: JudgeState): boolean => pollsWithBad < 2 && bad < BELIEVED_AT_ONCE;

/**
 * Whether the evidence has reached what a fail needs, and why; `single-burst` when only the guard against bursts stands against it.
 * The part of `assess` that may end a release, by itself because it is so much less work.
 */
export function failCause(terms: Terms, state: JudgeState): FailCause | 'single-burst' | undefined {
  if (state.failed) return state.failed;
  const { bad, above } = state;
  const lnEToFail = -Math.log(terms.alpha);
  if (bad <= terms.max * totalOf(state)) return undefined;
  // Most looks need no more than this.
  if (above === null || lnAtMost(above.wealth) < lnEToFail) return undefined;
  if (evidenceForFail(terms, state).lnE < lnEToFail) return undefined;
  if (isSingleBurst(state)) return 'single-burst';
  return besideOf(terms, state) ? 'worse-than-stable' : 'above-max';
}

/**
 * Of two e-values the lower is one against "within `max`, or no worse than stable": whichever of them holds, it is not expected to grow.
 * A mean of both would be one against "within `max`, *and* no worse than stable" alone, and fail what is within `max` for being worse than stable.
 */
function evidenceForFail(terms: Terms, state: JudgeState): Pick<Figures, 'lnE' | 'lnEAbsolute' | 'lnERelative'> {
  const lnEAbsolute = state.above?.max === terms.max ? lnTotal(state.above.wealth) : 0;
  const lnERelative = terms.compare && state.beside ? lnTotal(state.beside.wealth) : null;
  const compared = besideOf(terms, state) !== null && lnERelative !== null;
  return { lnEAbsolute, lnERelative, lnE: compared ? Math.min(lnEAbsolute, lnERelative) : lnEAbsolute };
}

/** Stable, if the canary is to be set beside it; null when it has fallen silent while it was within `max`, or never said a word. */
function besideOf({ compare, max }: Terms, state: JudgeState): Beside | null {
  const { beside } = state;
  if (!compare || beside === null) return null;
  const alone = totalOf(beside.waiting.canary);
  if (alone < CANARY_WITHOUT_STABLE) return beside;
  if (beside.matched === 0) return null;
  const missed = (alone * totalOf(beside)) / beside.matched;
  return missed >= STABLE_MISSED && beside.expectedBad <= max * beside.matched ? null : beside;
}

/** Whether stable was above `max` itself at the times when the canary's requests came: then badness of the canary may not be its own. */
const isStableAbove = ({ max }: Terms, beside: Beside | null): boolean =>
  beside !== null && beside.expectedBad > max * beside.matched;

/** How much likelier the counts are if the canary fails more often than stable did at the same times; a natural logarithm, at least 0. */
function lnHarm({ good, bad, beside }: JudgeState): number {
  if (beside === null || beside.matched === 0) return 0;
  const stable = standardised(beside);
  const stableTotal = totalOf(stable);
  const common = (bad + stable.bad) / (good + bad + stableTotal);
  if (!(bad * stableTotal > stable.bad * (good + bad))) return 0;
  return lnLikelihoodGain(bad, good, common) + lnLikelihoodGain(stable.good, stable.bad, 1 - common);
}

/** So many requests of stable the comparison rests on, at the times of the canary's; fewer than there were, where the weight has changed. */
function standardised({ matched, spread, expectedBad }: Beside): Counts {
  const total = (matched / spread) * matched;
  const bad = total * (expectedBad / matched);
  return { good: total - bad, bad };
}

type Decision = Pick<Judgement, 'verdict' | 'cause'> & { readonly failed?: FailCause; readonly unproven?: Unproven };

function decide(
  terms: Terms,
  state: JudgeState,
  { lnEAbsolute, lnEToFail, lnEPass, isWorse }: Figures & Pick<Judgement, 'isWorse'>,
): Decision {
  const { good, bad, beside } = state;
  const failed = failCause(terms, state);
  if (failed === 'single-burst') return { verdict: 'inconclusive', cause: failed };
  if (failed) return { verdict: 'fail', cause: failed, failed };
  if (good + bad === 0) return { verdict: 'inconclusive', cause: 'no-data' };

  const overMax = lnLikelihoodGain(bad, good, terms.max) >= LN_SPEAKS;
  if (overMax && terms.compare && isStableAbove(terms, beside)) return { verdict: 'inconclusive', cause: 'shared-incident' };
  if (lnEAbsolute >= lnEToFail && terms.compare) return { verdict: 'inconclusive', cause: 'stable-unclear' };
  const isUnmatched = terms.compare && (beside?.matched ?? 0) < MATCHED_FOR_PASS * (good + bad);
  const unproven = lnEPass < LN_EXCLUDED ? 'too-few-requests' : isUnmatched ? 'nothing-beside' : undefined;
  if (unproven !== undefined) {
    return isWorse ? { verdict: 'warn', cause: 'worse-than-stable', unproven } : { verdict: 'inconclusive', cause: unproven };
  }
  if (overMax) return { verdict: 'warn', cause: 'between-limits' };
  const harm = isWorse || (terms.compare && bad >= SPEAKS_FROM && lnHarm(state) >= LN_SPEAKS);
  return harm ? { verdict: 'warn', cause: 'worse-than-stable' } : { verdict: 'pass', cause: 'ruled-out' };
}
