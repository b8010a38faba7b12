import { formatDuration } from '../../kernel/duration.js';
import { hopefulRps, needToPass, requestsToPass } from '../judge/enough.js';
import { explain, explainWorse } from '../judge/explain.js';
import { type JudgeCause, type Judgement, judge, LN_SPEAKS, type Terms } from '../judge/judge.js';
import { lnLikelihoodGain } from '../judge/ln-evidence.js';
import { upperBound } from '../judge/rule-out.js';
import { type JudgeState, noEvidence, type Poll } from '../judge/state.js';
import { fingerprint } from '../objective/fingerprint.js';
import type { Counts, Objective, Verdict } from '../objective/objective.js';
import { formatPercent } from '../objective/percent.js';
import { Doubt } from './doubt.js';

/** Why an objective stands where it stands, for outputs and branches; `reason` says it for people. */
export type Cause = JudgeCause | 'not-answering' | 'hold-too-short' | 'unsure'; // good enough for a pass only if what can't be told is good

/** Their sentence has stable's figures already. */
const TELLS_OF_STABLE: readonly Cause[] = ['worse-than-stable', 'shared-incident', 'stable-unclear'];

export interface ObjectiveResult {
  readonly name: string;
  readonly verdict: Verdict;
  readonly cause: Cause;
  /** One sentence, without a full stop. */
  readonly reason: string;
  /** Set while stable is seen to do better, whatever the verdict: one sentence, without a full stop. */
  readonly warning?: string;
  readonly good: number;
  readonly bad: number;
  /** bad / (good + bad); undefined without a request. */
  readonly badShare: number | undefined;
  /** Requests of stable at the same time; undefined when the canary is judged alone. */
  readonly stable: Counts | undefined;
  /** ln of the e-value against `max`. */
  readonly lnEAbsolute: number;
  /** ln of the e-value against "no worse than stable"; null when the canary is judged alone. */
  readonly lnERelative: number | null;
  /** What counts for a fail, and what it has to reach. */
  readonly lnE: number;
  readonly lnEToFail: number;
  /** A bad share above this is excluded; a fraction. */
  readonly upperBound: number;
  /** Requests, none of them bad, that a pass needs from the start. */
  readonly needed: number;
  /** Requests, none of them bad, that a pass needs from here on, and the minutes that they take at the rate of this step, if it had one. */
  readonly toPass: { readonly requests: number; readonly minutes: number | undefined };
  /** To go on from in a later step, while it counts the same. */
  readonly state: JudgeState;
  /** What it counts (`fingerprint`). */
  readonly of: string;
}

/** How the source has done so far, on one side. */
export interface SourceRecord {
  readonly polls: number;
  /** Polls in which some pod answered. */
  readonly answered: number;
  /** Polls that threw, or in which pods were asked and none answered. */
  readonly failed: number;
  /** Whether any pod was ever there. */
  readonly sawPods: boolean;
  readonly lastProblem: string | undefined;
  /** Pods that are to serve and were not read in full at the last poll, a sentence each. */
  readonly unread: readonly string[];
}

/** Durations in milliseconds. */
export interface HopelessHold {
  readonly elapsedMs: number;
  readonly leftMs: number;
  readonly holdMs: number;
}

/** One objective under judgement: its terms, and what is known. */
export class Trial {
  readonly objective: Objective;
  readonly #terms: Terms;
  readonly #before: JudgeState;
  readonly #doubt: Doubt;
  #judgement: Judgement;

  constructor(objective: Objective, terms: Terms, state: JudgeState = noEvidence) {
    this.objective = objective;
    this.#terms = terms;
    this.#before = state;
    this.#doubt = new Doubt(terms);
    this.#judgement = judge(terms, state, { canary: { good: 0, bad: 0 } });
  }

