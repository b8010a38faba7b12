import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { run } from '../../../src/image/process.js';

const node = (script: string, variables: Record<string, string> = {}) => ({
  file: process.execPath,
  args: ['-e', script],
  cwd: '/',
  variables,
});
const never = new AbortController().signal;

/** A zombie is not running: in a container nobody may be there to bury it. */
function isRunning(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z');
  } catch {
    return false;
  }
}

test('the output comes in whole lines, whichever way they end and however they are cut', async () => {
  const lines: string[] = [];
  const script = `process.stdout.write('out'); process.stderr.write('a\\r\\nb\\rc\\n'); process.stderr.write('d\\r'); process.stderr.write('\\ne')`;
  const exit = await run(node(script), { signal: never, onErrorLine: (line) => lines.push(line) });
  expect(exit).toEqual({ code: 0, stdout: 'out', lastErrorLines: ['a', 'b', 'c', 'd', 'e'] });
  expect(lines).toEqual(exit.lastErrorLines);
});

test('a long log does not fill the memory: only its end is kept', async () => {
  const exit = await run(node(`for (let i = 0; i < 1000; i++) console.error(i)`), { signal: never });
  expect(exit.lastErrorLines).toHaveLength(200);
  expect(exit.lastErrorLines.at(-1)).toBe('999');
});

test('the exit code, or the signal that ended the process, is told', async () => {
  expect((await run(node('process.exit(3)'), { signal: never })).code).toBe(3);
  expect((await run(node(`process.kill(process.pid, 'SIGKILL')`), { signal: never })).code).toBe(137);
});

test('the process sees only the variables that it was given', async () => {
  const { stdout } = await run(node('console.log(process.env.A, process.env.PATH)', { A: '1' }), { signal: never });
  expect(stdout).toBe('1 undefined\n');
});

test('a program that is not there is an error, not a hang', async () => {
  await expect(run({ ...node(''), file: '/nosuch/docker-buildx' }, { signal: never })).rejects.toThrow('ENOENT');
});

test('a step that is already cancelled starts nothing', async () => {
  await expect(run({ ...node(''), file: '/nosuch' }, { signal: AbortSignal.abort(new Error('cancelled')) })).rejects.toThrow(
    'cancelled',
  );
});

test('cancelling ends the process and everything that it started, also what ignores SIGINT', async () => {
  const controller = new AbortController();
  const pids: number[] = [];
  const endless = `process.on('SIGINT', () => {}); console.error(process.pid); setInterval(() => {}, 1000)`;
  const script = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(endless)}], { stdio: 'inherit' }); console.error(process.pid)`;
  const onErrorLine = (line: string) => {
    if (pids.push(Number(line)) === 2) controller.abort(new Error('cancelled'));
  };
  await expect(run(node(script), { signal: controller.signal, onErrorLine })).rejects.toThrow('cancelled');
  expect(pids).toHaveLength(2);
  expect(pids.filter(isRunning)).toEqual([]);
});
