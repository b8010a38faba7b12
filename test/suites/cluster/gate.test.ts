import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectBed, type Fixture } from '../../../testbed/fixture.js';
import { restaurantLabels } from '../../../testbed/restaurant.js';
import { image, releaseBed } from './release-bed.js';

const SLO = `
objectives:
  - name: errors
    ratio: { bad: 'http_requests_total{status=~"5.."}', total: http_requests_total }
    max: 1%
compare: stable
warm-up: 1s
`;

let fixture: Fixture;
let workspace: string;
beforeAll(() => {
  fixture = connectBed();
  workspace = mkdtempSync(join(tmpdir(), 'd9-gate-'));
  writeFileSync(join(workspace, 'slo.yml'), SLO);
});
afterAll(async () => {
  rmSync(workspace, { recursive: true });
  await fixture.close();
});

/** A release at this weight, and the gate as a step that looks at it. */
async function holdingAt(weight: string, version: string, rps: number) {
  const bed = await releaseBed(fixture);
  const load = await fixture.startLoad(bed.namespace, { rps, route: 'restaurant' });
  await bed.step('canary-step', { weight, image: image(version), 'prove-timeout': '30s' });
  return {
    bed,
    load,
    gate: (inputs: Record<string, string> = {}) => bed.step('verify-slo', { hold: '60s', ...inputs }, { cwd: workspace }),
  };
}

interface Evidence {
  readonly cause: string;
  readonly good: number;
  readonly bad: number;
  readonly stable: { readonly good: number; readonly bad: number };
  readonly lnERelative: number;
}
const evidenceOf = ({ outputs }: { outputs: Readonly<Record<string, string>> }): Evidence =>
  (JSON.parse(outputs['evidence-json'] ?? '[]') as Evidence[])[0] as Evidence;

test('a good canary passes beside stable, each gate looks for itself, and the recorded evidence gives the same verdict again', async () => {
  const { bed, load, gate } = await holdingAt('20', 'v2', 200);
  const first = await gate({ 'evidence-file': 'evidence.jsonl' });
  expect(first).toMatchObject({ exitCode: 0, outputs: { verdict: 'pass' } });
  const { good, bad, stable } = evidenceOf(first);
  expect(good + bad).toBeGreaterThanOrEqual(68);
  expect(stable.good).toBeGreaterThan(good);
  expect(await bed.record()).toMatchObject({
    gate: { weight: 20, verdict: 'pass', objectives: [{ name: 'errors', state: { good, bad } }] },
    steps: [{ weight: 20, verdict: 'pass' }],
  });

  const second = await gate({ 'evidence-file': 'evidence.jsonl' });
  await load.stop();
  expect(second.outputs.verdict).toBe('pass');
  expect(evidenceOf(second).good).toBeGreaterThanOrEqual(good + 68);

  const file = join(workspace, 'evidence.jsonl');
  const printed = execFileSync(process.execPath, ['build/scripts/replay.js', file, '--slo', join(workspace, 'slo.yml')], {
    encoding: 'utf8',
  });
  const replayed = printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { verdict: string; n: number });
  expect(replayed).toHaveLength(readFileSync(file, 'utf8').trim().split('\n').length);
  expect(replayed.at(-1)).toMatchObject({ verdict: 'pass', n: evidenceOf(second).good });
  expect(replayed.filter(({ n, verdict }) => n === good && verdict === 'pass')).not.toEqual([]);
});

test('trouble that stable has too ends in no verdict against the canary', async () => {
  const { bed, load, gate } = await holdingAt('20', 'v2', 200);
  for (const selector of [restaurantLabels, { 'd9.dev/track': 'canary' }])
    await fixture.setFaults({ namespace: bed.namespace, selector, faults: 'errors-30' });
  const verdict = await gate({ hold: '12s' });
  await load.stop();
  expect(verdict).toMatchObject({ exitCode: 1, outputs: { verdict: 'inconclusive' } });
  expect(evidenceOf(verdict)).toMatchObject({ cause: 'shared-incident' });
  expect(await bed.canaryWeight()).toBe(20);
  expect(await bed.post('verify-slo', verdict, {}, { cwd: workspace })).toMatchObject({ exitCode: 0 });
  expect(await bed.leftovers()).toEqual([]);
});

test('a canary that is bad beside a good stable is taken out, and the record says why', async () => {
  const { bed, load, gate } = await holdingAt('20', 'errors-20', 200);
  const verdict = await gate();
  await load.stop();
  expect(verdict).toMatchObject({ exitCode: 1, outputs: { verdict: 'fail' } });
  expect(evidenceOf(verdict)).toMatchObject({ cause: 'worse-than-stable', stable: { bad: 0 } });
  expect(await bed.record()).toMatchObject({ phase: 'aborted', gate: { verdict: 'fail' } });
  expect(await bed.leftovers()).toEqual([]);
});

test('a hold that is too short for a verdict at the present rate is refused within seconds', async () => {
  const { load, gate } = await holdingAt('10', 'v2-flavour-paths', 5);
  const verdict = await gate({ hold: '50s' });
  await load.stop();
  expect(verdict).toMatchObject({ exitCode: 1, outputs: { verdict: 'inconclusive' } });
  // At half a request a second it may be that none came before the refusal.
  expect(verdict.outputs.reason).toMatch(/a hold of 50s is too short for a verdict|cannot be hoped for in a hold of 50s/);
});

test('with all traffic there is nothing to compare with, and the canary is judged alone', async () => {
  const { bed, load } = await holdingAt('20', 'v2', 100);
  const step = { slo: 'slo.yml', hold: '60s', weight: '100', 'prove-timeout': '30s' };
  const promoted = await bed.step('canary-step', step, { cwd: workspace });
  await load.stop();
  expect(promoted).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted', verdict: 'pass' } });
  expect(promoted.stdout).toContain('judged alone');
});
