import type { Verdict } from '../objective/objective.js';
import type { ObjectiveResult } from './trial.js';

export interface GateResult {
  readonly verdict: Verdict;
  /** One sentence for people. */
  readonly reason: string;
  /** The last lines of the log of what stopped serving, with a heading of their own; absent when nothing did. */
  readonly lastLines?: string;
  /** Why the requests may not be users', for people; absent when nothing speaks for it. */
  readonly caution?: string;
  readonly objectives: readonly ObjectiveResult[];
  readonly polls: number;
  /** Milliseconds since the Unix epoch, as is `endedAt`. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Worst first: the gate's verdict is the first of these that any objective has. */
const SEVERITY: readonly Verdict[] = ['fail', 'error', 'inconclusive', 'warn', 'pass'];

/** A pass that can't be checked afterwards, as was asked for, is none. */
export const withUnrecorded = (ended: GateResult, unrecorded: string | undefined): GateResult =>
  unrecorded === undefined
    ? ended
    : { ...ended, verdict: 'error', reason: `The objectives are met, but not all that was seen is recorded. ${unrecorded}` };

/** What was read would pass, but a canary pod was not read: nobody knows what its users got. */
export function withUnread(ended: GateResult, unread: readonly string[]): GateResult {
  if (unread.length === 0) return ended;
  return { ...ended, verdict: 'inconclusive', reason: `Not every pod of the canary could be judged: ${unread.join('; ')}.` };
}

/** The worst of the objectives, with what those say that have it. */
export function sumUp(objectives: readonly ObjectiveResult[]): { verdict: Verdict; reason: string } {
  const verdict = SEVERITY.find((candidate) => objectives.some((objective) => objective.verdict === candidate)) ?? 'inconclusive';
  const told = objectives.filter((objective) => objective.verdict === verdict).map(({ name, reason }) => `${name}: ${reason}`);
  return { verdict, reason: `${told.join('; ')}.` };
}
