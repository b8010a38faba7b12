import { tmpdir } from 'node:os';
import { canaryStep } from '../../../actions/canary-step/action.js';
import { conclude as concludeStep } from '../../../actions/canary-step/conclude.js';
import { rollback } from '../../../actions/rollback/action.js';
import { keepInputs, keptEnvironment } from '../../../src/hosts/github-actions/kept-inputs.js';
import { inputVariable, readInputs, readPostInputs } from '../../../src/hosts/github-actions/read-inputs.js';
import { type Clock, systemClock } from '../../../src/kernel/clock.js';
import { readEnvironment } from '../../../src/kernel/environment.js';
import type { Runtime } from '../../../src/kernel/runtime.js';
import { readWorkflowRun } from '../../../src/kernel/workflow-run.js';
import { awsLambda } from '../../../src/platforms/aws-lambda/index.js';
import type { AwsRequest } from '../../../testbed/aws/aws-server.js';
import { ACCOUNT, type Account, type DeployedFunction, REGION, TABLE } from '../../../testbed/aws/functions.js';
import { RecordingLog } from '../../src/platforms/kubernetes/bed.js';

type Inputs = Readonly<Record<string, string>>;

/** A lock lasts half a minute, and nobody wants to wait for it. */
const FASTER = 10;
const began = systemClock.now();

const fastClock: Clock = {
  now: () => began + (systemClock.now() - began) * FASTER,
  sleep: (ms, signal) => systemClock.sleep(ms / FASTER, signal),
};

let processes = 0;

/** One job of a workflow run. Its requests are known by their address. */
export class AwsJob {
  readonly log = new RecordingLog();
  readonly #account: Account;
  readonly #app: DeployedFunction;
  readonly #run: Inputs;
  readonly #saved = new Map<string, string>();
  #newest = '';

  constructor(account: Account, app: DeployedFunction, { run = '4711', attempt = '1' } = {}) {
    this.#account = account;
    this.#app = app;
    const page = { GITHUB_REPOSITORY: 'shop/orders', GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT: attempt, GITHUB_JOB: 'release' };
    this.#run = { ...page, RUNNER_NAME: `runner-${run}-${attempt}` };
  }

  /** Whether the newest process of this job has sent a request. */
  sent({ sender }: AwsRequest): boolean {
    return sender !== '' && sender === this.#newest;
  }

  async canaryStep(given: Inputs): Promise<Readonly<Record<string, string>>> {
    const runtime = this.#runtime(given);
    keepInputs(canaryStep, runtime.environment, runtime.state);
    const inputs = await readInputs(canaryStep, runtime.environment, (text) => this.log.warning(text));
    const { start } = await awsLambda.actions['canary-step'].load();
    return concludeStep(inputs, await start(inputs, runtime), awsLambda).outputs;
  }

  /** What the runner does of the step above when the job has failed. */
  async post(): Promise<void> {
    const runtime = this.#runtime({});
    const kept = keptEnvironment(canaryStep, runtime.environment, runtime.state);
    // Kept from main, it would make its requests main's.
    const apiUrl = { [inputVariable('api-url')]: runtime.environment.variables[inputVariable('api-url')] };
    const environment = { ...kept, variables: { ...kept.variables, ...apiUrl } };
    const { settle } = await awsLambda.actions['canary-step'].load();
    await settle(await readPostInputs(canaryStep, environment), { ...runtime, environment });
  }

  async rollback(given: Inputs = {}): Promise<string> {
    const runtime = this.#runtime(given);
    const inputs = await readInputs(rollback, runtime.environment);
    const { start } = await awsLambda.actions.rollback.load();
    return (await start(inputs, runtime)).phase;
  }

  #runtime(given: Inputs): Runtime {
    processes += 1;
    this.#newest = `p${processes}`;
    const where = { platform: 'aws-lambda', alias: 'live', account: ACCOUNT, region: REGION, 'record-table': TABLE };
    const all = { app: this.#app.name, ...where, 'api-url': `${this.#account.aws.url}/${this.#newest}`, ...given };
    const inputs = Object.entries(all).map(([name, value]) => [inputVariable(name), value]);
    const environment = readEnvironment({ ...this.#run, ...Object.fromEntries(inputs) }, tmpdir());
    return {
      environment,
      workflowRun: readWorkflowRun(environment),
      clock: fastClock,
      log: this.log,
      signal: new AbortController().signal,
      state: { save: (name, value) => void this.#saved.set(name, value), read: (name) => this.#saved.get(name) ?? '' },
    };
  }
}
