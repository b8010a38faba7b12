import { accountedFor, asBefore, completed, gotOver, isTrue, nothingLost, undone } from './expectations.js';
import { holds, leftAlone, type Standing, standingOf } from './overtaken.js';
import type { SwitchName } from './sabotage/switches.js';
import { canaryStep, ONE_ROUTE, rollback, type Scenario, scenarios } from './scenarios.js';
import { image, NEXT_IMAGE } from './simulation/app.js';
import type { Identity, Sent, StepEnd, StepOrder, StepProcess } from './simulation/step-process.js';
import { type Blow, DRAINING, Trial } from './simulation/trial.js';
import { imagesBehind, recordIn } from './simulation/view.js';
import { type Fault, isFreeze, isPassing } from './strike.js';
import { isInFlight, isNoReason } from './theirs.js';

/** What is done after the fault: the step again and then a rollback, or a rollback at once. */
export type Sequel = 'again' | 'rollback';

export interface FaultCase {
  readonly scenario: string;
  /** Number of the step's request that the fault happens to; undefined for none. */
  readonly blow?: Blow | undefined;
  readonly sequel: Sequel;
  readonly seed: number;
}

export interface CaseEnd {
  readonly violations: readonly string[];
  /** The interrupted step's requests. */
  readonly sent: readonly Sent[];
  /** How the interrupted step ended. */
  readonly outcome: string;
  readonly log: readonly string[];
}

export interface CaseOptions {
  readonly workspace: string;
  readonly sabotage?: SwitchName | undefined;
}

/** A breach is one, too. */
const isWayBack = ({ goal }: Scenario): boolean => goal.phase === 'aborted' || goal.phase === 'rolled-back';

const runner = (job: string, attempt: number, name: string): Identity => ({ runId: '4711', attempt, job, runner: name });
/** An abort measured that the canary still gets traffic. Here a route does as it is told, so the weight was not written. */
const STILL_ROUTED = 'The abort goes on all the same';
/** Longer than pods and their objects take to go. */
const CLEAN_MS = 60_000;

/** Runs one case from its start to its end. */
export async function runCase(faultCase: FaultCase, options: CaseOptions): Promise<CaseEnd> {
  const scenario = scenarioOf(faultCase);
  const trial = await Trial.start({ ...options, seed: faultCase.seed, setup: scenario.setup });
  const run = new CaseRun(trial, scenario);
  try {
    await run.interrupt(faultCase);
    // There is nothing to go back to from a first deployment.
    const { isAbsent } = trial.setup;
    if (faultCase.sequel === 'again' || isAbsent) await run.again();
    if (!isAbsent) await run.rollBack();
  } catch (error) {
    run.note('hang', [error instanceof Error ? error.message : String(error)]);
  }
  run.note('a', trial.watchman.violations);
  run.note('d', nothingLost(trial));
  run.note(
    'f',
    run.log.filter((line) => line.includes(STILL_ROUTED)),
  );
  return { violations: run.violations, sent: run.step?.sent ?? [], outcome: run.outcome, log: run.log };
}

function scenarioOf({ scenario: wanted }: FaultCase): Scenario {
  const scenario = scenarios.find(({ name }) => name === wanted);
  if (!scenario) throw new Error(`There is no scenario ${wanted}; there are ${scenarios.map(({ name }) => name).join(', ')}.`);
  return scenario;
}

class CaseRun {
  readonly violations: string[] = [];
  readonly #steps: StepProcess[] = [];
  readonly #trial: Trial;
  readonly #scenario: Scenario;
  step: StepProcess | undefined;
  outcome = '';
  #wasOvertaken = false;
  /** The step had promoted its version before another run began a release of its own: that one is gone back to, and not the first. */
  #hasPromoted = false;
  /** How the run that took the step's place left the release. */
  #left: Standing | undefined;
  /** The step had failed and put its release back; that is what it has to say. */
  #hasFailedBefore = false;

  constructor(trial: Trial, scenario: Scenario) {
    this.#trial = trial;
    this.#scenario = scenario;
  }

