import { readFileSync } from 'node:fs';
import type { Clock } from '../kernel/clock.js';

const STOP_WITHIN_MS = 3000;
const LOOK_EVERY_MS = 50;

/** The processes that run at the moment, in words that `endLeft` understands in a later process. Each leads a group of its own. */
export const describeProcesses = (pids: Iterable<number>): string =>
  [...pids].map((pid) => `${pid}:${startOf(pid) ?? ''}`).join(' ');

/**
 * Ends the processes that a killed step left, each with its whole group: SIGINT, on which engines give up what they build and push, then SIGKILL. A later
 * process that happens to have the same pid is left alone. Without /proc nobody can tell, and nothing is done.
 * @param described by `describeProcesses`
 * @returns how many still ran
 */
export async function endLeft(described: string, clock: Clock): Promise<number> {
  const left = described.split(' ').flatMap((text) => {
    const [pid, start = ''] = text.split(':');
    return start !== '' && startOf(Number(pid)) === start ? [{ pid: Number(pid), start }] : [];
  });
  for (const { pid } of left) signalGroup(pid, 'SIGINT');
  const deadlineMs = clock.now() + STOP_WITHIN_MS;
  for (const { pid, start } of left) {
    while (startOf(pid) === start && clock.now() < deadlineMs) await clock.sleep(LOOK_EVERY_MS);
    if (startOf(pid) === start) signalGroup(pid, 'SIGKILL');
  }
  return left.length;
}

/** When a process was started, in clock ticks since boot (proc(5), stat); undefined when there is none, or nobody who could say. */
function startOf(pid: number): string | undefined {
  try {
    const [state, ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return state === 'Z' ? undefined : fields[18];
  } catch {
    return undefined;
  }
}

/** A group that is already gone is what was asked for. */
export function signalGroup(leader: number, name: 'SIGINT' | 'SIGKILL'): void {
  try {
    process.kill(-leader, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
