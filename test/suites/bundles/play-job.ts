import { runBundle, type StepEnd } from './run-bundle.js';
import { holds, type JobStatus, postCondition, type WorkflowStep } from './workflow.js';

/** A step that ran, or the `post` of one. */
export interface Played {
  readonly step: WorkflowStep;
  readonly part: 'main' | 'post';
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly conclusion: JobStatus;
  readonly end: StepEnd;
}

export interface JobStart {
  readonly env: Readonly<Record<string, string>>;
  /** The workspace. */
  readonly cwd: string;
  /** The run is cancelled: the step that runs is ended as the runner does it, and conditions see it. */
  readonly cancelled: AbortSignal;
  /** Nothing more is started, and what runs is ended; not a thing that a runner does. */
  readonly stopped: AbortSignal;
  onStart(step: WorkflowStep, part: Played['part']): void;
  onSkip(step: WorkflowStep): void;
  /** Gets each line that a step writes. */
  onLine(line: string, step: WorkflowStep): void;
  /** The next step starts when this is done. */
  onEnd(played: Played): Promise<void>;
}

/** Plays a job as a runner does: the steps whose condition holds, then the `post` of each that ran, in the opposite order. */
export async function playJob(
  steps: readonly WorkflowStep[],
  start: JobStart,
): Promise<{ readonly status: JobStatus; readonly played: Played[] }> {
  const played: Played[] = [];
  let status: JobStatus = 'success';
  const run = async (step: WorkflowStep, part: Played['part'], state?: Readonly<Record<string, string>>) => {
    start.onStart(step, part);
    const one = await playStep(step, part, start, state);
    played.push(one);
    if (one.conclusion !== 'success') status = one.conclusion;
    if (start.cancelled.aborted) status = 'cancelled';
    await start.onEnd(one);
  };
  for (const step of steps) {
    if (start.stopped.aborted) return { status, played };
    if (holds(step.condition, status)) await run(step, 'main');
    else start.onSkip(step);
  }
  for (const { step, end } of played.toReversed()) {
    if (!start.stopped.aborted && holds(postCondition(step.action), status)) await run(step, 'post', end.state);
  }
  return { status, played };
}

async function playStep(
  step: WorkflowStep,
  part: Played['part'],
  { env, cwd, cancelled, stopped, onLine }: JobStart,
  state?: Readonly<Record<string, string>>,
): Promise<Played> {
  const startedAt = new Date();
  let seen = 0;
  const onStdout = (soFar: string) => {
    const until = soFar.lastIndexOf('\n') + 1;
    const lines = soFar.slice(seen, until).split('\n');
    seen = until;
    for (const line of lines) if (line !== '') onLine(line, step);
  };
  // A run that was cancelled before this step started does not cancel it: its condition asked for just that.
  const signal = cancelled.aborted ? stopped : AbortSignal.any([cancelled, stopped]);
  const end = await runBundle(step.action, { inputs: step.inputs, env, cwd, signal, onStdout, ...(state && { state }) });
  const conclusion = signal.aborted ? 'cancelled' : end.exitCode === 0 ? 'success' : 'failure';
  return { step, part, startedAt, endedAt: new Date(), conclusion, end };
}
