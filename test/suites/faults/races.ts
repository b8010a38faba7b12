import { isDeepStrictEqual } from 'node:util';
import { asBefore, nothingLost } from './expectations.js';
import type { CaseEnd, CaseOptions } from './run-case.js';
import { canaryStep, rollback } from './scenarios.js';
import { image } from './simulation/app.js';
import { seededRandom } from './simulation/seeded.js';
import type { Identity, StepEnd, StepProcess } from './simulation/step-process.js';
import { Trial } from './simulation/trial.js';
import { canaryWeightIn, recordIn } from './simulation/view.js';

/** Two runs that are at work on the same app at the same time. */
export interface Race {
  readonly against: 'release' | 'rollback';
  readonly seed: number;
}

const by = (runId: string): Identity => ({ runId, attempt: 1, job: 'release', runner: `runner-${runId}` });
const ONE = by('1001');
const OTHER = by('1002');
/** About as long as a step takes, so that the other meets every part of it. */
const LATEST_MS = 12_000;

/**
 * Starts two steps within a moment of each other; where they meet, and how long each request takes, follows from the seed. One of them wins; the
 * other fails and names the winner's run, or it came when the winner had ended and did what it does then.
 */
export async function runRace({ against, seed }: Race, options: CaseOptions): Promise<CaseEnd> {
  const random = seededRandom(seed);
  const latencyMs = random() < 0.5 ? 20 : 400;
  const trial = await Trial.start({ ...options, seed, latencyMs });
  const race = new RaceRun(trial);
  try {
    const isInFlight = against === 'rollback' || random() < 0.2;
    if (isInFlight) await race.run({ ...canaryStep(10), as: ONE });
    const apartMs = random() < 0.5 ? 1000 * random() : LATEST_MS * random();
    const step = { ...canaryStep(isInFlight ? 50 : 10), as: ONE };
    const rival =
      against === 'release'
        ? { ...canaryStep(10, { image: image('v3-abrupt') }), as: OTHER }
        : { ...rollback({ scope: 'any' }), as: OTHER };
    const [first, second] = random() < 0.5 ? [step, rival] : [rival, step];
    await race.both(first, second, apartMs);
    race.note('race', against === 'release' ? race.oneReleased() : race.oneOrTheOther(latencyMs));
    race.note('c', asBefore(trial, await race.run({ ...rollback({ scope: 'any' }), as: by('1003') })));
  } catch (error) {
    race.note('hang', [error instanceof Error ? error.message : String(error)]);
  }
  race.note('a', trial.watchman.violations);
  race.note('d', nothingLost(trial));
  return { violations: race.violations, sent: [], outcome: race.outcome, log: race.log };
}

type Order = StepProcess['order'];

interface RaceEnd {
  readonly of: Order;
  readonly beganAtMs: number;
  /** What it has saved for its `post`. */
  readonly left: ReadonlyMap<string, string>;
  readonly end: Extract<StepEnd, { kind: 'ended' }>;
}

class RaceRun {
  readonly violations: string[] = [];
  outcome = '';
  readonly #trial: Trial;
  readonly #steps: StepProcess[] = [];
  #ends: RaceEnd[] = [];

  constructor(trial: Trial) {
    this.#trial = trial;
  }

  get log(): string[] {
    return this.#steps.flatMap(({ order, log }) => [
      `=== ${order.action} by run ${order.as.runId}: ${JSON.stringify(order.inputs)}`,
      ...log,
    ]);
  }

  note(kind: string, violations: readonly string[]): void {
    this.violations.push(...violations.map((text) => `(${kind}) ${text}`));
  }

  async run(order: Order): Promise<StepEnd> {
    const step = this.#trial.begin(order);
    this.#steps.push(step);
    const end = await this.#trial.end(step);
    await this.#trial.pass(60_000);
    return end;
  }

  async both(first: Order, second: Order, apartMs: number): Promise<void> {
    const one = this.#trial.begin(first);
    await this.#trial.pass(apartMs);
    const steps = [one, this.#trial.begin(second)];
    this.#steps.push(...steps);
    const ends = await this.#trial.all(steps);
    this.#ends = ends.flatMap((end, index) => {
      const step = steps[index];
      return step && end.kind === 'ended' ? [{ of: step.order, beganAtMs: step.beganAtMs, left: step.saved, end }] : [];
    });
    for (const { of, left, end } of this.#ends) {
      if (end.isDefect) this.note('race', [`a defect: ${end.failure}`]);
      // The runner starts it after a failure, and it must leave the winner alone.
      if (end.exitCode === 1 && of.action === 'canary-step') await this.run({ ...of, half: 'post', left });
    }
    await this.#trial.pass(60_000);
    this.outcome = this.#ends
      .map(({ of, end }) => `${of.action} ${of.as.runId} ${end.exitCode}`)
      .sort()
      .join(', ');
  }

  /** Of two releases one holds its weight, and the other names its run. */
  oneReleased(): string[] {
    const [winner] = this.#ends.filter(({ end }) => end.exitCode === 0);
    const [loser] = this.#ends.filter(({ end }) => end.exitCode === 1);
    if (!winner || !loser) return [`${this.outcome}: ${this.#failures()}`];
    const record = recordIn(this.#trial.store);
    return [
      ...(names(loser.end.failure, winner.of) ? [] : [`the loser does not name run ${winner.of.as.runId}: ${loser.end.failure}`]),
      ...(record?.phase === 'holding' && record.canary.image === winner.of.inputs.image
        ? []
        : [`the record says ${record?.phase} of ${record?.canary.image}`]),
      ...(canaryWeightIn(this.#trial.store) === Number(winner.of.inputs.weight)
        ? []
        : [`the canary has ${canaryWeightIn(this.#trial.store)} %`]),
    ];
  }

  /**
   * A rollback that waits until the release's step has ended succeeds too, and undoes it. A release's step that meets a rollback fails; one that comes
   * when the record says that it is over begins anew.
   */
  oneOrTheOther(latencyMs: number): string[] {
    const release = this.#ends.find(({ of }) => of.action === 'canary-step');
    const undo = this.#ends.find(({ of }) => of.action === 'rollback');
    if (!release || !undo) return ['a step was killed although nobody killed it'];
    const record = recordIn(this.#trial.store);
    const weight = canaryWeightIn(this.#trial.store);
    const stands = { phase: record?.phase, weight };
    const isAs = (phase: string, share: number) =>
      isDeepStrictEqual(stands, { phase, weight: share }) ? [] : [`${this.outcome}, and ${JSON.stringify(stands)}`];
    const isNamed = (loser: typeof release, winner: typeof release) =>
      names(loser.end.failure, winner.of) ? [] : [`the loser does not name run ${winner.of.as.runId}: ${loser.end.failure}`];
    if (undo.end.exitCode === 1)
      return release.end.exitCode === 1
        ? [`both failed: ${this.#failures()}`]
        : [...isNamed(undo, release), ...isAs('holding', 50)];
    if (release.end.exitCode === 1) return [...isNamed(release, undo), ...isAs('aborted', 0)];
    const { endedAtMs } = this.#trial.watchman;
    const cameAfter = endedAtMs !== undefined && release.beganAtMs + latencyMs >= endedAtMs;
    return cameAfter ? isAs('holding', 50) : isAs('aborted', 0);
  }

  #failures(): string {
    return this.#ends.map(({ of, end }) => `${of.as.runId}: ${end.failure}`).join('; ');
  }
}

const names = (failure: string, { as }: Order): boolean =>
  failure.includes(`/runs/${as.runId}`) || failure.includes(`run ${as.runId} `);
