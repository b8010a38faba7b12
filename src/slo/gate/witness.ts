import type { Clock } from '../../kernel/clock.js';
import type { Log } from '../../kernel/log.js';
import { within } from '../../kernel/within.js';
import { type EvidenceLine, evidenceLine } from '../evidence/evidence-line.js';
import type { Traffic } from '../judge/enough.js';
import type { Poll as Evidence, JudgeState } from '../judge/state.js';
import { Liveness, type LiveShare } from '../liveness.js';
import type { Slo } from '../objective/objective.js';
import { Pace } from '../pace.js';
import type { Broken, SidePoll, Source, Poll as SourcePoll } from '../source.js';
import { type Departed, type Departure, departureNow } from './departure.js';
import type { SourceRecord, Trial } from './trial.js';
import { WholePages } from './whole-pages.js';

/** A source that takes longer has failed this time; it is asked again. */
const POLL_TIMEOUT_MS = 10_000;
const MAX_REMARKS = 20;
/** The live route is read so often while a hold lasts. */
const SHARE_EVERY_MS = 10_000;
const NOT_ASKED: SourceRecord = { polls: 0, answered: 0, failed: 0, sawPods: false, lastProblem: undefined, unread: [] };

export interface WitnessOptions {
  readonly slo: Slo;
  readonly source: Source;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** What earlier steps knew; stands on the first line that is recorded. */
  readonly before: Readonly<Record<string, JudgeState>>;
  readonly record: ((line: EvidenceLine) => void) | undefined;
  /** The canary's share, where a canary that is silent is to be noticed. */
  readonly share: (() => LiveShare | undefined) | undefined;
  /** Whether pods of the canary have served in an earlier step. */
  readonly hasServed: boolean;
  /** Asked before a canary that gets no request is blamed for it. */
  readonly departure: Departure | undefined;
}

/** Asks the source, hands what it says to the trials, and remembers how well it answered. */
export class Witness {
  readonly #options: WitnessOptions;
  readonly #noted = new Set<string>();
  /** Objectives that a warning was given for. */
  readonly #warned = new Set<string>();
  readonly #seen = new Map<string, { canary: number; stable: number; stableBad: number }>();
  readonly #liveness: Liveness | undefined;
  readonly #pages = new WholePages();
  readonly #pace = new Pace();
  #before: EvidenceLine['before'];
  #heardAt: number | undefined;
  /** Why the canary can't serve, once that is known. */
  broken: Broken | undefined;
  /** Why what was seen is not recorded from some look on. */
  unrecorded: string | undefined;
  /** What somebody has made of the canary, once that is known. */
  changed: string | undefined;
  /** Why no later look can bring figures for an objective, by its name. */
  vain: ReadonlyMap<string, string> = new Map();
  /** When the canary's last pod is past its warm-up. */
  warmBy = 0;
  /** That the canary has not its share any more. */
  departed: Departed | undefined;
  canary = NOT_ASKED;
  stable = NOT_ASKED;
  /** When the first counts began, in milliseconds since the epoch: the first look at a pod is only its baseline. */
  #countsSince: number | undefined;
  #pageAgeMs = 0;
  #askedForShareAt: number;
  /** Whether stable has had a request since the first look, as far as it was read. */
  stableIsBusy = false;

  constructor(options: WitnessOptions) {
    this.#options = options;
    this.#askedForShareAt = options.clock.now();
    this.#before = options.before;
    this.#liveness = options.share && new Liveness(options.share, options.hasServed);
  }

