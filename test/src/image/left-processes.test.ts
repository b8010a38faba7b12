import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { describeProcesses, endLeft } from '../../../src/image/left-processes.js';
import { systemClock } from '../../../src/kernel/clock.js';

/** Leads a group, and never ends by itself. */
async function endless(onSigint = 'process.exit(7)'): Promise<{ pid: number; ended: Promise<unknown[]> }> {
  const script = `process.on('SIGINT', () => { ${onSigint} }); setInterval(() => {}, 1000); console.log('ready')`;
  const child = spawn(process.execPath, ['-e', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  return { pid: child.pid ?? 0, ended };
}

test('what a killed step left running is asked to end', async () => {
  const { pid, ended } = await endless();
  expect(await endLeft(describeProcesses([pid]), systemClock)).toBe(1);
  expect(await ended).toEqual([7, null]);
});

test('what does not listen is killed', async () => {
  const { pid, ended } = await endless('');
  await endLeft(describeProcesses([pid]), systemClock);
  expect(await ended).toEqual([null, 'SIGKILL']);
});

test('another process that has the pid by now is left alone', async () => {
  const { pid, ended } = await endless();
  expect(await endLeft(`${pid}:1`, systemClock)).toBe(0);
  expect(await endLeft('', systemClock)).toBe(0);
  process.kill(pid, 'SIGTERM');
  expect(await ended).toEqual([null, 'SIGTERM']);
});
