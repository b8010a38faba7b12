import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readSlo } from '../../../src/slo/file/read-slo.js';
import { PodCounter, wantedMetrics } from '../../../src/slo/sources/exposition/counting.js';
import { parseExposition } from '../../../src/slo/sources/exposition/exposition.js';

/** The app of examples/canary-release, as its image starts it. */
let child: ChildProcess;
let address: string;

beforeEach(async () => {
  child = spawn(process.execPath, ['examples/canary-release/server.mjs'], {
    env: { PORT: '0', VERSION: 'v7' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve) => child.stdout?.setEncoding('utf8').once('data', resolve));
  address = `http://127.0.0.1:${/listening on (\d+)/.exec(line)?.[1]}`;
});
afterEach(() => {
  child.kill('SIGKILL');
});

test('its figures are those that its objectives ask for: every request of a user, and no probe or scrape', async () => {
  const { objectives } = readSlo(readFileSync('examples/canary-release/slo.yml', 'utf8'), 'slo.yml');
  const pod = new PodCounter();
  const look = async () => {
    const exposition = await (await fetch(`${address}/metrics`)).text();
    return pod.look(parseExposition(exposition, wantedMetrics(objectives)), objectives);
  };
  expect(await look()).toMatchObject({ problems: [] });
  for (let request = 0; request < 3; request += 1)
    expect((await fetch(`${address}/menu`)).headers.get('x-app-version')).toBe('v7');
  expect((await fetch(`${address}/healthz`)).status).toBe(200);
  const { counts, problems } = await look();
  expect(problems).toEqual([]);
  expect(Object.fromEntries(counts)).toEqual({ errors: { good: 3, bad: 0 }, 'latency-p95': { good: 3, bad: 0 } });
});

test('it ends by itself when it is told to, as a container must', async () => {
  await fetch(address);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
