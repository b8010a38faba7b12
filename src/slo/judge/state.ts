import type { Counts } from '../objective/objective.js';
import { exceed, nothingAbove } from './above-max.js';
import { NOTHING } from './dependence.js';
import { likelier, nothingLikelier } from './early-warning.js';
import type { Wealth } from './mixture.js';
import { compare, nothingCompared, type PairedCounts } from './relative.js';

const VERSION = 4;

/** Why a canary failed: more of its requests are bad than `max` allows, or more than of stable's at the same time. */
export type FailCause = 'above-max' | 'worse-than-stable';

/**
 * All that the judge remembers of one objective: plain numbers, to be stored as JSON and carried on across steps and weights.
 * A change of shape or meaning takes a new version.
 */
export interface JudgeState {
  readonly version: typeof VERSION;
  /** Requests of the canary. */
  readonly good: number;
  readonly bad: number;
  /** Looks that brought at least one bad request. */
  readonly pollsWithBad: number;
  /** What of them counts for a pass; a new step may start that part anew, see `forNextStep`. */
  readonly forPass: Counts;
  /** A fail stands: the error bound is that of the highest evidence ever seen. */
  readonly failed: FailCause | null;
  /** The bets that more than `max` are bad; null before the first look. */
  readonly above: Above | null;
  /** Stable beside it; null while the canary is judged alone. */
  readonly beside: Beside | null;
}

/** What speaks for a bad share above `max`. */
export interface Above {
  /** The limit that they are about; with another one they begin anew. */
  readonly max: number;
  readonly wealth: Wealth;
}

/** Stable at the same time as the canary. */
export interface Beside {
  /** Requests of stable. */
  readonly good: number;
  readonly bad: number;
  /** What speaks for more bad requests than of stable. */
  readonly wealth: Wealth;
  /** The same as likelihood ratios for independent requests: what warns. */
  readonly lnByRatio: readonly number[];
  /** Canary requests that could be set beside requests of stable at the same time. */
  readonly matched: number;
  /** How many of `matched` would have been bad, had the canary failed as often as stable did at the same time. */
  readonly expectedBad: number;
  /** Σ canary² / stable over the matched looks: matched² / spread is the number of stable requests that `expectedBad` rests on. */
  readonly spread: number;
  /** Requests that still wait for some on the other side to be set beside. */
  readonly waiting: PairedCounts;
}

/** What one look saw, since the look before. Without `stable` the canary is judged alone. */
export interface Poll {
  readonly canary: Counts;
  readonly stable?: Counts | undefined;
}

/** More than any counter counts; beyond it nothing changes, and no sum or product of counts runs out of numbers. */
const MOST = 1e15;

const none: Counts = { good: 0, bad: 0 };

export const noEvidence: JudgeState = {
  version: VERSION,
  good: 0,
  bad: 0,
  pollsWithBad: 0,
  forPass: none,
  failed: null,
  above: null,
  beside: null,
};

const nothingBeside: Beside = {
  ...none,
  wealth: nothingCompared,
  lnByRatio: nothingLikelier,
  matched: 0,
  expectedBad: 0,
  spread: 0,
  waiting: { canary: none, stable: none },
};

/**
 * Adds what one look saw.
 * @param max the highest bad share that is still good
 * @throws RangeError when a count is negative or not finite
 */
export function addPoll(state: JudgeState, poll: Poll, max: number): JudgeState {
  const canary = checked(poll.canary, 'canary');
  const stable = poll.stable && checked(poll.stable, 'stable');
  const before = state.beside ?? nothingBeside;
  const wealth = state.above?.max === max ? state.above.wealth : nothingAbove;
  return {
    version: VERSION,
    good: Math.min(state.good + canary.good, MOST),
    bad: Math.min(state.bad + canary.bad, MOST),
    pollsWithBad: state.pollsWithBad + (canary.bad > 0 ? 1 : 0),
    forPass: sum(state.forPass, checked(poll.canary.atWorst ?? poll.canary, 'canary')),
    failed: state.failed,
    above: { max, wealth: exceed(wealth, max, canary, stable && sum(before.waiting.stable, stable)) },
    beside: stable ? addBeside(before, canary, stable) : state.beside,
  };
}