  /** As of now. What an earlier step brought along never makes a pass by itself: each step looks for itself. */
  get verdict(): Judgement['verdict'] {
    const { verdict } = this.#judgement;
    return verdict !== 'fail' && (this.heard === 0 || this.#doubt.withholdsPass) ? 'inconclusive' : verdict;
  }

  /** Requests of the canary in this step. */
  get heard(): number {
    const { good, bad } = this.#judgement.state;
    return good + bad - (this.#before.good + this.#before.bad);
  }

  /** As if all that can't be told counted for the canary. */
  get #atBest(): JudgeState {
    const [{ good, bad, forPass }, now] = [this.#before, this.state];
    return { ...now, forPass: { good: forPass.good + now.good - good, bad: forPass.bad + now.bad - bad } };
  }

  get state(): JudgeState {
    return this.#judgement.state;
  }

  hear(poll: Poll): void {
    this.#judgement = judge(this.#terms, this.#judgement.state, poll);
    this.#doubt.hear(poll.canary);
  }

  /** That stable does better, as long as that is seen, for people; a sentence without its full stop. */
  get warning(): string | undefined {
    return this.#judgement.isWorse && this.heard > 0 ? explainWorse(this.state) : undefined;
  }

  /** @returns why requests that were read and are not judged yet stand against a pass, if they do; a sentence without its full stop */
  doubtedBy(waiting: Counts | undefined): string | undefined {
    if (waiting === undefined || lnLikelihoodGain(waiting.bad, waiting.good, this.#terms.max) < LN_SPEAKS) return undefined;
    return `${this.objective.name}: ${waiting.bad} of the last ${waiting.good + waiting.bad} requests were bad, and stable's page of that time is still to come`;
  }

  /** `errors: 0 bad of 312` */
  progress(): string {
    const { good, bad } = this.#judgement.state;
    return `${this.objective.name}: ${bad} bad of ${good + bad}`;
  }

  /** Whether no pass can be hoped for in the time that is left, although nothing is bad, at the rate of this step so far. */
  isHopeless(elapsedMs: number, leftMs: number): boolean {
    if (this.#judgement.state.bad > 0 || this.verdict === 'pass') return false;
    const [state, heard] = this.#doubt.isOpen ? [this.#atBest, this.heard] : [this.state, this.#doubt.surelyHeard];
    return this.#takesLonger(state, heard, elapsedMs, leftMs);
  }

  #takesLonger(state: JudgeState, heard: number, elapsedMs: number, leftMs: number): boolean {
    return requestsToPass(this.#terms, state) > (hopefulRps(heard, elapsedMs / 1000) * leftMs) / 1000;
  }

  /** The last word where no later look can bring any figures. */
  giveUp(why: string, elapsedMs: number): ObjectiveResult {
    return this.#result('inconclusive', 'no-data', `no data, and none to come: ${why}`, elapsedMs);
  }

  /** The last word on a hold that `isHopeless`, so many milliseconds after the first counts began, with so many left. */
  refuse(canary: SourceRecord, { elapsedMs, leftMs, holdMs }: HopelessHold): ObjectiveResult {
    const { requests } = needToPass(this.#terms, { canaryRps: 0 }, this.state);
    if (this.heard === 0) {
      const silent = this.#withoutData(canary, elapsedMs);
      return {
        ...silent,
        reason: `${silent.reason}; the ${requests} for a pass cannot be hoped for in a hold of ${formatDuration(holdMs)}`,
      };
    }
    // Where all requests would be too few, what can't be told of some of them changes nothing.
    const atBest = this.#takesLonger(this.#atBest, this.heard, elapsedMs, leftMs);
    const doubt = atBest ? undefined : this.#doubt.why(this.heard);
    if (doubt !== undefined) return this.#result('inconclusive', 'unsure', doubt, elapsedMs);
    const takes = this.#duration(requests, (this.heard * 1000) / elapsedMs);
    const reason =
      `a hold of ${formatDuration(holdMs)} is too short for a verdict: ${requests} requests without an error are still needed, ` +
      `and the canary got ${this.heard} in ${formatDuration(elapsedMs)}, so that takes about ${takes} more; ` +
      'hold longer, give the canary more weight, or raise `rule-out`';
    return this.#result('inconclusive', 'hold-too-short', reason, elapsedMs);
  }

  /**
   * The last word, when no more will be heard. Without any request in this step it is
   * - `error`, when no canary pod ever answered although there were some to ask, or the source itself failed;
   * - `inconclusive` otherwise.
   */
  conclude(canary: SourceRecord, stable: SourceRecord, elapsedMs: number): ObjectiveResult {
    const { verdict, cause } = this.#lastWord();
    if (verdict !== 'fail' && this.heard === 0) return this.#withoutData(canary, elapsedMs);
    const doubt = verdict === 'fail' ? undefined : this.#doubt.why(this.heard);
    if (doubt !== undefined && (this.#doubt.withholdsPass || cause === 'too-few-requests'))
      return this.#result('inconclusive', 'unsure', doubt, elapsedMs);
    const failures = canary.failed > 0 ? `; ${failedPolls(canary)}` : '';
    if (cause === 'too-few-requests') return this.#result(verdict, cause, `${this.#tooFew(elapsedMs)}${failures}`, elapsedMs);
    const reason = explain(this.#terms, { ...this.#judgement, verdict, cause });
    if (cause === 'nothing-beside' && stable.lastProblem)
      return this.#result(verdict, cause, `${reason}; stable: ${stable.lastProblem}`, elapsedMs);
    return this.#result(verdict, cause, reason, elapsedMs);
  }

  /** A warning without the proof that a pass needs as well lets no job go on: then what is missing is the verdict. */
  #lastWord(): Pick<Judgement, 'verdict' | 'cause'> {
    const { unproven } = this.#judgement;
    return unproven === undefined ? this.#judgement : { verdict: 'inconclusive', cause: unproven };
  }

  #tooFew(elapsedMs: number): string {
    const { good, bad } = this.#judgement.state;
    const requests = requestsToPass(this.#terms, this.state);
    const time = `, about ${this.#duration(requests, (this.heard * 1000) / elapsedMs)} at this rate`;
    const seen = `${bad} of ${good + bad} requests were bad (${formatPercent(bad / (good + bad))})`;
    return `too few requests: ${seen}; ${requests} more without an error were needed for a pass${elapsedMs > 0 ? time : ''}`;
  }

  #withoutData(source: SourceRecord, elapsedMs: number): ObjectiveResult {
    const during = `in ${formatDuration(elapsedMs)}`;
    if (source.failed > 0 && source.answered === 0) {
      const reason = `the canary's metrics could not be read ${during}: ${failedPolls(source)}`;
      return this.#result('error', 'not-answering', reason, elapsedMs);
    }
    const why = !source.sawPods
      ? 'there was no ready canary pod'
      : source.answered === 0
        ? 'no canary pod was past its warm-up'
        : (withoutName(source.lastProblem, this.objective.name) ?? source.unread[0] ?? 'the canary got no request');
    return this.#result('inconclusive', 'no-data', `no data ${during}: ${why}`, elapsedMs);
  }

  /** How long so many requests take; `requests` and `rps` above 0. */
  #duration(requests: number, rps: number): string {
    return formatDuration(Math.ceil(requests / rps) * 1000);
  }

  #result(verdict: Verdict, cause: Cause, reason: string, elapsedMs: number): ObjectiveResult {
    const { state, lnEAbsolute, lnERelative, lnE, lnEToFail } = this.#judgement;
    const { good, bad, beside } = state;
    const { warning } = this;
    const rps = this.heard > 0 && elapsedMs > 0 ? (this.heard * 1000) / elapsedMs : 0;
    const { requests, minutes } = needToPass(this.#terms, { canaryRps: rps }, state);
    return {
      name: this.objective.name,
      verdict,
      cause,
      reason: warning === undefined || TELLS_OF_STABLE.includes(cause) ? reason : `${reason}; ${warning}`,
      ...(warning !== undefined && { warning }),
      good,
      bad,
      badShare: good + bad > 0 ? bad / (good + bad) : undefined,
      stable: this.#terms.compare ? { good: beside?.good ?? 0, bad: beside?.bad ?? 0 } : undefined,
      lnEAbsolute,
      lnERelative,
      lnE,
      lnEToFail,
      upperBound: upperBound(state.forPass),
      needed: requestsToPass(this.#terms),
      toPass: { requests, minutes: Number.isFinite(minutes) ? minutes : undefined },
      state,
      of: fingerprint(this.objective),
    };
  }
}

/** A problem of an objective begins with its name, and so does the sentence that it goes into. */
const withoutName = (problem: string | undefined, name: string): string | undefined =>
  problem?.startsWith(`${name}: `) ? problem.slice(name.length + 2) : problem;

const failedPolls = ({ failed, polls, lastProblem }: SourceRecord): string =>
  `${failed} of ${polls} looks failed${lastProblem ? `, the last one with: ${lastProblem}` : ''}`;
