import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { childrenOf, isAlive, type Process } from '../bed/processes.js';

const SIGTERM_AFTER_MS = 7_500;
const KILL_AFTER_MS = 10_000;

/** Variables of the runner's machine that make its Node steps cancellable; `directory` is for this alone. */
export function cancellable(directory: string): Record<string, string> {
  mkdirSync(directory);
  const hook = pathToFileURL(path.join(import.meta.dirname, 'hold-at-exit.js'));
  return { D9_CANCELLATION: directory, NODE_OPTIONS: `--import=${hook}` };
}

/**
 * Cancels a run as GitHub's runner does: SIGINT to the step's process, 7.5 s later SIGTERM, 2.5 s later SIGKILL, and then the job's `post`
 * (actions/runner, ProcessInvoker.cs). act by itself answers SIGINT by killing the step at once, so it is told only when the step has ended.
 * @param directory the one that `cancellable` was given
 */
export async function cancelRun(act: ChildProcess, directory: string): Promise<void> {
  const asked = path.join(directory, 'asked');
  writeFileSync(asked, '');
  const steps = nodeStepsOf(act.pid ?? 0);
  const hasEnded = (step: Process) => !isAlive(step) || existsSync(path.join(directory, `ended-${step.pid}`));
  const signal = (name: 'SIGINT' | 'SIGTERM') => {
    for (const step of steps) if (!hasEnded(step)) process.kill(step.pid, name);
  };
  signal('SIGINT');
  const sigterm = setTimeout(() => signal('SIGTERM'), SIGTERM_AFTER_MS);
  const killAtMs = performance.now() + KILL_AFTER_MS;
  while (!steps.every(hasEnded) && performance.now() < killAtMs) await wait(10);
  clearTimeout(sigterm);
  // `post` is not to be held.
  rmSync(asked);
  act.kill('SIGINT');
}

/** Kills the runner and its step at once, as when the machine is lost. */
export async function loseRun(act: ChildProcess): Promise<void> {
  const steps = childrenOf(act.pid ?? 0);
  // The step first would let act begin the next one.
  act.kill('SIGKILL');
  for (const step of steps) if (isAlive(step)) process.kill(step.pid, 'SIGKILL');
}

/** act starts a step's process as its own child. */
const nodeStepsOf = (pid: number): Process[] => childrenOf(pid).filter((child) => programOf(child.pid) === process.execPath);

function programOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}
