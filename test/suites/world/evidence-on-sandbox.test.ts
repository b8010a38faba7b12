import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { ClusterFixture } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { errorsSlo, sloWorkspace } from '../../../testbed/slo-workspace.js';
import { image, releaseBed } from '../cluster/release-bed.js';

jest.setTimeout(240_000);
const slo = sloWorkspace({
  'slo.yml': errorsSlo(),
  'code.yml': errorsSlo({ bad: 'http_requests_total{code=~"5.."}' }),
  'job.yml': errorsSlo({ bad: 'http_requests_total{job="shop",status=~"5.."}' }),
});
const workspace = slo.directory;
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(async () => {
  slo.remove();
  await fixture.close();
});

test('an app that counts scrapes and probes, and has no user: its split is not proven, and its canary does not pass', async () => {
  const bed = await releaseBed(fixture, { route: true, image: image('v1-flavour-counting') });
  const proof = { prove: 'required', 'prove-timeout': '4s' };
  const refused = await bed.step('canary-step', { weight: '50', image: image('v2-flavour-counting'), ...proof });
  expect(refused).toMatchObject({ exitCode: 1 });
  // On a busy machine some looks come so late that what they counted of themselves is not known for certain.
  expect(refused.errors.join()).toContain('The split could not be proven: ');
  expect(refused.stdout).not.toContain('Proven');

  await bed.step('canary-step', { weight: '50', image: image('v3-errors-100-flavour-counting') });
  const held = await bed.step('verify-slo', { hold: '12s' }, { cwd: workspace });
  expect(held).toMatchObject({ exitCode: 1, outputs: { verdict: 'inconclusive' } });
  await bed.step('rollback');
});

test('beside users the same app is proven and judged as any other', async () => {
  const bed = await releaseBed(fixture, { route: true, image: image('v1-flavour-counting') });
  const load = await fixture.startLoad(bed.namespace, { rps: 150, route: 'restaurant' });
  const step = { weight: '50', image: image('v2-flavour-counting'), prove: 'required', 'prove-timeout': '30s' };
  expect(await bed.step('canary-step', step)).toMatchObject({ exitCode: 0, outputs: { 'weight-proven': 'true' } });
  const held = await bed.step('verify-slo', { hold: '60s' }, { cwd: workspace });
  expect(held).toMatchObject({ exitCode: 0, outputs: { verdict: 'pass' } });
  await load.stop();
  await bed.step('rollback');
});

test.each<[string, string, string, RegExp]>([
  [
    'a label that no series has',
    'v2-errors-100',
    'code.yml',
    /no series of http_requests_total has the label code on the canary/,
  ],
  ['several workers behind the port', 'v2-errors-100-flavour-workers', 'slo.yml', /although its container was not restarted/],
])('%s is no pass of a canary that answers everybody with 500', async (_, tag, slo, reason) => {
  const bed = await releaseBed(fixture);
  await bed.step('canary-step', { weight: '20', image: image(tag) });
  const load = await fixture.startLoad(bed.namespace, { rps: 150, route: 'restaurant' });
  const held = await bed.step('verify-slo', { slo, hold: '12s' }, { cwd: workspace });
  await load.stop();
  expect(held.exitCode).toBe(1);
  // Two looks in a row that meet the same worker show what its users got.
  if (tag.includes('workers') && held.outputs.verdict === 'fail') expect(held.outputs.reason).toContain('(100 %)');
  else expect(held.outputs).toMatchObject({ verdict: 'inconclusive', reason: expect.stringMatching(reason) });
  await bed.step('rollback');
});

test('objectives with the labels of a Prometheus server are refused before anything is touched', async () => {
  const bed = await releaseBed(fixture);
  const step = await bed.step(
    'canary-step',
    { weight: '20', image: image('v2'), slo: 'job.yml', hold: '30s' },
    { cwd: workspace },
  );
  expect(step).toMatchObject({ exitCode: 1 });
  expect(step.errors.join()).toMatch(/job\.yml:4:19: `job` is a label that Prometheus adds.*remove it/);
  expect(await bed.record()).toBeUndefined();
  expect(await bed.leftovers()).toEqual([]);
});
