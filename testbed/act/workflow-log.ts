import { annotations } from '../../test/suites/bundles/annotations.js';

export type Result = 'success' | 'failure' | 'skipped';

/** A step, or its `post`, that ran. */
export interface WorkflowStep {
  /** Its `id:`, else its index in the job. */
  readonly id: string;
  readonly name: string;
  readonly stage: 'Pre' | 'Main' | 'Post';
  /** `undefined` when act ended before it did. */
  readonly result: 'success' | 'failure' | undefined;
  /** Milliseconds since 1970 at which its first and its last line came. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outputs: Readonly<Record<string, string>>;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  /** What it wrote to GITHUB_STEP_SUMMARY. */
  readonly summary: string;
}

export interface WorkflowJob {
  /** `skipped` for a job that was not started; act knows no `cancelled`, such a job is a failure. */
  readonly result: Result;
  /** In the order in which they began; skipped ones are not there. */
  readonly steps: readonly WorkflowStep[];
}

/** One line of what a person would see, with secrets masked. */
export interface LogLine {
  readonly job: string;
  readonly step: string;
  readonly stage: string;
  readonly text: string;
  /** When it came, in milliseconds since 1970. */
  readonly at: number;
}

/** What act writes per line with `--json` (pkg/runner/logger.go, step.go, command.go); more fields are there. */
interface Event {
  readonly jobID?: string;
  readonly step?: string;
  readonly stepID?: readonly string[];
  readonly stage?: WorkflowStep['stage'];
  readonly msg: string;
  readonly command?: string;
  readonly name?: string;
  readonly arg?: string;
  readonly content?: string;
  readonly raw?: string;
  readonly stepResult?: 'success' | 'failure' | 'skipped';
  readonly jobResult?: Result;
}

type StepDraft = { -readonly [K in keyof WorkflowStep]: WorkflowStep[K] };

/** Collects what act says, line by line. */
export class WorkflowLog {
  readonly #jobs: Record<string, { result: Result; steps: StepDraft[] }>;
  readonly #lines: LogLine[] = [];

  /** @param jobs ids of the workflow's jobs: act says nothing of one that it skips */
  constructor(jobs: readonly string[]) {
    this.#jobs = Object.fromEntries(jobs.map((id) => [id, { result: 'skipped', steps: [] }]));
  }

  /** @returns undefined for a line that belongs to no job */
  add(json: string): LogLine | undefined {
    const event = JSON.parse(json) as Event;
    const { jobID: id = '', step: name = '', stage, msg, jobResult } = event;
    const job = this.#jobs[id];
    if (job === undefined) return undefined;
    const at = Date.now();
    const line = { job: id, step: name, stage: stage ?? '', text: msg.trimEnd(), at };
    this.#lines.push(line);

    const begins = msg.startsWith('\u2B50 Run ');
    // Until its end is reported: a job that was begun and never ended has failed.
    if (begins && job.result === 'skipped') job.result = 'failure';
    if (jobResult !== undefined) job.result = jobResult;
    if (stage === undefined) return line;
    const stepId = event.stepID?.at(-1) ?? '';
    if (begins) job.steps.push(newStep(stepId, name, stage, at));
    const step = job.steps.find((candidate) => candidate.id === stepId && candidate.stage === stage);
    if (step !== undefined) apply(event, step, at);
    return line;
  }

  get jobs(): Readonly<Record<string, WorkflowJob>> {
    return this.#jobs;
  }

  get lines(): readonly LogLine[] {
    return this.#lines;
  }
}

const newStep = (id: string, name: string, stage: WorkflowStep['stage'], at: number): StepDraft => ({
  id,
  name,
  stage,
  result: undefined,
  startedAt: at,
  endedAt: at,
  outputs: {},
  errors: [],
  warnings: [],
  summary: '',
});

function apply(event: Event, step: StepDraft, at: number): void {
  const { command, name = '', arg = '', content = '', raw = '', stepResult } = event;
  step.endedAt = at;
  if (stepResult === 'success' || stepResult === 'failure') step.result = stepResult;
  if (command === 'set-output') step.outputs = { ...step.outputs, [name]: arg };
  if (command === 'summary') step.summary += content;
  // act's own reading of a command's text (`arg`) undoes the escapes in random order (pkg/runner/command.go).
  if (command === 'error') step.errors = [...step.errors, ...annotations(raw, 'error')];
  if (command === 'warning') step.warnings = [...step.warnings, ...annotations(raw, 'warning')];
}
