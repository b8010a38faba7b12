import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { annotations, codesOf } from './annotations.js';
import { parseFileCommands } from './file-commands.js';

/** How a workflow would start the step. */
export interface StepStart {
  /** What stands under `with:`. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Variables besides those that the runner sets. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folder of the bundles; the committed ones unless given. */
  readonly bundles?: string;
  /** The workspace; an empty folder unless given. */
  readonly cwd?: string;
  /** Aborting it cancels the step as the runner does: SIGINT, 7.5 s later SIGTERM, 2.5 s later SIGKILL. */
  readonly signal?: AbortSignal;
  /** How aborting ends the process instead: at once, as when the runner's machine is lost. */
  readonly cancelWith?: 'SIGKILL' | 'SIGINT' | 'SIGTERM';
  /** Gets the step's process as it starts; for stopping it and letting it go on. */
  readonly onStart?: (process: Pick<ChildProcess, 'kill'>) => void;
  /** State that `main` saved: the bundle then runs as `post`. */
  readonly state?: Readonly<Record<string, string>>;
  /** Gets all of stdout so far whenever more arrives; for acting in the middle of a step. */
  readonly onStdout?: (soFar: string) => void;
}

/** What the step left behind. */
export interface StepEnd {
  /** `null` when a signal ended the process. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The texts of its error annotations, without their codes. */
  readonly errors: readonly string[];
  /** The codes of its problems, in their order. Every error has one, whatever a test is about. */
  readonly codes: readonly string[];
  readonly warnings: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  /** To be passed to the run as `post`. */
  readonly state: Readonly<Record<string, string>>;
  readonly summary: string;
}

const FILES = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY', 'GITHUB_ENV', 'GITHUB_PATH'] as const;
const SIGTERM_AFTER_MS = 7_500;
const SIGKILL_AFTER_MS = 10_000;

/** Runs the committed bundle `dist/<name>/index.js` under this Node, in the environment that a runner gives a step. */
export async function runBundle(name: string, start: StepStart = {}): Promise<StepEnd> {
  const folder = mkdtempSync(join(tmpdir(), 'd9-step-'));
  try {
    const child = spawn(process.execPath, [resolve(start.bundles ?? 'dist', name, 'index.js')], {
      cwd: start.cwd ?? join(folder, 'workspace'),
      env: prepare(folder, start),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    start.onStart?.(child);
    const written = await end(child, start);
    const file = (variable: (typeof FILES)[number]) => readFileSync(join(folder, variable), 'utf8');
    return {
      ...written,
      errors: annotations(written.stdout, 'error'),
      // Former bundles have errors without codes.
      codes: start.bundles === undefined ? codesOf(written.stdout) : [],
      warnings: annotations(written.stdout, 'warning'),
      outputs: parseFileCommands(file('GITHUB_OUTPUT')),
      state: parseFileCommands(file('GITHUB_STATE')),
      summary: file('GITHUB_STEP_SUMMARY'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes the runner's folders and files. @returns the step's variables; nothing of the caller's own leaks in */
function prepare(folder: string, { inputs = {}, env = {}, cwd, state = {} }: StepStart): Record<string, string> {
  for (const name of ['workspace', 'temp', 'home']) mkdirSync(join(folder, name));
  for (const name of FILES) writeFileSync(join(folder, name), '');
  const named = (prefix: string, values: Readonly<Record<string, string>>, form: (name: string) => string) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + form(name), value]));
  return {
    PATH: process.env.PATH ?? '',
    HOME: join(folder, 'home'),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: cwd ?? join(folder, 'workspace'),
    GITHUB_REPOSITORY: 'shop/restaurant',
    GITHUB_RUN_ID: '4711',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_JOB: 'release',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
    RUNNER_NAME: 'runner-1',
    RUNNER_TEMP: join(folder, 'temp'),
    ...Object.fromEntries(FILES.map((name) => [name, join(folder, name)])),
    ...named('INPUT_', inputs, (name) => name.replaceAll(' ', '_').toUpperCase()),
    ...named('STATE_', state, (name) => name),
    ...env,
  };
}

function end(
  child: ChildProcess,
  { signal, cancelWith, onStdout }: StepStart,
): Promise<Pick<StepEnd, 'exitCode' | 'stdout' | 'stderr'>> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    const timers: NodeJS.Timeout[] = [];
    const cancel = (): void => {
      child.kill(cancelWith ?? 'SIGINT');
      timers.push(setTimeout(() => child.kill('SIGTERM'), SIGTERM_AFTER_MS));
      timers.push(setTimeout(() => child.kill('SIGKILL'), SIGKILL_AFTER_MS));
    };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      onStdout?.(stdout);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (exitCode) => {
      for (const timer of timers) clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      resolve({ exitCode, stdout, stderr });
    });
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
  });
}
