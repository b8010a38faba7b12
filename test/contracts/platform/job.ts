import { tmpdir } from 'node:os';
import { canaryStep } from '../../../actions/canary-step/action.js';
import { conclude as concludeStep } from '../../../actions/canary-step/conclude.js';
import { rollback } from '../../../actions/rollback/action.js';
import { conclude as concludeRollback } from '../../../actions/rollback/conclude.js';
import { status } from '../../../actions/status/action.js';
import { conclude as concludeStatus } from '../../../actions/status/conclude.js';
import { keepInputs, keptEnvironment } from '../../../src/hosts/github-actions/kept-inputs.js';
import { inputVariable, readInputs, readPostInputs } from '../../../src/hosts/github-actions/read-inputs.js';
import { systemClock } from '../../../src/kernel/clock.js';
import { readEnvironment } from '../../../src/kernel/environment.js';
import type { Runtime } from '../../../src/kernel/runtime.js';
import { readWorkflowRun } from '../../../src/kernel/workflow-run.js';
import type { PLATFORMS } from '../../../src/platforms/index.js';
import { RecordingLog } from '../../src/platforms/kubernetes/bed.js';
import type { PlatformApp } from './bed.js';

type Inputs = Readonly<Record<string, string>>;

/** What came of a step: its outputs, and the failure that it ended with. */
export interface Ended {
  readonly outputs: Readonly<Record<string, string>>;
  readonly failure: string | undefined;
}

/** The steps of one job of a workflow run, one after the other, in this process. */
export class Job {
  readonly log = new RecordingLog();
  readonly #platform: (typeof PLATFORMS)[number];
  readonly #app: PlatformApp;
  readonly #run: Inputs;
  readonly #saved = new Map<string, string>();

  constructor(platform: (typeof PLATFORMS)[number], app: PlatformApp, { run = '4711', attempt = '1' } = {}) {
    this.#platform = platform;
    this.#app = app;
    this.#run = { GITHUB_REPOSITORY: 'shop/restaurant', GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT: attempt, GITHUB_JOB: 'release' };
  }

  async canaryStep(given: Inputs): Promise<Ended> {
    const runtime = this.#runtime({ ...this.#app.quick, ...given });
    keepInputs(canaryStep, runtime.environment, runtime.state);
    const inputs = await readInputs(canaryStep, runtime.environment);
    const { start } = await this.#platform.actions['canary-step'].load();
    const { outputs, failure } = concludeStep(inputs, await start(inputs, runtime), this.#platform);
    return { outputs, failure: failure?.text };
  }

  /** What the runner does of the step above when the job has failed. */
  async post(): Promise<void> {
    const runtime = this.#runtime({});
    const environment = keptEnvironment(canaryStep, runtime.environment, runtime.state);
    const { settle } = await this.#platform.actions['canary-step'].load();
    await settle(await readPostInputs(canaryStep, environment), { ...runtime, environment });
  }

  async rollback(given: Inputs = {}): Promise<Ended> {
    const runtime = this.#runtime({ ...this.#app.quick, ...given });
    const inputs = await readInputs(rollback, runtime.environment);
    const { start } = await this.#platform.actions.rollback.load();
    const { outputs, failure } = concludeRollback(inputs, await start(inputs, runtime), this.#platform);
    return { outputs, failure: failure?.text };
  }

  async status(): Promise<Ended> {
    const runtime = this.#runtime({});
    const { start } = await this.#platform.actions.status.load();
    const standing = await start(await readInputs(status, runtime.environment), runtime);
    return { outputs: concludeStatus(standing, this.#platform).outputs, failure: undefined };
  }

  #runtime(given: Inputs): Runtime {
    const inputs = Object.entries({ ...this.#app.inputs, ...given }).map(([name, value]) => [inputVariable(name), value]);
    const environment = readEnvironment({ ...this.#run, ...Object.fromEntries(inputs) }, tmpdir());
    return {
      environment,
      workflowRun: readWorkflowRun(environment),
      clock: systemClock,
      log: this.log,
      signal: AbortSignal.timeout(30_000),
      state: { save: (name, value) => void this.#saved.set(name, value), read: (name) => this.#saved.get(name) ?? '' },
    };
  }
}
