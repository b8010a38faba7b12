import { formatDuration } from '../lib/duration.js';
import {
  explain,
  type Judgement,
  type JudgeState,
  judge,
  noEvidence,
  requestsNeeded,
  requestsToPass,
  upperBound,
} from './judge/judge.js';
import type { Counts, Objective, Verdict } from './objective.js';
import { formatPercent } from './percent.js';

/** Why an objective stands where it stands, for outputs and branches; `reason` says it for people. */
export type Cause = 'evidence' | 'too-few-requests' | 'no-data' | 'not-answering' | 'between-limits';

export interface ObjectiveResult {
  readonly name: string;
  readonly verdict: Verdict;
  readonly cause: Cause;
  /** One sentence, without a full stop. */
  readonly reason: string;
  readonly good: number;
  readonly bad: number;
  /** bad / (good + bad); undefined without a request. */
  readonly badShare: number | undefined;
  /** ln of the e-value against `max`. */
  readonly lnE: number;
  /** A bad share above this is excluded; a fraction. */
  readonly upperBound: number;
  /** Requests, none of them bad, that a pass needs from the start. */
  readonly needed: number;
  /** To go on from in a later step. */
  readonly state: JudgeState;
}

/** How the source has done so far, as far as the canary is concerned. */
export interface SourceRecord {
  readonly polls: number;
  /** Polls in which some canary pod answered. */
  readonly answered: number;
  /** Polls that threw, or in which pods were asked and none answered. */
  readonly failed: number;
  /** Whether any canary pod was ever there. */
  readonly sawPods: boolean;
  readonly lastProblem: string | undefined;
}

/** One objective under judgement: its limits, and what is known. */
export class Trial {
  readonly objective: Objective;
  readonly #objectiveCount: number;
  /** What an earlier step brought; it says nothing about the present rate. */
  readonly #broughtAlong: number;
  #judgement: Judgement;

  constructor(objective: Objective, objectiveCount: number, state: JudgeState = noEvidence) {
    this.objective = objective;
    this.#objectiveCount = objectiveCount;
    this.#broughtAlong = state.good + state.bad;
    this.#judgement = judge(objective, state, { good: 0, bad: 0 }, objectiveCount);
  }

  get verdict(): Judgement['verdict'] {
    return this.#judgement.verdict;
  }

  hear(counts: Counts): void {
    if (counts.good + counts.bad > 0)
      this.#judgement = judge(this.objective, this.#judgement.state, counts, this.#objectiveCount);
  }

  /** `errors: 0 bad of 312` */
  progress(): string {
    const { good, bad } = this.#judgement.state;
    return `${this.objective.name}: ${bad} bad of ${good + bad}`;
  }

  /**
   * The last word, when no more will be heard. What neither passed nor failed is
   * - `error` without any request, when no canary pod ever answered although there were some to ask, or the source itself failed;
   * - `inconclusive` without any request otherwise;
   * - `warn` when there were as many requests as an error-free canary needs for a pass, and the bad share lies between `max` and `ruleOut`;
   * - `inconclusive` for everything else.
   */
  conclude(source: SourceRecord, elapsedMs: number): ObjectiveResult {
    const { state, verdict, lnE, lnEToFail } = this.#judgement;
    const reason = explain(this.objective, this.#judgement);
    if (verdict !== 'inconclusive') return this.#result(verdict, 'evidence', reason);
    const total = state.good + state.bad;
    if (total === 0) return this.#withoutData(source, elapsedMs);

    const { max, ruleOut } = this.objective;
    const badShare = state.bad / total;
    const seen = `${state.bad} of ${total} requests were bad (${formatPercent(badShare)})`;
    if (total >= requestsNeeded(this.objective) && badShare > max && badShare < ruleOut) {
      const limits = `above ${formatPercent(max)}, below ${formatPercent(ruleOut)}`;
      return this.#result('warn', 'between-limits', `${seen}: ${limits}, and not enough to tell on which side it belongs`);
    }
    if (lnE >= lnEToFail) return this.#result('inconclusive', 'too-few-requests', reason);
    const toPass = requestsToPass(this.objective, state);
    const more = `${toPass} more without an error were needed for a pass${this.#time(toPass, total - this.#broughtAlong, elapsedMs)}`;
    const failures = source.failed > 0 ? `; ${failedPolls(source)}` : '';
    return this.#result('inconclusive', 'too-few-requests', `too few requests: ${seen}; ${more}${failures}`);
  }

  #withoutData(source: SourceRecord, elapsedMs: number): ObjectiveResult {
    const during = `in ${formatDuration(elapsedMs)}`;
    if (source.failed > 0 && source.answered === 0) {
      return this.#result('error', 'not-answering', `the canary's metrics could not be read ${during}: ${failedPolls(source)}`);
    }
    const why = !source.sawPods
      ? 'there was no ready canary pod'
      : source.answered === 0
        ? 'no canary pod was past its warm-up'
        : (source.lastProblem ?? 'the canary got no request');
    return this.#result('inconclusive', 'no-data', `no data ${during}: ${why}`);
  }

  #time(requests: number, heard: number, elapsedMs: number): string {
    if (heard <= 0 || elapsedMs <= 0) return '';
    return `, about ${formatDuration(Math.ceil((requests * elapsedMs) / heard / 1000) * 1000)} at this rate`;
  }

  #result(verdict: Verdict, cause: Cause, reason: string): ObjectiveResult {
    const { state, lnE } = this.#judgement;
    const { good, bad } = state;
    return {
      name: this.objective.name,
      verdict,
      cause,
      reason,
      good,
      bad,
      badShare: good + bad > 0 ? bad / (good + bad) : undefined,
      lnE,
      upperBound: upperBound(state),
      needed: requestsNeeded(this.objective),
      state,
    };
  }
}

const failedPolls = ({ failed, polls, lastProblem }: SourceRecord): string =>
  `${failed} of ${polls} looks failed${lastProblem ? `, the last one with: ${lastProblem}` : ''}`;
