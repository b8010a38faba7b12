import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import path from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { freePort } from '../free-port.js';

const running: Array<() => void> = [];
afterEach(() => {
  for (const end of running.splice(0)) end();
});

const program = path.join(import.meta.dirname, 'main.js');

interface RunningApp {
  readonly port: number;
  readonly child: ReturnType<typeof spawn>;
  /** Resolves when the output holds the text. */
  written(text: string): Promise<void>;
  /** Resolves with the exit code and everything that was written. */
  readonly ended: Promise<{ code: number | null; output: string }>;
}

async function start(faults: string): Promise<RunningApp> {
  const port = await freePort();
  const env = { PATH: process.env.PATH, PORT: String(port), APP_VERSION: 'v7', FAULTS: faults };
  const child = spawn(process.execPath, [program], { cwd: 'testbed/app', env });
  running.push(() => child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }));
  const written = async (text: string) => {
    while (!output.includes(text)) await once(child.stdout, 'data');
  };
  return { port, child, written, ended };
}

function ask(port: number, path: string, body?: string): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const request = http.request({ host: '127.0.0.1', port, path, method, agent: false }, (response) => {
      response.resume();
      response.on('end', () => resolve(response));
    });
    request.on('error', reject);
    request.end(body);
  });
}

test('the process is the version that its environment says, and ends with 0 when it is asked to', async () => {
  const { port, child, written, ended } = await start('stop-1');
  await written('listening on');
  expect((await ask(port, '/')).headers['x-app-version']).toBe('v7');
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
});

test('a version that cannot start says why and never listens', async () => {
  const { code, output } = await (await start('crash')).ended;
  expect(code).toBe(1);
  expect(output).toMatch(/^starting restaurant v7\n[\s\S]*ECONNREFUSED[\s\S]*connectToDatabase[^\n]*\n$/);
  expect(output).not.toContain('listening');
});

test('an order to crash is answered before it is followed', async () => {
  const { port, written, ended } = await start('');
  await written('listening on');
  expect((await ask(port, '/-/faults', '{"faults":"crash"}')).statusCode).toBe(200);
  const { code, output } = await ended;
  expect(code).toBe(1);
  expect(output).toContain('ECONNREFUSED');
});

test('a version that does not stop serves until it is killed', async () => {
  const { port, child, written, ended } = await start('nostop');
  await written('listening on');
  child.kill('SIGTERM');
  expect((await ask(port, '/')).statusCode).toBe(200);
  child.kill('SIGTERM');
  expect((await ask(port, '/')).statusCode).toBe(200);
  child.kill('SIGKILL');
  expect((await ended).code).toBeNull();
});
