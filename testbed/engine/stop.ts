import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeCgroup } from '../bed/cgroups.js';

export interface StartedProcess {
  readonly name: string;
  readonly pid: number;
}

const STOP_WITHIN_MS = 15_000;

/** Parent cgroup of everything that the engine under `directory` runs; its own, so that it can be removed. */
export const cgroupOf = (directory: string): string =>
  `/d9-engine-${createHash('sha256').update(directory).digest('hex').slice(0, 8)}`;

/** Whether the process still runs; a pid that meanwhile belongs to somebody else doesn't count. */
export function isAlive({ pid }: StartedProcess, directory: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(directory);
  } catch {
    return false;
  }
}

/** What was started under `directory`, whether it still runs or not. */
export async function startedProcesses(directory: string): Promise<StartedProcess[]> {
  const record = join(directory, 'processes.json');
  return existsSync(record) ? (JSON.parse(await readFile(record, 'utf8')) as StartedProcess[]) : [];
}

/** Ends what `startEngine` started and removes what it left: processes, mounts, cgroups, files. May be called twice. */
export async function stopEngine(state: string): Promise<void> {
  const directory = resolve(state, 'engine');
  for (const process of await startedProcesses(directory)) await stop(process, directory);
  for (const point of mountsUnder(directory)) execFileSync('umount', ['-l', point]);
  await removeCgroup(cgroupOf(directory));
  await rm(directory, { recursive: true, force: true });
}

async function stop(started: StartedProcess, directory: string): Promise<void> {
  if (isAlive(started, directory)) process.kill(started.pid, 'SIGTERM');
  const deadline = Date.now() + STOP_WITHIN_MS;
  while (isAlive(started, directory)) {
    // The process leads a group, so containerd goes with dockerd.
    if (Date.now() > deadline) process.kill(-started.pid, 'SIGKILL');
    await sleep(50);
  }
}

/** Deepest first. Format of the file: proc(5), mountinfo. */
function mountsUnder(directory: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .filter((point) => point.startsWith(`${directory}/`))
    .sort((a, b) => b.length - a.length);
}