/**
 * The state that the next step goes on from. What speaks for a fail always goes on, so that α holds for the whole release. A pass has to be
 * earned again after one that was given, and at each weight: what was good at 10 % may not be under the load of 50 %.
 */
export const forNextStep = (state: JudgeState, { sameWeight, passed }: { sameWeight: boolean; passed: boolean }): JudgeState =>
  sameWeight && !passed ? state : { ...state, forPass: none };

/** The state without what it has gained for a pass since `before`: of what was seen meanwhile, only what speaks for a fail counts. */
export const forFailOnly = (state: JudgeState, before: JudgeState = noEvidence): JudgeState => ({
  ...state,
  forPass: before.forPass,
});

/** @returns the state if it is one of this version, else undefined; whoever may write where it was stored may have written it */
export function parseJudgeState(value: unknown): JudgeState | undefined {
  if (!isObject(value) || value.version !== VERSION) return undefined;
  const known =
    areCounts(value) &&
    isCount(value.pollsWithBad) &&
    areCounts(value.forPass) &&
    (value.failed === null || value.failed === 'above-max' || value.failed === 'worse-than-stable') &&
    (value.above === null || isAbove(value.above)) &&
    (value.beside === null || isBeside(value.beside));
  return known ? (value as unknown as JudgeState) : undefined;
}

/** Whether it is a state of this version, or of another one that must not keep a record from being read. */
export const isStoredState = (value: unknown): boolean =>
  isObject(value) && (value.version === VERSION ? parseJudgeState(value) !== undefined : Number.isInteger(value.version));

/**
 * Sets the canary beside stable. Looks in which one side had no request wait for the next that has some.
 * Direct standardisation: of the canary's requests as many would have been bad as stable's share of bad ones says.
 */
function addBeside(beside: Beside, canary: Counts, stable: Counts): Beside {
  const together = { canary: sum(beside.waiting.canary, canary), stable: sum(beside.waiting.stable, stable) };
  const [total, stableTotal] = [totalOf(together.canary), totalOf(together.stable)];
  const isMatched = total >= NOTHING && stableTotal >= NOTHING;
  const perStable = isMatched ? total / stableTotal : 0;
  return {
    good: Math.min(beside.good + stable.good, MOST),
    bad: Math.min(beside.bad + stable.bad, MOST),
    wealth: isMatched ? compare(beside.wealth, together) : beside.wealth,
    lnByRatio: likelier(beside.lnByRatio, { canary, stable }),
    matched: beside.matched + (isMatched ? total : 0),
    expectedBad: beside.expectedBad + together.stable.bad * perStable,
    spread: beside.spread + total * perStable,
    waiting: isMatched ? nothingBeside.waiting : together,
  };
}

export const totalOf = ({ good, bad }: Counts): number => good + bad;
const sum = (a: Counts, b: Counts): Counts => ({ good: Math.min(a.good + b.good, MOST), bad: Math.min(a.bad + b.bad, MOST) });

function checked({ good, bad }: Counts, side: string): Counts {
  if (isCount(good) && isCount(bad)) return { good: Math.min(good, MOST), bad: Math.min(bad, MOST) };
  throw new RangeError(`counts of ${side} must be finite and not negative, got ${good} good and ${bad} bad`);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isCount = (value: unknown): value is number => isNumber(value) && value >= 0;
const areCounts = (value: unknown): boolean => isObject(value) && isCount(value.good) && isCount(value.bad);
const isWealth = (value: unknown, { lnBets }: Wealth): boolean =>
  isObject(value) && isCount(value.looks) && isNumber(value.lnKept) && areNumbers(value.lnBets, lnBets.length);
const areNumbers = (value: unknown, length: number): boolean =>
  Array.isArray(value) && value.length === length && value.every(isNumber);
const isAbove = (value: unknown): boolean => isObject(value) && isNumber(value.max) && isWealth(value.wealth, nothingAbove);
const isBeside = (value: unknown): boolean =>
  areCounts(value) &&
  isObject(value) &&
  isWealth(value.wealth, nothingCompared) &&
  areNumbers(value.lnByRatio, nothingLikelier.length) &&
  isCount(value.matched) &&
  isCount(value.expectedBad) &&
  isCount(value.spread) &&
  isObject(value.waiting) &&
  areCounts(value.waiting.canary) &&
  areCounts(value.waiting.stable);