  get log(): string[] {
    return this.#steps.flatMap(({ order: { action, as, half, inputs }, log }) => [
      `=== ${action}${half === 'post' ? ' (post)' : ''} by ${as.job}@${as.runner}, attempt ${as.attempt}: ${JSON.stringify(inputs)}`,
      ...log,
    ]);
  }

  note(kind: string, violations: readonly string[]): void {
    this.violations.push(...violations.map((text) => `(${kind}) ${text}`));
  }

  /** The steps before, which go well, and the one that does not; and `post`, where the runner would start it. */
  async interrupt({ blow, sequel }: FaultCase): Promise<void> {
    const { earlier, step } = this.#scenario;
    const as = runner('release', 1, 'runner-1');
    for (const what of earlier) {
      const end = await this.#run(what, as);
      if (end.kind !== 'ended' || end.exitCode !== 0) throw new Error(`a step before failed: ${JSON.stringify(end)}`);
    }
    if (step.action === 'rollback') this.#drainIfPromoted();
    const process = this.#trial.begin({ ...step, as }, blow);
    this.step = process;
    this.#steps.push(process);
    if (blow && isFreeze(blow.fault)) await this.#overtake(process, sequel);
    const end = await this.#end(process);
    this.outcome = end.kind === 'killed' ? 'killed' : `exit ${end.exitCode}`;
    const struck = blow && process.sent[blow.index];
    if (!blow) this.note('b', completed(this.#trial, this.#scenario, end));
    else if (this.#isToBeReached(blow.fault, struck, end)) this.note('e', gotOver(this.#trial, this.#scenario, end));
    if (this.#trial.done) this.note('g', isTrue(this.#trial, end));
    if (step.action === 'canary-step' && end.kind === 'ended' && end.exitCode !== 0) await this.#settle(as);
    if (this.#left !== undefined) {
      await this.#trial.pass(CLEAN_MS);
      this.note('f', leftAlone(this.#trial, this.#left, end, this.#hasFailedBefore));
    }
    this.note('a', accountedFor(this.#trial));
  }

  /** The `post` of each step of the job, the last one first. */
  async #settle(as: Identity): Promise<void> {
    for (const { order, saved } of this.#steps.filter(isMainOf(as)).toReversed()) {
      const post = await this.#run({ ...order, half: 'post', left: saved }, as);
      if (post.kind !== 'ended' || post.exitCode !== 0) this.note('b', [`post failed: ${JSON.stringify(post)}`]);
    }
  }

  #isToBeReached(fault: Fault, struck: Sent | undefined, end: StepEnd): boolean {
    const { done, store } = this.#trial;
    // A release begins with a stable that is whole, or not at all.
    const isRefused = end.kind === 'ended' && end.failure.includes('Nothing has been changed') && recordIn(store) === undefined;
    if (done) return isNoReason(done, isWayBack(this.#scenario)) && !isRefused;
    return struck !== undefined && isPassing(fault, struck);
  }

  /**
   * (f) While the step stands still for longer than its lock lasts, another run takes its place: it rolls back, or begins a release of its own. Then
   * the step goes on.
   */
  async #overtake(process: StepProcess, sequel: Sequel): Promise<void> {
    if ((await this.#trial.endOrFrozen(process)) !== 'frozen') return;
    this.#wasOvertaken = true;
    const isHolder = holds(this.#trial, process);
    const { goal } = this.#scenario;
    this.#hasFailedBefore = goal.exitCode === 1 && recordIn(this.#trial.store)?.phase === goal.phase;
    this.#drainIfPromoted();
    this.#hasPromoted = sequel === 'again' && recordIn(this.#trial.store)?.phase === 'promoted';
    const { isAbsent, hasOtherEntrances } = this.#trial.setup;
    const rival =
      sequel === 'rollback' || isAbsent
        ? rollback({ scope: 'any' })
        : canaryStep(25, { image: image('v3-abrupt'), 'take-over': 'true', ...(hasOtherEntrances && ONE_ROUTE) });
    const end = await this.#run(rival, { runId: '4712', attempt: 1, job: 'release', runner: 'runner-4' });
    await this.#trial.pass(CLEAN_MS);
    // One that finds nothing to do takes no lock, and the step still has its own.
    if (isHolder && !holds(this.#trial, process) && end.kind === 'ended' && end.exitCode === 0)
      this.#left = standingOf(this.#trial);
    process.thaw();
  }

  /** (b) */
  async again(): Promise<void> {
    if (this.#wasOvertaken) return;
    // A rollout is over by then, and a webhook there again.
    if (this.#trial.done) await this.#trial.pass(CLEAN_MS);
    const { step } = this.#scenario;
    // A release that `post` has put back is begun anew, and only a step that names the image can do that; the others say so.
    const isPutBack = recordIn(this.#trial.store)?.phase === 'aborted' && Number(step.inputs.weight) > 0;
    const inputs = isPutBack ? { image: NEXT_IMAGE, ...step.inputs } : step.inputs;
    const end = await this.#run({ ...step, inputs }, runner('release', 2, 'runner-2'));
    await this.#trial.pass(CLEAN_MS);
    const { done } = this.#trial;
    if (done) this.note('g', isTrue(this.#trial, end));
    if (!done || isNoReason(done, true)) this.note('b', completed(this.#trial, this.#scenario, end));
  }

  /** (c) */
  async rollBack(): Promise<void> {
    this.#drainIfPromoted();
    const end = await this.#run(rollback({ scope: 'any' }), runner('clean-up', 2, 'runner-3'));
    const { done, store } = this.#trial;
    // One that was scaled to nothing when there was no release stays so.
    if (!done || isInFlight(done) || imagesBehind(store, 'restaurant').length > 0) this.#trial.backAtMs = Date.now();
    await this.#trial.pass(CLEAN_MS);
    this.note('c', this.#hasPromoted ? undone(end) : asBefore(this.#trial, end));
  }

  /** A promoted version is taken back by rolling stable with the traffic on it, which only an app that drains survives. */
  #drainIfPromoted(): void {
    if (recordIn(this.#trial.store)?.phase === 'promoted' || recordIn(this.#trial.store)?.phase === 'rolling-back')
      this.#trial.cluster.setFaults(DRAINING);
  }

  #run(what: Omit<StepOrder, 'as'>, as: Identity): Promise<StepEnd> {
    const process = this.#trial.begin({ ...what, as });
    this.#steps.push(process);
    return this.#end(process);
  }

  async #end(process: StepProcess): Promise<StepEnd> {
    const end = await this.#trial.end(process);
    if (end.kind === 'ended' && end.isDefect) this.note('b', [`a defect: ${end.failure}`]);
    process.log.push(end.kind === 'killed' ? '--- killed' : `--- exit ${end.exitCode} ${end.failure}`);
    return end;
  }
}

const isMainOf =
  (as: Identity) =>
  ({ order }: StepProcess): boolean =>
    order.action === 'canary-step' && order.half !== 'post' && order.as.runId === as.runId && order.as.job === as.job;