  async look(trials: readonly Trial[]): Promise<void> {
    const { slo } = this.#options;
    const poll = await this.#ask();
    if (poll instanceof Error) {
      const nobody = {
        pods: 0,
        scraped: 0,
        problems: [poll.message],
        notes: [],
        unread: [`the last look failed: ${poll.message}`],
      };
      this.canary = this.#after(this.canary, nobody);
      this.stable = this.#after(this.stable, nobody, false);
      return;
    }
    this.changed ??= this.#options.source.changed?.();
    this.broken ??= poll.canary.broken ?? (await this.#findSilence(poll));
    this.#pace.hear(poll);
    const line = evidenceLine(slo, slo.compare ? this.#pages.take(poll) : poll, this.#before);
    this.#before = undefined;
    this.#record(line);
    for (const trial of trials) this.#tell(trial, line);
    if (poll.canary.scraped > 0) this.#countsSince ??= poll.at;
    if (poll.canary.requests) this.#heardAt = poll.at;
    this.vain = new Map([...(slo.compare ? (poll.stable.lasting ?? []) : []), ...(poll.canary.lasting ?? [])]);
    this.warmBy = poll.canary.warmBy ?? 0;
    this.#pageAgeMs = Math.max(poll.canary.pageAgeMs ?? 0, slo.compare ? (poll.stable.pageAgeMs ?? 0) : 0);
    this.stableIsBusy ||= (poll.stable.requests ?? 0) > 0;
    this.canary = this.#after(this.canary, poll.canary);
    this.stable = this.#after(this.stable, poll.stable, slo.compare !== undefined);
  }

  /** Looks now and then whether the canary still has its share: what comes after it was changed is of another one. */
  async lookForDeparture(): Promise<void> {
    const { departure, clock, signal } = this.#options;
    if (departure === undefined || clock.now() - this.#askedForShareAt < SHARE_EVERY_MS) return;
    this.#askedForShareAt = clock.now();
    this.departed = await departureNow(departure, clock, signal);
  }

  /** The silence of another version's pods is not the canary's, nor is it where somebody has taken its share away. */
  async #findSilence(poll: SourcePoll): Promise<Broken | undefined> {
    const { departure, clock, signal } = this.#options;
    const silent = this.changed === undefined ? this.#liveness?.hear(poll) : undefined;
    if (silent === undefined) return undefined;
    this.departed = await departureNow(departure, clock, signal);
    return this.departed?.isSure ? undefined : silent;
  }

  /** What can't be recorded is judged all the same: a bad canary must not keep its users because a disk is full. */
  #record(line: EvidenceLine): void {
    if (this.unrecorded !== undefined) return;
    try {
      this.#options.record?.(line);
    } catch (error) {
      this.unrecorded = error instanceof Error ? error.message : String(error);
      this.#options.log.warning(this.unrecorded);
    }
  }

  /**
   * Looks once more before a pass: the last list of pods may be some seconds old. A pass hangs on it, so one answer that is lost does not decide.
   * @returns why nobody can tell, if so
   */
  async lookForBroken(): Promise<string | undefined> {
    return (await this.#findBroken()) && (await this.#findBroken());
  }

  /** As of what `lookForBroken` has just seen. @returns why not every canary pod is in the counts, a sentence for each that is not */
  async lookForUnread(): Promise<readonly string[]> {
    const { source, clock, signal } = this.#options;
    try {
      return await within(POLL_TIMEOUT_MS, clock, signal, async (inner) => source.findUnread?.(inner) ?? []);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      return [error instanceof Error ? error.message : String(error)];
    }
  }

  async #findBroken(): Promise<string | undefined> {
    const { source, clock, signal } = this.#options;
    try {
      this.broken ??= await within(POLL_TIMEOUT_MS, clock, signal, async (inner) => source.findBroken?.(inner));
      this.changed ??= source.changed?.();
      return undefined;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** @returns what the source says, or what kept it from that */
  async #ask(): Promise<SourcePoll | Error> {
    const { slo, source, clock, signal } = this.#options;
    try {
      return await within(POLL_TIMEOUT_MS, clock, signal, (inner) => source.poll(slo.objectives, inner));
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** What of the canary waits to be judged and speaks against it, a sentence for each objective: no pass is right meanwhile. */
  unjudged(trials: readonly Trial[]): readonly string[] {
    const waiting = this.#pages.waiting();
    return trials.flatMap((trial) => trial.doubtedBy(waiting.get(trial.objective.name)) ?? []);
  }

  /** Why the requests may not be users', a sentence without its full stop. */
  get caution(): string | undefined {
    return this.#pace.caution;
  }

  /** Whether counts wait for those of the other side, so that they are late. */
  get isLate(): boolean {
    return this.#options.slo.compare !== undefined && this.#pageAgeMs > 0;
  }

  /** How long the counts so far took, in milliseconds. A page that is made anew now and then shows nothing of the time since it was. */
  countedMs(now: number): number {
    const until = this.#pageAgeMs > 0 ? (this.#heardAt ?? now) : now;
    return Math.max(0, until - (this.#countsSince ?? until));
  }

  /** What each objective's counts have come to a second, until now. */
  traffic(now: number): ReadonlyMap<string, Traffic> {
    const seconds = Math.max(1e-3, this.countedMs(now) / 1000);
    return new Map(
      [...this.#seen].map(([name, { canary, stable, stableBad }]) => [
        name,
        { canaryRps: canary / seconds, stableRps: stable / seconds, stableBadShare: stable > 0 ? stableBad / stable : 0 },
      ]),
    );
  }

  #tell(trial: Trial, line: EvidenceLine): void {
    const { name } = trial.objective;
    const poll: Evidence | undefined = name === line.objective ? line : line.objectives?.[name];
    if (poll === undefined) return;
    trial.hear(poll);
    this.#warn(trial);
    const seen = this.#seen.get(name) ?? { canary: 0, stable: 0, stableBad: 0 };
    const { canary, stable = { good: 0, bad: 0 } } = poll;
    this.#seen.set(name, {
      canary: seen.canary + canary.good + canary.bad,
      stable: seen.stable + stable.good + stable.bad,
      stableBad: seen.stableBad + stable.bad,
    });
  }

  /** As soon as it is seen, and once: the verdict comes with the end of the hold. */
  #warn({ objective: { name }, warning }: Trial): void {
    if (warning === undefined || this.#warned.has(name)) return;
    this.#warned.add(name);
    this.#options.log.warning(`${name}: ${warning}. That alone fails nothing; the gate looks on.`);
  }

  #after(
    record: SourceRecord,
    side: Pick<SidePoll, 'pods' | 'scraped' | 'problems' | 'notes' | 'unread'>,
    tell = true,
  ): SourceRecord {
    const { log } = this.#options;
    if (tell) {
      for (const note of side.notes) this.#once(note, (text) => log.info(text));
      for (const problem of side.problems) this.#once(problem, (text) => log.warning(text));
    }
    const answered = side.scraped > 0;
    return {
      polls: record.polls + 1,
      answered: record.answered + (answered ? 1 : 0),
      failed: record.failed + (!answered && side.problems.length > 0 ? 1 : 0),
      sawPods: record.sawPods || side.pods > 0,
      lastProblem: side.problems[0] ?? record.lastProblem,
      unread: side.unread ?? [],
    };
  }

  /** A look a second would repeat itself a hundred times, and a hundred pods would too. */
  #once(text: string, say: (text: string) => void): void {
    if (this.#noted.has(text) || this.#noted.size >= MAX_REMARKS) return;
    this.#noted.add(text);
    say(text);
  }
}
