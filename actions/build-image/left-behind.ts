import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describeProcesses, endLeft } from '../../src/image/left-processes.js';
import type { Run } from '../../src/image/process.js';
import type { Runtime } from '../../src/kernel/runtime.js';

const DIRECTORY = 'directory';
const PROCESSES = 'processes';

/** Does the work with a directory of its own for everything that it writes, logins among it; nothing of that outlives the step. */
export async function inOwnDirectory<E extends Pick<Runtime, 'environment' | 'state'>, T>(
  effects: E,
  work: (effects: E) => Promise<T>,
): Promise<T> {
  const { environment, state } = effects;
  const temporary = mkdtempSync(join(environment.temporary, 'd9-build-image-'));
  state.save(DIRECTORY, temporary);
  try {
    return await work({ ...effects, environment: { ...environment, temporary } });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** The same, with a note for `post` of what runs. */
export function noted(run: Run, { state }: Pick<Runtime, 'state'>): Run {
  const running = new Set<number>();
  return async (command, options) => {
    let started: number | undefined;
    const onStart = (pid: number) => {
      started = pid;
      running.add(pid);
      state.save(PROCESSES, describeProcesses(running));
    };
    return await run(command, { ...options, onStart }).finally(() => {
      if (started !== undefined) running.delete(started);
    });
  };
}

/** For `post`: a step that was killed has stopped no build, and logged out nowhere. */
export async function cleanUpLeft({ clock, log, state }: Pick<Runtime, 'clock' | 'log' | 'state'>): Promise<void> {
  if ((await endLeft(state.read(PROCESSES), clock)) > 0) log.info('Ended the build that the step had left running.');
  const directory = state.read(DIRECTORY);
  if (directory === '' || !existsSync(directory)) return;
  rmSync(directory, { recursive: true, force: true });
  log.info('Removed what the step had left in the temporary directory, logins among it.');
}
