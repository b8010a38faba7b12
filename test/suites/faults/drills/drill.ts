import { nothingLost } from '../expectations.js';
import { type Found, indexOf } from '../found.js';
import { type CaseEnd, type CaseOptions, runCase } from '../run-case.js';
import type { Tamper } from '../sabotage/at-the-gate.js';
import type { Identity, StepEnd, StepOrder, StepProcess } from '../simulation/step-process.js';
import { type Blow, Trial, type TrialOptions } from '../simulation/trial.js';

/** A drill that is to be run. */
export interface PlannedDrill {
  readonly name: string;
  readonly seed: number;
}

export interface DrillOptions extends CaseOptions {
  readonly seed: number;
}

/** A story that holds the product to one promise, whatever else goes on: each sabotage has one that must notice it. */
export interface Drill {
  readonly name: string;
  run(options: DrillOptions): Promise<CaseEnd>;
}

/** What is different about the cluster of a drill. */
export interface Setting extends Pick<TrialOptions, 'setup' | 'traffic'> {
  /** What is somebody else's doing. */
  readonly excused?: RegExp;
}

type What = Omit<StepOrder, 'as'>;

/** Longer than pods and their objects take to go. */
const CLEAN_MS = 60_000;

/** A cluster in virtual time, the steps that were run in it, and what was found wrong. */
export class Stage {
  readonly trial: Trial;
  readonly violations: string[] = [];
  /** Stands before the API server from now on. */
  tamper: Tamper | undefined;
  readonly #steps: StepProcess[] = [];

  private constructor(trial: Trial) {
    this.trial = trial;
  }

  static async set(options: DrillOptions, setting: Setting): Promise<Stage> {
    let stage: Stage | undefined;
    const tamper: Tamper = (...request) => stage?.tamper?.(...request) ?? false;
    stage = new Stage(await Trial.start({ ...options, ...setting, tamper }));
    return stage;
  }

  get log(): string[] {
    return this.#steps.flatMap(({ order: { action, as, half, inputs }, log }) => [
      `=== ${action}${half === 'post' ? ' (post)' : ''} by run ${as.runId}, attempt ${as.attempt}: ${JSON.stringify(inputs)}`,
      ...log,
    ]);
  }

  note(violations: readonly string[]): void {
    this.violations.push(...violations);
  }

  /** Notes it as a violation unless it is so. */
  expect(what: string, isSo: boolean): void {
    if (!isSo) this.note([what]);
  }

  begin(order: StepOrder, blow?: Blow): StepProcess {
    const process = this.trial.begin(order, blow);
    this.#steps.push(process);
    return process;
  }

  /** Lets it come to its end, and everything that it has begun. */
  async end(process: StepProcess): Promise<StepEnd> {
    const end = await this.trial.end(process);
    process.log.push(end.kind === 'killed' ? '--- killed' : `--- exit ${end.exitCode} ${end.failure}`);
    if (end.kind === 'ended' && end.isDefect) this.note([`a defect: ${end.failure}`]);
    await this.trial.pass(CLEAN_MS);
    return end;
  }

  run(what: What, as: Identity): Promise<StepEnd> {
    return this.end(this.begin({ ...what, as }));
  }

  /** A step that has to end well. */
  async succeed(what: What, as: Identity): Promise<void> {
    const end = await this.run(what, as);
    const name = `${what.action}${what.half === 'post' ? ' (post)' : ''}`;
    if (end.kind !== 'ended' || end.exitCode !== 0)
      this.note([`${name} failed: ${end.kind === 'ended' ? end.failure : 'killed'}`]);
  }

  /**
   * `post` of the last step that changes a release, after a job that failed later; it has to end well.
   * @param inputs what has become of the step's inputs since
   */
  async post(inputs: StepOrder['inputs'] = {}): Promise<void> {
    const last = this.#steps.findLast(({ order: { action, half } }) => action === 'canary-step' && half !== 'post');
    if (!last) throw new Error('no step has run yet');
    const { as, ...order } = last.order;
    await this.succeed({ ...order, half: 'post', left: last.saved, inputs: { ...order.inputs, ...inputs } }, as);
  }
}

/** A drill with a cluster of its own. What holds for every case of the suite holds for it too. */
export const staged = (name: string, play: (stage: Stage) => Promise<void>, setting: Setting = {}): Drill => ({
  name,
  run: async (options) => {
    const stage = await Stage.set(options, setting);
    const { trial } = stage;
    try {
      await play(stage);
    } catch (error) {
      stage.note([`it did not come to its end: ${error instanceof Error ? error.message : String(error)}`]);
    }
    const isDoneByUs = (what: string) => setting.excused?.test(what) !== true;
    stage.note([...trial.watchman.violations, ...nothingLost(trial)].filter(isDoneByUs));
    const { violations, log } = stage;
    return { violations, sent: [], outcome: violations.length === 0 ? 'as promised' : 'broken', log };
  },
});

/** One case of the suite, which is found by its request. */
export const struck = (name: string, found: Omit<Found, 'what'>): Drill => ({
  name,
  run: async ({ seed, ...options }) => {
    const { scenario, fault, turn, sequel } = found;
    const { sent } = await runCase({ scenario, sequel, seed }, options);
    return runCase({ scenario, blow: { index: indexOf({ what: name, ...found }, sent), fault, turn }, sequel, seed }, options);
  },
});

/** One scenario of the suite with nothing happening. */
export const undisturbed = (name: string, scenario: string): Drill => ({
  name,
  run: ({ seed, ...options }) => runCase({ scenario, sequel: 'rollback', seed }, options),
});
