import { execFile } from 'node:child_process';

// bash reads wait4's figures of the whole process; Node can't ask for those of a child. The report alone goes to stderr.
// --norc: with a socket for stdin bash takes itself for a remote shell, and reads the user's start-up file.
const TIMED = 'TIMEFORMAT="%3U %3S"; time "$@" >/dev/null 2>&1';

/**
 * Runs a process to its end, whatever its exit code.
 * @returns user and system CPU time of the process in milliseconds
 */
export function cpuMs(file: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    execFile(
      'bash',
      ['--norc', '-c', TIMED, 'bash', file, ...args],
      { env: { PATH: process.env.PATH, ...env } },
      (error, _, stderr) => {
        const [, user, system] = /^(\d+\.\d+) (\d+\.\d+)\n$/.exec(stderr) ?? [];
        if (user === undefined) reject(error ?? new Error(`bash measured nothing: ${stderr}`));
        else resolve((Number(user) + Number(system)) * 1000);
      },
    );
  });
}
