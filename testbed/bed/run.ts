import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BedError } from './error.js';

const execute = promisify(execFile);

/**
 * Runs a program to its end and returns what it wrote to stdout.
 * @throws BedError with its stderr when it cannot be found or fails
 */
export async function run(file: string, args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}) {
  try {
    const { stdout } = await execute(file, [...args], { ...options, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch (cause) {
    const failure = cause as NodeJS.ErrnoException & { stderr?: string };
    if (failure.code === 'ENOENT') throw new BedError(`The test bed needs \`${file}\`, which is not on PATH.`, { cause });
    throw new BedError(`${file} failed:\n${failure.stderr || failure.message}`, { cause });
  }
}
