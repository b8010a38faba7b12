import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

// bash reads wait4's figures of the whole process; Node can't ask for those of a child. The report alone goes to stderr.
// USR2 ends a Node that has no handler for it, and leaves bash to report.
// --norc: with a socket for stdin bash takes itself for a remote shell, and reads the user's start-up file.
const TIMED = 'trap : USR2; TIMEFORMAT="%3R %3U %3S"; time "$@" >/dev/null 2>&1';

/** What a process and the children that it waited for took. */
export interface Usage {
  readonly wallMs: number;
  /** User and system. */
  readonly cpuMs: number;
}

/** CPU time of a process in milliseconds; see `usageOf`. */
export const cpuMs = async (...run: Parameters<typeof usageOf>): Promise<number> => (await usageOf(...run)).cpuMs;

/** Runs a process to its end, whatever its exit code, or until `enough` is called. */
export async function usageOf(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  started: (enough: () => void) => void = () => {},
): Promise<Usage> {
  const shell = spawn('bash', ['--norc', '-c', TIMED, 'bash', file, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const report = text(shell.stderr);
  started(() => {
    if (shell.pid !== undefined && shell.exitCode === null) process.kill(-shell.pid, 'SIGUSR2');
  });
  const [, wall, user, system] = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+)$/m.exec(await report) ?? [];
  if (user === undefined) throw new Error(`bash measured nothing: ${await report}`);
  return { wallMs: Number(wall) * 1000, cpuMs: (Number(user) + Number(system)) * 1000 };
}
