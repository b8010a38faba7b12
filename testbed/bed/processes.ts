import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { BedError } from './error.js';

/** A process, told apart from a later one with the same pid by when it started (clock ticks since boot). */
export interface Process {
  readonly pid: number;
  readonly startTicks: string;
}

/** The fields of /proc/PID/stat (proc(5)) from the third on: state, parent, … */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** A zombie counts as gone. */
function startTicksOf(pid: number): string | undefined {
  const fields = statOf(pid);
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
}

function pids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

export function isAlive(process: Process): boolean {
  return startTicksOf(process.pid) === process.startTicks;
}

/** @returns undefined when there is no such process (any more) */
export function processOf(pid: number): Process | undefined {
  const startTicks = startTicksOf(pid);
  return startTicks === undefined ? undefined : { pid, startTicks };
}

/** Starts one part of the bed on its own; it outlives us. Its log is `log/NAME.log`, its pid is kept in `pids/NAME`. */
export function startPart(directory: string, name: string, file: string, args: readonly string[]): Process {
  const log = openSync(path.join(directory, 'log', `${name}.log`), 'a');
  const child = spawn(file, args, { cwd: directory, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  child.unref();
  if (child.pid === undefined) throw new BedError(`${file} cannot be started.`);
  prefer(child.pid);
  const part = processOf(child.pid) ?? { pid: child.pid, startTicks: 'gone' };
  writeFileSync(path.join(directory, 'pids', name), JSON.stringify(part));
  return part;
}

/**
 * Where the scheduler groups processes by session (sched(7), "The autogroup feature"), a server alone in its session weighs as much as one process
 * of the pods' cgroup, which weighs sixteen: when pods start, it would answer nobody for seconds. `nice` counts only within a session.
 */
function prefer(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, '-10');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // A kernel without it, a machine where nobody may be preferred, a process that has ended already.
    if (!['ENOENT', 'EPERM', 'EACCES', 'ESRCH'].includes(code)) throw error;
  }
}

/** @returns undefined for a part that was never started */
export function readPart(directory: string, name: string): Process | undefined {
  try {
    return JSON.parse(readFileSync(path.join(directory, 'pids', name), 'utf8')) as Process;
  } catch {
    return undefined;
  }
}

/** Sends SIGTERM, then SIGKILL after `graceMs`, and returns when the process is gone. */
export async function stop(target: Process, graceMs: number): Promise<void> {
  const killAt = Date.now() + graceMs;
  signal(target, 'SIGTERM');
  while (isAlive(target)) {
    if (Date.now() > killAt) signal(target, 'SIGKILL');
    await wait(20);
  }
}

function signal(target: Process, name: NodeJS.Signals): void {
  if (!isAlive(target)) return;
  try {
    process.kill(target.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Kills a process and all that descends from it, and returns when they are gone. */
export async function killTree(root: Process): Promise<void> {
  // Its pid may be another's by now, whose children are not ours to kill.
  if (!isAlive(root)) return;
  // Who is stopped cannot start another one while we look for its children.
  signal(root, 'SIGSTOP');
  await Promise.all(childrenOf(root.pid).map(killTree));
  signal(root, 'SIGKILL');
  while (isAlive(root)) await wait(20);
}

/** Reads the parent's pid out of every /proc/PID/stat (proc(5)). */
export function childrenOf(parent: number): Process[] {
  return pids()
    .filter((pid) => statOf(pid)?.[1] === String(parent))
    .map(processOf)
    .filter((found) => found !== undefined);
}

/** Every process in the network namespace whose handle is `file`, ourselves excluded. */
export function processesInNetwork(file: string): Process[] {
  const identity = `net:[${statSync(file).ino}]`;
  return pids()
    .filter((pid) => pid !== process.pid && namespaceOf(pid, 'net') === identity)
    .map(processOf)
    .filter((found) => found !== undefined);
}

/** Whether a process runs in our own pid namespace; those of containers don't. */
export function isInOurPidNamespace({ pid }: Process): boolean {
  return namespaceOf(pid, 'pid') === namespaceOf(process.pid, 'pid');
}

function namespaceOf(pid: number, kind: 'net' | 'pid'): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`);
  } catch {
    return undefined;
  }
}
