import type { Clock } from '../../kernel/clock.js';
import { formatDuration } from '../../kernel/duration.js';
import type { Log } from '../../kernel/log.js';
import type { EvidenceLine } from '../evidence/evidence-line.js';
import type { JudgeState } from '../judge/state.js';
import type { LiveShare } from '../liveness.js';
import type { Slo } from '../objective/objective.js';
import type { Source } from '../source.js';
import type { Departure } from './departure.js';
import { type GateResult, sumUp, withUnread, withUnrecorded } from './gate-result.js';
import { endInVain } from './in-vain.js';
import { explainNeed, termsIn } from './need.js';
import { type ObjectiveResult, Trial } from './trial.js';
import { Witness } from './witness.js';

const PROGRESS_EVERY_MS = 5000;
/** The rate of requests is taken so often, in a short hold after a quarter of it. */
const RATE_EVERY_MS = 5000;
/** The later, the more a hold that is too short is worth ending with all that could be seen. */
const REFUSED_UP_TO = 0.5;

export interface GateOptions {
  readonly slo: Slo;
  readonly source: Source;
  /** The longest to look, in milliseconds. */
  readonly holdMs: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** `early`: a pass ends the hold as soon as all objectives pass; `full`: only a fail does. */
  readonly settle?: 'early' | 'full';
  /** Where an earlier step stopped, by name of the objective. */
  readonly resume?: Readonly<Record<string, JudgeState>>;
  /** Gets each look as it is judged, to be recorded. */
  readonly record?: (line: EvidenceLine) => void;
  /** The canary's share, `undefined` while it has none; left out, a canary that is silent is waited for. */
  readonly share?: () => LiveShare | undefined;
  /** Whether pods of the canary have served in an earlier step. */
  readonly hasServed?: boolean;
  /** Left out where nobody can know what share the canary has by now. */
  readonly departure?: Departure;
}

/** One hold: each look tells whether it ends, and with what. */
export class Hold {
  readonly #options: GateOptions;
  readonly #trials: readonly Trial[];
  readonly #witness: Witness;
  readonly #startedAt: number;
  /** When the last look is due, in milliseconds since the epoch. */
  readonly deadline: number;
  #progressAt: number;
  #rateIsSaid = false;
  #rateAfter: number;

  constructor(options: GateOptions) {
    const { slo, source, holdMs, clock, log, signal, resume = {} } = options;
    const { record, share, hasServed = true, departure } = options;
    this.#options = options;
    this.#startedAt = clock.now();
    this.deadline = this.#startedAt + holdMs;
    this.#trials = slo.objectives.map((objective) => new Trial(objective, termsIn(slo, objective), resume[objective.name]));
    this.#witness = new Witness({ slo, source, clock, log, signal, before: resume, record, share, hasServed, departure });
    this.#progressAt = this.#startedAt + PROGRESS_EVERY_MS;
    this.#rateAfter = Math.min(RATE_EVERY_MS, holdMs / 4);
    log.info(explainNeed(slo));
  }

  /** @returns the end of the hold; undefined while another look is due */
  async look(): Promise<GateResult | undefined> {
    await this.#witness.look(this.#trials);
    await this.#witness.lookForDeparture();
    const now = this.#options.clock.now();
    const ended = this.#stopped(now) ?? (await this.#judged(now)) ?? this.#refusedAsTooShort(now);
    if (ended === undefined) this.#tellProgress(now);
    return ended;
  }

