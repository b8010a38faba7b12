import type { Log } from '../action/log.js';
import type { Clock } from '../lib/clock.js';
import { formatDuration } from '../lib/duration.js';
import type { JudgeState } from './judge/judge.js';
import { explainNeed } from './need.js';
import type { Slo, Verdict } from './objective.js';
import type { Poll, Source } from './sources/source.js';
import { type ObjectiveResult, type SourceRecord, Trial } from './trial.js';
import { within } from './within.js';

const PROGRESS_EVERY_MS = 5000;
/** A source that takes longer has failed this time; it is asked again. */
const POLL_TIMEOUT_MS = 10_000;
const MAX_REMARKS = 20;

export interface GateOptions {
  readonly slo: Slo;
  readonly source: Source;
  /** The longest to look, in milliseconds. */
  readonly holdMs: number;
  /** From the start of one look to the start of the next. */
  readonly pollMs?: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Requests a second that the canary gets, if known: for the announcement of what a verdict needs. */
  readonly canaryRps?: number;
  /** `early`: a pass ends the hold as soon as all objectives pass; `full`: only a fail does. */
  readonly settle?: 'early' | 'full';
  /** Where an earlier step stopped, by name of the objective. */
  readonly resume?: Readonly<Record<string, JudgeState>>;
}

export interface GateResult {
  readonly verdict: Verdict;
  /** One sentence for people. */
  readonly reason: string;
  readonly objectives: readonly ObjectiveResult[];
  readonly polls: number;
  /** Milliseconds since the Unix epoch, as is `endedAt`. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Worst first: the gate's verdict is the first of these that any objective has. */
const SEVERITY: readonly Verdict[] = ['fail', 'error', 'inconclusive', 'warn', 'pass'];

/**
 * Watches the canary until there is a verdict or the hold is over. A fail ends it at once; silence never passes.
 * @throws the signal's reason when it is aborted; nothing else: a source that fails is part of the result
 */
export async function watchObjectives(options: GateOptions): Promise<GateResult> {
  const { slo, source, holdMs, pollMs = 1000, clock, log, signal, canaryRps, settle = 'early', resume = {} } = options;
  const startedAt = clock.now();
  const deadline = startedAt + holdMs;
  const trials = slo.objectives.map((objective) => new Trial(objective, slo.objectives.length, resume[objective.name]));
  const witness = new Witness(log);
  log.info(explainNeed(slo, canaryRps));

  let progressAt = startedAt + PROGRESS_EVERY_MS;
  for (;;) {
    const polledAt = clock.now();
    await witness.look(
      () => within(POLL_TIMEOUT_MS, clock, signal, (inner) => source.poll(slo.objectives, inner)),
      trials,
      signal,
    );
    const now = clock.now();
    const failed = trials.some(({ verdict }) => verdict === 'fail');
    const passed = trials.every(({ verdict }) => verdict === 'pass');
    if (failed || (passed && settle === 'early') || now >= deadline) {
      const objectives = trials.map((trial) => trial.conclude(witness.record, now - startedAt));
      return { ...sumUp(objectives), objectives, polls: witness.record.polls, startedAt, endedAt: now };
    }
    if (now >= progressAt) {
      log.info(
        `${trials.map((trial) => trial.progress()).join(' · ')} · ${formatDuration(now - startedAt)} of ${formatDuration(holdMs)}`,
      );
      progressAt = now + PROGRESS_EVERY_MS;
    }
    await clock.sleep(Math.max(0, Math.min(polledAt + pollMs, deadline) - now), signal);
  }
}

function sumUp(objectives: readonly ObjectiveResult[]): { verdict: Verdict; reason: string } {
  const verdict = SEVERITY.find((candidate) => objectives.some((objective) => objective.verdict === candidate)) ?? 'inconclusive';
  const told = objectives.filter((objective) => objective.verdict === verdict).map(({ name, reason }) => `${name}: ${reason}`);
  return { verdict, reason: `${told.join('; ')}.` };
}

/** Asks the source, hands what it says to the trials, and keeps the record of how well it answered. */
class Witness {
  readonly #log: Log;
  readonly #noted = new Set<string>();
  record: SourceRecord = { polls: 0, answered: 0, failed: 0, sawPods: false, lastProblem: undefined };

  constructor(log: Log) {
    this.#log = log;
  }

  async look(ask: () => Promise<Poll>, trials: readonly Trial[], signal: AbortSignal): Promise<void> {
    try {
      const { canary } = await ask();
      for (const trial of trials) trial.hear(canary.counts.get(trial.objective.name) ?? { good: 0, bad: 0 });
      for (const note of canary.notes) this.#once(note, (text) => this.#log.info(text));
      this.#write({ answered: canary.scraped > 0, sawPods: canary.pods > 0, problems: canary.problems });
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      this.#write({ answered: false, sawPods: false, problems: [error instanceof Error ? error.message : String(error)] });
    }
  }

  #write({ answered, sawPods, problems }: { answered: boolean; sawPods: boolean; problems: readonly string[] }): void {
    const { record } = this;
    this.record = {
      polls: record.polls + 1,
      answered: record.answered + (answered ? 1 : 0),
      failed: record.failed + (!answered && problems.length > 0 ? 1 : 0),
      sawPods: record.sawPods || sawPods,
      lastProblem: problems[0] ?? record.lastProblem,
    };
    for (const problem of problems) this.#once(problem, (text) => this.#log.warning(text));
  }

  /** A look a second would repeat itself a hundred times, and a hundred pods would too. */
  #once(text: string, say: (text: string) => void): void {
    if (this.#noted.has(text) || this.#noted.size >= MAX_REMARKS) return;
    this.#noted.add(text);
    say(text);
  }
}
