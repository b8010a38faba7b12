import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { signalGroup } from './left-processes.js';

/** A program and its arguments; there is no shell in between. */
export interface Command {
  /** Absolute path of the executable. */
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment of the process. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** What it reads from stdin; nothing when left out. */
  readonly input?: string;
}

export interface RunOptions {
  readonly signal: AbortSignal;
  /** Gets every line as it is printed to stderr, without its line end. */
  onErrorLine?(line: string): void;
  /** The same for stdout. */
  onOutputLine?(line: string): void;
  /** Told the pid, which is that of its process group too. */
  onStart?(pid: number): void;
}

export interface Exit {
  /** Exit code; 128 + n when signal n ended the process. */
  readonly code: number;
  /** Empty when it was taken line by line. */
  readonly stdout: string;
  /** The last lines of stderr, at most `KEPT_LINES`. */
  readonly lastErrorLines: readonly string[];
}

/**
 * Runs a command to its end.
 * @throws the signal's reason once the process and all that it started are gone; a system error when it could not be started
 */
export type Run = (command: Command, options: RunOptions) => Promise<Exit>;

const KEPT_LINES = 200;
/** The runner sends SIGTERM 7.5 s after SIGINT; buildx needs less than 0.2 s to stop. */
const STOP_WITHIN_MS = 3000;

/**
 * Not @actions/exec: it takes no signal, does not tell the pid and starts children in our own process group, so a cancelled build would go on
 * and move its tags after the step is over (measured with docker/build-push-action 7.3.0: up to 6 s later). A child that leads a group of
 * its own is stopped together with everything it started: SIGINT, on which buildx has the engine cancel the build and the push, then SIGKILL.
 */
export const run: Run = async (command, { signal, onErrorLine, onOutputLine, onStart }) => {
  signal.throwIfAborted();
  const child = spawn(command.file, command.args, {
    cwd: command.cwd,
    env: { ...command.variables },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  // A program that ends without reading is no error of ours.
  child.stdin.on('error', () => {}).end(command.input);
  if (child.pid !== undefined) onStart?.(child.pid);
  const send = (name: 'SIGINT' | 'SIGKILL') => {
    if (child.pid !== undefined) signalGroup(child.pid, name);
  };
  let killTimer: NodeJS.Timeout | undefined;
  const stop = () => {
    send('SIGINT');
    killTimer = setTimeout(send, STOP_WITHIN_MS, 'SIGKILL');
  };
  const stopAtOnce = () => send('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  process.once('exit', stopAtOnce);

  let stdout = '';
  const outputLines = new LineSplitter((line) => onOutputLine?.(line));
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    if (onOutputLine === undefined) stdout += chunk;
    else outputLines.add(chunk);
  });
  const lastErrorLines: string[] = [];
  const lines = new LineSplitter((line) => {
    if (lastErrorLines.push(line) > KEPT_LINES) lastErrorLines.shift();
    onErrorLine?.(line);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => lines.add(chunk));

  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode, signalName) =>
        resolve(exitCode ?? 128 + (signalName === null ? 0 : constants.signals[signalName])),
      );
    });
    lines.end();
    outputLines.end();
    if (signal.aborted) stopAtOnce();
    signal.throwIfAborted();
    return { code, stdout, lastErrorLines };
  } finally {
    clearTimeout(killTimer);
    signal.removeEventListener('abort', stop);
    process.off('exit', stopAtOnce);
  }
};

/** Cuts a stream into lines; a carriage return ends one too, because the runner sees it so. */
class LineSplitter {
  readonly #emit: (line: string) => void;
  #rest = '';

  constructor(emit: (line: string) => void) {
    this.#emit = emit;
  }

  add(chunk: string): void {
    const lines = (this.#rest + chunk).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#emit(line);
  }

  end(): void {
    if (this.#rest !== '') this.#emit(this.#rest);
    this.#rest = '';
  }
}
