import { canaryStep } from '../../../../actions/canary-step/action.js';
import { conclude as concludeStep } from '../../../../actions/canary-step/conclude.js';
import { rollback as rollbackDefinition } from '../../../../actions/rollback/action.js';
import { conclude as concludeRollback } from '../../../../actions/rollback/conclude.js';
import { Cancelled } from '../../../../src/hosts/github-actions/cancellation.js';
import { keepInputs, keptEnvironment } from '../../../../src/hosts/github-actions/kept-inputs.js';
import { inputVariable, readInputs, readPostInputs } from '../../../../src/hosts/github-actions/read-inputs.js';
import type { Halves } from '../../../../src/hosts/github-actions/run.js';
import { type Clock, systemClock } from '../../../../src/kernel/clock.js';
import type { ActionDefinition } from '../../../../src/kernel/define.js';
import { readEnvironment } from '../../../../src/kernel/environment.js';
import { type Problem, UserError } from '../../../../src/kernel/errors.js';
import type { Log } from '../../../../src/kernel/log.js';
import type { Runtime } from '../../../../src/kernel/runtime.js';
import { readWorkflowRun } from '../../../../src/kernel/workflow-run.js';
import { connect } from '../../../../src/platforms/kubernetes/access/connect.js';
import { settleInFlight } from '../../../../src/platforms/kubernetes/going-back/settle-in-flight.js';
import { kubernetes } from '../../../../src/platforms/kubernetes/index.js';
import { step } from '../../../../src/platforms/kubernetes/steps/canary-step/step.js';
import { rollback } from '../../../../src/platforms/kubernetes/steps/rollback/rollback.js';
import type { RequestKind, Victim } from '../strike.js';
import { type Owner, running } from './owner.js';

/** The runner kills what has not ended 10 s after it was asked to. */
const SIGKILL_AFTER_MS = 10_000;

/** Who runs a step. */
export interface Identity {
  readonly runId: string;
  readonly attempt: number;
  readonly job: string;
  readonly runner: string;
}

export interface StepOrder {
  readonly action: 'canary-step' | 'rollback';
  readonly inputs: Readonly<Record<string, string>>;
  readonly as: Identity;
  /** `post` is started by the runner after a failed or cancelled job. */
  readonly half?: 'main' | 'post';
  /** What main has left for it. */
  readonly left?: ReadonlyMap<string, string>;
}

export type StepEnd =
  | { readonly kind: 'killed' }
  | {
      readonly kind: 'ended';
      readonly exitCode: 0 | 1;
      /** What a failed step says. */
      readonly failure: string;
      /** It failed by an error that is nobody's fault but the product's. */
      readonly isDefect: boolean;
      readonly outputs: Readonly<Record<string, string>>;
    };

/** Where a step runs. */
export interface StepContext {
  readonly kubeconfig: string;
  readonly workspace: string;
  /** How far its clock is ahead of the cluster's. */
  readonly aheadMs: number;
}

/** A request that a step has sent, and what the step had said by then. */
export interface Sent extends RequestKind {
  readonly path: string;
}

/**
 * An action as the runner would start it, inside this process. `kill` ends it as SIGKILL does: its connections break for the server, its timers are
 * gone, nothing it awaits ever comes, so that none of its code runs again.
 */
export class StepProcess implements Owner, Victim {
  readonly order: StepOrder;
  readonly beganAtMs = Date.now();
  readonly sent: Sent[] = [];
  readonly log: string[] = [];
  /** What it has saved for its `post`; the runner keeps it whatever becomes of the process. */
  readonly saved = new Map<string, string>();
  readonly end: Promise<StepEnd>;
  readonly atDeath = new Set<() => void>();
  readonly #cancellation = new AbortController();
  readonly missed: (() => void)[] = [];
  /** Resolves when it is stopped. */
  readonly frozen: Promise<'frozen'>;
  /** How many objects it has created when another process held the record; it may remove as many. */
  lateCreations = 0;
  #isDead = false;
  #isFrozen = false;
  #stopped: (what: 'frozen') => void = () => undefined;
  #killed: (end: StepEnd) => void = () => undefined;

