import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { load } from 'js-yaml';
import { copyActionRepository } from './action-repository.js';
import { buildAct } from './build.js';
import { cancellable, cancelRun, loseRun } from './cancellation.js';
import { type LogLine, type WorkflowJob, WorkflowLog } from './workflow-log.js';

/** An event that starts a workflow file. */
export interface WorkflowStart {
  /** A git repository. `actions/checkout` gives a copy of its working tree; GITHUB_SHA and GITHUB_REF are those of its HEAD. */
  readonly repository: string;
  /** The workflow file, relative to it. */
  readonly workflow: string;
  /** Default: `push`. */
  readonly event?: string;
  /** More of the event's payload. */
  readonly payload?: Readonly<Record<string, unknown>>;
  /** Inputs of a `workflow_dispatch`; defaults are those of the workflow file. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
  /** Default: one of its own, so that every call is another run. */
  readonly runId?: string;
  readonly runAttempt?: number;
  /** Variables of the machine that the runner is on; its PATH, when given, comes after Node 24. Nothing else of ours leaks in. */
  readonly machine?: Readonly<Record<string, string>>;
  /** Aborting it cancels the run, see cancellation.ts. */
  readonly signal?: AbortSignal;
  /** What aborting does instead: the runner's machine is lost, steps and all; no `post` runs. */
  readonly cancelWith?: 'SIGKILL';
  /** Gets each line as it comes; for acting in the middle of a run. */
  readonly onLine?: (line: LogLine) => void;
}

export interface WorkflowEnd {
  /** act's: 0 when no job failed. */
  readonly exitCode: number | null;
  readonly runId: string;
  /** By the ids in the workflow file. */
  readonly jobs: Readonly<Record<string, WorkflowJob>>;
  /** What a person would see, with secrets masked: `[job] text`. */
  readonly log: string;
  /** What act says besides the jobs' log. */
  readonly messages: string;
  /** All summaries of the run, in order. */
  readonly summary: string;
}

let runs = 0;

/**
 * Runs a workflow file as a user copies it: act in host mode, on Node 24, with this repository's working tree as `org/d9-actions@v1`. Needs no network;
 * inside the bed there is none. What act does differently from GitHub's runner: docs/testbed.md.
 */
export async function runWorkflow(start: WorkflowStart): Promise<WorkflowEnd> {
  const act = await buildAct();
  start.signal?.throwIfAborted();
  const directory = mkdtempSync(path.join(tmpdir(), 'd9-act-'));
  const runId = start.runId ?? String(1_000_000 + process.pid * 100 + ++runs);
  try {
    const cancellation = path.join(directory, 'cancellation');
    const child = spawn(act, argumentsOf(directory, runId, start), {
      cwd: start.repository,
      env: { ...start.machine, ...machineOf(directory, start), ...cancellable(cancellation) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const log = new WorkflowLog(jobIds(path.join(start.repository, start.workflow)));
    const { exitCode, messages } = await follow(child, cancellation, log, start);
    const steps = Object.values(log.jobs).flatMap((job) => job.steps);
    return {
      exitCode,
      runId,
      jobs: log.jobs,
      log: log.lines.map(({ job, text }) => `[${job}] ${text}\n`).join(''),
      messages,
      summary: steps.map(({ summary }) => summary).join(''),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function argumentsOf(directory: string, runId: string, start: WorkflowStart): string[] {
  const { event = 'push', inputs, payload, secrets, vars, runAttempt = 1, workflow } = start;
  const actions = path.join(directory, 'd9-actions');
  copyActionRepository(actions);
  // YAML instead of act's dotenv format, which has no way to write a line break (godotenv).
  const write = (name: string, content: object): string => {
    const file = path.join(directory, name);
    writeFileSync(file, JSON.stringify(content), { mode: 0o600 });
    return file;
  };
  const variables = {
    GITHUB_REPOSITORY: 'shop/restaurant',
    GITHUB_RUN_ID: runId,
    GITHUB_RUN_ATTEMPT: String(runAttempt),
    RUNNER_NAME: 'act',
  };
  return [
    event,
    '--json',
    ...['--workflows', workflow],
    ...['--platform', 'ubuntu-latest=-self-hosted'],
    ...['--local-repository', `org/d9-actions@v1=${actions}`],
    // Without it act asks `gh` for a token.
    ...['--secret-file', write('secrets.yml', { GITHUB_TOKEN: 'none', ...secrets })],
    ...['--var-file', write('vars.yml', vars ?? {})],
    ...['--env-file', write('env.yml', variables)],
    ...['--input-file', write('inputs.yml', inputs ?? {})],
    ...['--eventpath', write('event.json', { ...payload, ...(inputs && { inputs }) })],
    ...['--action-cache-path', path.join(directory, 'cache')],
    '--action-offline-mode',
    '--no-cache-server',
    // Jobs at the same time write one map of LocalRepositoryCache without a lock.
    ...['--concurrent-jobs', '1'],
  ];
}

/** act starts its steps with its own variables, and runs `node` to find out which one steps get. */
function machineOf(directory: string, { machine = {} }: WorkflowStart): Record<string, string> {
  const home = path.join(directory, 'home');
  mkdirSync(home);
  return {
    HOME: home,
    XDG_CONFIG_HOME: home,
    XDG_CACHE_HOME: home,
    PATH: `${path.dirname(process.execPath)}:${machine.PATH ?? process.env.PATH}`,
    ACT_DISABLE_VERSION_CHECK: '1',
  };
}

function jobIds(file: string): string[] {
  return Object.keys((load(readFileSync(file, 'utf8')) as { jobs: object }).jobs);
}

async function follow(
  child: ChildProcess,
  cancellation: string,
  log: WorkflowLog,
  { signal, cancelWith, onLine }: WorkflowStart,
): Promise<{ exitCode: number | null; messages: string }> {
  let messages = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    messages += text;
  });
  const cancelled = new Promise<void>((resolve, reject) => {
    const end = cancelWith === 'SIGKILL' ? loseRun : cancelRun;
    const cancel = () => end(child, cancellation).then(resolve, reject);
    child.once('close', () => {
      signal?.removeEventListener('abort', cancel);
      resolve();
    });
    signal?.addEventListener('abort', cancel, { once: true });
  });
  const closed = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  const reading = (async () => {
    if (child.stdout === null) return;
    for await (const json of createInterface({ input: child.stdout })) {
      const line = json.startsWith('{') ? log.add(json) : undefined;
      if (line === undefined) messages += `${json}\n`;
      else onLine?.(line);
    }
  })();
  const [exitCode] = await Promise.all([closed, reading, cancelled]);
  return { exitCode, messages };
}
