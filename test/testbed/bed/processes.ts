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

/** Reads /proc/PID/stat (proc(5)); a zombie counts as gone. */
function statOf(pid: number): { readonly parent: number; readonly startTicks: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : { parent: Number(fields[1]), startTicks: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

export function isAlive(process: Process): boolean {
  return statOf(process.pid)?.startTicks === process.startTicks;
}

/** @returns undefined when there is no such process (any more) */
export function processOf(pid: number): Process | undefined {
  const stat = statOf(pid);
  return stat && { pid, startTicks: stat.startTicks };
}

/** Starts one part of the bed on its own; it outlives us. Its log is `log/NAME.log`, its pid is kept in `pids/NAME`. */
export function startPart(directory: string, name: string, file: string, args: readonly string[]): Process {
  const log = openSync(path.join(directory, 'log', `${name}.log`), 'a');
  const child = spawn(file, args, { cwd: directory, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  child.unref();
  if (child.pid === undefined) throw new BedError(`${file} cannot be started.`);
  const part = processOf(child.pid) ?? { pid: child.pid, startTicks: 'gone' };
  writeFileSync(path.join(directory, 'pids', name), JSON.stringify(part));
  return part;
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

/** The processes that a process started itself and that still run. */
export function childrenOf(parent: number): Process[] {
  return allPids()
    .filter((pid) => statOf(pid)?.parent === parent)
    .map(processOf)
    .filter((found) => found !== undefined);
}

const allPids = (): number[] => readdirSync('/proc').map(Number).filter(Number.isInteger);

/** Every process in the network namespace whose handle is `file`, ourselves excluded. */
export function processesInNetwork(file: string): Process[] {
  const identity = `net:[${statSync(file).ino}]`;
  return allPids()
    .filter((pid) => pid !== process.pid && networkOf(pid) === identity)
    .map(processOf)
    .filter((found) => found !== undefined);
}

function networkOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return undefined;
  }
}