  constructor(order: StepOrder, context: StepContext) {
    this.order = order;
    this.frozen = new Promise((resolve) => {
      this.#stopped = resolve;
    });
    const killed = new Promise<StepEnd>((resolve) => {
      this.#killed = resolve;
    });
    this.end = Promise.race([killed, running.run(this, () => this.#run(context))]);
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  freeze(onThaw: () => void = () => undefined): void {
    this.#isFrozen = true;
    this.missed.push(onThaw);
    this.#stopped('frozen');
  }

  /** SIGCONT: what came meanwhile is met first, as it came, and then what is due. */
  thaw(): void {
    this.#isFrozen = false;
    for (const meet of this.missed.splice(0)) meet();
  }

  kill(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    running.run(undefined, () => {
      for (const end of this.atDeath) end();
    });
    this.#killed({ kind: 'killed' });
  }

  cancel(): void {
    running.run(this, () => this.#cancellation.abort(new Cancelled('The workflow run was cancelled (SIGINT).')));
    let hasEnded = false;
    const note = () => {
      hasEnded = true;
    };
    this.end.then(note, note);
    running.run(undefined, () => setTimeout(() => !hasEnded && this.kill(), SIGKILL_AFTER_MS));
  }

  /** As `src/hosts/github-actions/run.ts` does it. */
  async #run({ kubeconfig, workspace, aheadMs }: StepContext): Promise<StepEnd> {
    const { action, inputs, half, left } = this.order;
    try {
      const environment = readEnvironment(variablesOf(this.order, { kubeconfig, ...inputs }, workspace), workspace);
      const runtime: Runtime = {
        environment,
        workflowRun: readWorkflowRun(environment),
        clock: clockAhead(aheadMs),
        log: this.#logTo(),
        signal: this.#cancellation.signal,
        state: { save: (name, value) => void this.saved.set(name, value), read: (name) => left?.get(name) ?? '' },
      };
      const { failure, outputs } = await (action === 'rollback'
        ? start(rollbackDefinition, rollbackHalves, half, runtime)
        : start(canaryStep, canaryStepHalves, half, runtime));
      return { kind: 'ended', exitCode: failure === undefined ? 0 : 1, failure: failure?.text ?? '', isDefect: false, outputs };
    } catch (error) {
      const isDefect = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
      const isSaid = error instanceof UserError || error instanceof Cancelled;
      const text = error instanceof Error ? (isSaid ? error.message : (error.stack ?? error.message)) : String(error);
      return { kind: 'ended', exitCode: 1, failure: text, isDefect, outputs: {} };
    }
  }

  #logTo(): Log {
    const note = (text: string) => {
      this.log.push(`${new Date().toISOString().slice(11, 23)} ${text}`);
    };
    return {
      info: note,
      debug: note,
      warning: (text) => note(`warning: ${text}`),
      group: (heading, work) => {
        note(`## ${heading}`);
        return work();
      },
      mask: () => undefined,
    };
  }
}

const clockAhead = (aheadMs: number): Clock => ({ ...systemClock, now: () => systemClock.now() + aheadMs });

const canaryStepHalves: Halves<typeof canaryStep> = {
  main: async (inputs, runtime) =>
    concludeStep(inputs, await step(inputs, { ...runtime, cluster: connect(inputs, runtime) }), kubernetes),
  post: async (inputs, runtime) => {
    await settleInFlight(() => connect(inputs, runtime), inputs, runtime);
    return undefined;
  },
};

const rollbackHalves: Halves<typeof rollbackDefinition> = {
  main: async (inputs, runtime) =>
    concludeRollback(inputs, await rollback(inputs, { ...runtime, cluster: connect(inputs, runtime) }), kubernetes),
};

async function start<A extends ActionDefinition>(
  definition: A,
  halves: Halves<A>,
  half: StepOrder['half'],
  runtime: Runtime,
): Promise<{ readonly failure?: Problem; readonly outputs: Readonly<Record<string, string>> }> {
  if (half !== 'post') {
    keepInputs(definition, runtime.environment, runtime.state);
    return halves.main(await readInputs(definition, runtime.environment), runtime);
  }
  const environment = keptEnvironment(definition, runtime.environment, runtime.state);
  await halves.post?.(await readPostInputs(definition, environment), { ...runtime, environment });
  return { outputs: {} };
}

function variablesOf({ as }: StepOrder, inputs: Readonly<Record<string, string>>, workspace: string): Record<string, string> {
  return {
    GITHUB_WORKSPACE: workspace,
    GITHUB_REPOSITORY: 'shop/restaurant',
    GITHUB_RUN_ID: as.runId,
    GITHUB_RUN_ATTEMPT: String(as.attempt),
    GITHUB_JOB: as.job,
    GITHUB_EVENT_NAME: 'push',
    GITHUB_SERVER_URL: 'https://github.example',
    RUNNER_NAME: as.runner,
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [inputVariable(name), value])),
  };
}
