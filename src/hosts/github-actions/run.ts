import { appendFileSync } from 'node:fs';
import * as core from '@actions/core';
import { systemClock } from '../../kernel/clock.js';
import type { ActionDefinition, Inputs, PostInputs } from '../../kernel/define.js';
import { readEnvironment } from '../../kernel/environment.js';
import { OutsideFailure, type Problem, UserError, withCode } from '../../kernel/errors.js';
import type { Log, Place } from '../../kernel/log.js';
import { IN_FLIGHT, type Runtime, type StepResult } from '../../kernel/runtime.js';
import { readWorkflowRun } from '../../kernel/workflow-run.js';
import { abortOnCancellation, Cancelled } from './cancellation.js';
import { failureSummary } from './ended-early.js';
import { keepInputs, keptEnvironment } from './kept-inputs.js';
import { maskLines } from './mask.js';
import { neutral } from './neutral-text.js';
import { inputVariable, readInputs, readPostInputs, secretsIn } from './read-inputs.js';
import { cutSummary } from './summary-limit.js';

/** The two halves of a JavaScript action; the runner starts the same bundle for both. */
export interface Halves<A extends ActionDefinition> {
  main(inputs: Inputs<A>, runtime: Runtime): Promise<StepResult<A>>;
  /**
   * Gets the inputs that the action keeps, and an environment in which they mean what they meant to main.
   * @returns Markdown for the job summary, where it has something to tell
   */
  post?(inputs: PostInputs<A>, runtime: Runtime): Promise<string | undefined>;
  /** What `post` does even when the inputs can't be read any more. */
  cleanUp?(runtime: Runtime): Promise<void>;
}

const log: Log = {
  // The only words that reach the runner as they are: what core itself sends as a command is escaped.
  info: (text) => core.info(neutral(text)),
  debug: core.debug,
  warning: (text, place) => core.warning(text, place && { file: place.file, ...rest(place) }),
  group: core.group,
  mask: core.setSecret,
};

const rest = ({ title, line }: Place) => ({
  ...(title === undefined ? {} : { title }),
  ...(line === undefined ? {} : { startLine: line }),
});

/** Runs the half that the runner asked for and ends the process: 0 when it did what was asked, 1 otherwise. */
export async function run<A extends ActionDefinition>(action: A, halves: Halves<A>): Promise<never> {
  const environment = readEnvironment(process.env, process.cwd());
  const isPost = core.getState('isPost') === 'true';
  const tell = (summary: string | undefined) => addToSummary(summary, environment.variables.GITHUB_STEP_SUMMARY);
  if (!isPost) core.saveState('isPost', 'true');
  const saved = new Map<string, string>();
  const runtime: Runtime = {
    environment,
    workflowRun: readWorkflowRun(environment),
    clock: systemClock,
    log,
    signal: abortOnCancellation(),
    state: {
      save: (name, value) => {
        saved.set(name, value);
        core.saveState(name, value);
      },
      read: core.getState,
    },
  };

  try {
    if (isPost) await halves.cleanUp?.(runtime);
    for (const secret of secretsIn(action, environment)) maskLines(secret, core.setSecret);
    if (isPost) tell(await post(action, halves, runtime));
    else {
      keepInputs(action, environment, runtime.state);
      const inputs = await readInputs(action, environment, (text) => log.warning(text));
      report(await halves.main(inputs, runtime), tell);
    }
  } catch (error) {
    core.setFailed(describeFailure(error, core.isDebug()));
    const ended = { isCancelled: error instanceof Cancelled, message: problemIn(error).text };
    if (environment.variables[inputVariable('summary')]?.trim() === 'false') return process.exit();
    tell(failureSummary(`${action.name}${isPost ? ' (post)' : ''}`, { ...ended, inFlight: saved.get(IN_FLIGHT) ?? '' }));
  }
  // Keep-alive connections would hold the process open long after the work is done.
  return process.exit();
}

async function post<A extends ActionDefinition>(action: A, halves: Halves<A>, runtime: Runtime): Promise<string | undefined> {
  if (halves.post === undefined) return undefined;
  const environment = keptEnvironment(action, runtime.environment, runtime.state);
  const inFlight = runtime.state.read(IN_FLIGHT);
  let inputs: PostInputs<A>;
  try {
    inputs = await readPostInputs(action, environment);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // Main has said it already, and has touched nothing.
    if (inFlight !== '') throw error.followedBy(inFlight);
    log.warning(`Nothing is known to be in flight, and there was no looking: ${error.message}`);
    return undefined;
  }
  return halves.post(inputs, { ...runtime, environment });
}

function addToSummary(markdown: string | undefined, file: string | undefined): void {
  if (markdown !== undefined && file) appendFileSync(file, cutSummary(markdown));
}

function report<A extends ActionDefinition>(result: StepResult<A>, tell: (summary: string | undefined) => void): void {
  for (const [name, value] of Object.entries(result.outputs)) core.setOutput(name, value);
  tell(result.summary);
  if (result.failure !== undefined) core.setFailed(withCode(result.failure));
}

/** What a failure says on the page of the run: each problem with its code, and in debug the stacks after it. */
export function describeFailure(error: unknown, debug: boolean): string {
  const said = error instanceof UserError ? error.coded : withCode(problemIn(error));
  return debug && error instanceof Error ? `${said}\n${withCauses(error)}` : said;
}

/** A user's mistake in plain words; a defect with a request to report it. */
function problemIn(error: unknown): Problem {
  if (error instanceof UserError) return { code: error.code, text: error.message };
  if (error instanceof Cancelled) return { code: 'cancelled', text: error.message };
  const { code, path } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const text = `The disk of this runner is full${path === undefined ? '' : ` (writing ${path})`}.\nMake room before this step, or use a runner with a larger disk.`;
    return { code: 'disk-full', text };
  }
  if (error instanceof OutsideFailure) {
    const text = `${error.message}\nThat is the cluster's answer; what it says has to be mended there, or will pass. Run the step again then.`;
    return { code: 'cluster-refuses', text };
  }
  const message = error instanceof Error ? error.message : String(error);
  const text = `Unexpected error: ${message}\nThis is a defect of d9-actions or of something between it and the cluster; run the job again with debug logging for the stack.`;
  return { code: 'unexpected', text };
}

function withCauses(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${withCauses(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
