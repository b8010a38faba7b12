import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import type { Outcome } from './outcome.js';
import { type ScenarioName, scenarios } from './scenarios.js';

jest.setTimeout(150_000);

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What is left in its directory for temporary files. */
  readonly leftovers: readonly string[];
}

/** Runs the demo as a user does. @param interruptAt sends Ctrl-C once this has been written */
function demo(args: readonly string[], interruptAt?: string): Promise<Run> {
  const directory = mkdtempSync(join(tmpdir(), 'd9-demo-test-'));
  const child = spawn(process.execPath, ['build/test/suites/demo/main.js', ...args], {
    env: { ...process.env, TMPDIR: directory },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    if (interruptAt !== undefined && stderr.includes(interruptAt)) child.kill('SIGINT');
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const leftovers = readdirSync(directory);
      rmSync(directory, { recursive: true });
      resolve({ code, stdout, stderr, leftovers });
    });
  });
}

const names = Object.keys(scenarios) as ScenarioName[];
const runs = new Map<ScenarioName, Promise<Run>>();

/** Each scenario is run once, when the first test asks for it, and by itself: others beside it would take its time. */
function runOf(name: ScenarioName): Promise<Run> {
  const run = runs.get(name) ?? demo(['--scenario', name, '--json']);
  runs.set(name, run);
  return run;
}

const outcomeOf = async (name: ScenarioName): Promise<Outcome> => JSON.parse((await runOf(name)).stdout) as Outcome;

describe.each(names)('the scenario %s', (name) => {
  test('ends as it should, without a lost request, and leaves nothing behind', async () => {
    const run = await runOf(name);
    const { ok, client } = await outcomeOf(name);
    expect({ code: run.code, ok, lost: client.lost, complaints: run.stderr.match(/^Not as it should be: .*$/gm) }).toEqual({
      code: 0,
      ok: true,
      lost: 0,
      complaints: null,
    });
    expect(run.leftovers).toEqual([]);
  });

  test('is told in JSON of one shape', async () => {
    const outcome = await outcomeOf(name);
    expect(Object.keys(outcome)).toEqual(['scenario', 'ok', 'steps', 'client', 'detection', 'finalImage', 'releasePhase']);
    expect(Object.keys(outcome.client)).toEqual(['sent', 'lost', 'failed', 'byVersion']);
    const fields = ['action', 'weightAsked', 'weightMeasured', 'byVersion', 'startedAt', 'endedAt', 'verdict'];
    for (const step of outcome.steps) expect(Object.keys(step)).toEqual(fields);
    expect(outcome.scenario).toBe(name);
    expect(outcome.client.sent).toBeGreaterThan(1000);
  });
});

test('a good version is released in three steps with a gate after each of the first two, and the client sees each share', async () => {
  const { steps, finalImage, releasePhase, detection } = await outcomeOf('good');
  expect(steps.map(({ action, weightAsked, verdict }) => [action, weightAsked, verdict])).toEqual([
    ['canary-step', 10, 'pass'],
    ['canary-step', 30, null],
    ['verify-slo', null, 'pass'],
    ['canary-step', 100, null],
  ]);
  expect([finalImage, releasePhase, detection]).toEqual(['registry.example/restaurant:v2', 'promoted', null]);
  expect(steps.at(-1)?.byVersion).toEqual({ v2: expect.any(Number) });
});

test('a bad version gets nothing more a few seconds after its first bad answer', async () => {
  const { detection, steps, client } = await outcomeOf('bad-canary');
  expect(detection?.seconds).toBeGreaterThan(0);
  expect(client.failed).toBeGreaterThan(0);
  const spent = Date.parse(detection?.weightZeroAt ?? '') - Date.parse(detection?.firstBadAnswerAt ?? '');
  expect(spent / 1000).toBeCloseTo(detection?.seconds ?? 0, 1);
  expect(steps.map(({ action, verdict }) => [action, verdict])).toEqual([
    ['canary-step', 'fail'],
    ['rollback', null],
  ]);
  expect(steps.at(-1)?.byVersion).toEqual({ v1: expect.any(Number) });
});

test('a run that is interrupted ends what it started and leaves nothing behind', async () => {
  const run = await demo(['--json', '--explain'], 'Canary at 10 %: traffic');
  expect(run).toMatchObject({ code: 130, stdout: '', leftovers: [] });
  expect(run.stderr).toContain('Stopped. Nothing is left behind.');
  expect(run.stderr).toMatch(/POST \/apis\/apps\/v1\/namespaces\/shop\/deployments: 201 after \d+ ms/);
});

test('an unknown scenario is answered with those that there are', async () => {
  const { code, stderr } = await demo(['--scenario', 'worse']);
  expect(code).toBe(2);
  for (const name of names) expect(stderr).toContain(name);
});