  get #hasFailed(): boolean {
    return this.#trials.some(({ verdict }) => verdict === 'fail');
  }

  /** What ends it whatever the objectives say; a fail stands before all but a canary that does not serve. */
  #stopped(now: number): GateResult | undefined {
    if (this.#witness.broken !== undefined) return this.#broken(now);
    if (this.#hasFailed) return undefined;
    if (this.#witness.changed !== undefined) return this.#changed(now);
    const times = { startedAt: this.#startedAt, deadline: this.deadline, now };
    const vain = endInVain(this.#trials, this.#witness, times, (trial) => this.#conclude(trial, now));
    return vain && this.#result(vain);
  }

  async #judged(now: number): Promise<GateResult | undefined> {
    const { canary, departed } = this.#witness;
    const unjudged = this.#witness.unjudged(this.#trials);
    const passed = this.#trials.every(({ verdict }) => verdict === 'pass') && canary.unread.length === 0 && unjudged.length === 0;
    const isPassedEarly = passed && (this.#options.settle ?? 'early') === 'early';
    if (!this.#hasFailed && !isPassedEarly && now < this.deadline && !departed?.isSure) return undefined;
    const ended = this.#concluded(now);
    if (ended.verdict !== 'pass' && ended.verdict !== 'warn') return ended;
    if (unjudged.length > 0) return { ...ended, verdict: 'inconclusive', reason: `${unjudged.join('; ')}.` };
    return this.#confirmed(ended, now);
  }

  /** A pass stands only when the pods still do, each has been read, and all that was seen is recorded. */
  async #confirmed(ended: GateResult, now: number): Promise<GateResult | undefined> {
    const unknown = await this.#witness.lookForBroken();
    if (this.#witness.broken !== undefined) return this.#broken(now);
    if (this.#witness.changed !== undefined) return this.#changed(now);
    if (unknown !== undefined)
      return { ...ended, verdict: 'error', reason: `Whether the canary's pods still stand could not be read: ${unknown}.` };
    const unread = [...new Set([...this.#witness.canary.unread, ...(await this.#witness.lookForUnread())])];
    if (unread.length === 0) return withUnrecorded(ended, this.#witness.unrecorded);
    return now >= this.deadline ? withUnread(ended, unread) : undefined;
  }

  /** A hold that can't bring enough requests at their present rate is ended while little of it has gone by. */
  #refusedAsTooShort(now: number): GateResult | undefined {
    const { slo, holdMs, log } = this.#options;
    const counted = this.#witness.countedMs(now);
    if (!this.#isRateKnown || counted < this.#rateAfter || now - this.#startedAt > holdMs * REFUSED_UP_TO) return undefined;
    if (!this.#rateIsSaid) log.info(explainNeed(slo, this.#witness.traffic(now)));
    this.#rateIsSaid = true;
    this.#rateAfter += RATE_EVERY_MS;
    const [elapsedMs, leftMs] = [counted, this.deadline - now];
    const hopeless = this.#trials.filter((trial) => trial.isHopeless(elapsedMs, leftMs));
    if (hopeless.length === 0) return undefined;
    const last = (trial: Trial) =>
      hopeless.includes(trial) ? trial.refuse(this.#witness.canary, { elapsedMs, leftMs, holdMs }) : this.#conclude(trial, now);
    return this.#result(this.#trials.map(last));
  }

  /** Silence beside a stable that gets requests is no lack of traffic; and what was not read says nothing of the rate. */
  get #isRateKnown(): boolean {
    const { canary, isLate, stableIsBusy } = this.#witness;
    return canary.unread.length === 0 && !isLate && (this.#trials.some(({ heard }) => heard > 0) || !stableIsBusy);
  }

  #tellProgress(now: number): void {
    if (now < this.#progressAt) return;
    const { holdMs, log } = this.#options;
    const passed = formatDuration(Math.min(now - this.#startedAt, holdMs));
    log.info(`${this.#trials.map((trial) => trial.progress()).join(' · ')} · ${passed} of ${formatDuration(holdMs)}`);
    this.#progressAt = now + PROGRESS_EVERY_MS;
  }

  #broken(now: number): GateResult {
    const { reason = '', lastLines } = this.#witness.broken ?? {};
    return { ...this.#concluded(now), verdict: 'fail', reason: `${reason}.`, ...(lastLines !== undefined && { lastLines }) };
  }

  #changed(now: number): GateResult {
    const reason = `${this.#witness.changed}. What it does says nothing of the version that is to be judged.`;
    return { ...this.#concluded(now), verdict: 'error', reason };
  }

  #concluded(now: number): GateResult {
    return this.#result(this.#trials.map((trial) => this.#conclude(trial, now)));
  }

  #conclude(trial: Trial, now: number): ObjectiveResult {
    return trial.conclude(this.#witness.canary, this.#witness.stable, now - this.#startedAt);
  }

  #result(objectives: readonly ObjectiveResult[]): GateResult {
    const { canary, caution } = this.#witness;
    return {
      ...sumUp(objectives),
      ...(caution !== undefined && { caution }),
      objectives,
      polls: canary.polls,
      startedAt: this.#startedAt,
      endedAt: this.#options.clock.now(),
    };
  }
}
