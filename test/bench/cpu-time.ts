import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

// bash reads wait4's figures of the whole process; Node can't ask for those of a child. The report alone goes to stderr.
// USR2 ends a Node that has no handler for it, and leaves bash to report.
// --norc: with a socket for stdin bash takes itself for a remote shell, and reads the user's start-up file.
const TIMED = 'trap : USR2; TIMEFORMAT="%3U %3S"; time "$@" >/dev/null 2>&1';

/**
 * Runs a process to its end, whatever its exit code, or until `enough` is called.
 * @returns user and system CPU time of the process in milliseconds
 */
export async function cpuMs(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  started: (enough: () => void) => void = () => {},
): Promise<number> {
  const shell = spawn('bash', ['--norc', '-c', TIMED, 'bash', file, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const report = text(shell.stderr);
  started(() => {
    if (shell.pid !== undefined && shell.exitCode === null) process.kill(-shell.pid, 'SIGUSR2');
  });
  const [, user, system] = /^(\d+\.\d+) (\d+\.\d+)$/m.exec(await report) ?? [];
  if (user === undefined) throw new Error(`bash measured nothing: ${await report}`);
  return (Number(user) + Number(system)) * 1000;
}
