import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectBed, type Fixture } from '../../../testbed/fixture.js';
import { image, releaseBed } from './release-bed.js';

let fixture: Fixture;
beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

const gate = { slo: 'slo.yml', hold: '60s' };
const proving = { 'prove-timeout': '30s' };

test('CanaryInlineAnalysis: a good version passes the gate of each step, at all traffic too, and is promoted by the last', async () => {
  const bed = await releaseBed(fixture);
  const load = await fixture.startLoad(bed.namespace, { rps: 200, route: 'restaurant' });
  const twenty = await bed.step('canary-step', { ...gate, ...proving, weight: '20', image: image('v2') });
  expect(twenty).toMatchObject({ exitCode: 0, outputs: { phase: 'holding', verdict: 'pass', 'weight-proven': 'true' } });
  expect(JSON.parse(twenty.outputs['record-json'] ?? '')).toMatchObject({ weight: 20, steps: [{ weight: 20, verdict: 'pass' }] });
  const promoted = await bed.step('canary-step', { ...gate, ...proving, weight: '100' });
  expect(promoted).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted', verdict: 'pass' } });
  expect((await load.stop()).total).toMatchObject({ lost: 0, failed: 0 });
  expect(await bed.stableImage()).toBe(image('v2'));
});

test('CanaryFailInlineAnalysis: a version that goes bad is taken out within seconds, by the process that holds it', async () => {
  const bed = await releaseBed(fixture);
  const load = await fixture.startLoad(bed.namespace, { rps: 50, route: 'restaurant' });
  const step = await bed.step('canary-step', { ...gate, weight: '10', image: image('v2-errors-100') });
  expect(step).toMatchObject({ exitCode: 1, outputs: { phase: 'aborted', verdict: 'fail', weight: '0' } });
  expect(step.errors.join()).toContain('Traffic: 100 % stable; canary: removed; record: aborted.');
  expect((await load.stop()).total).toMatchObject({ lost: 0 });
  expect(await bed.leftovers()).toEqual([]);
});

test('a version that goes bad with all traffic never reaches stable', async () => {
  const bed = await releaseBed(fixture);
  const load = await fixture.startLoad(bed.namespace, { rps: 100, route: 'restaurant' });
  const step = await bed.step('canary-step', { ...gate, weight: '100', image: image('v2-errors-50') });
  expect(step).toMatchObject({ exitCode: 1, outputs: { phase: 'aborted', verdict: 'fail' } });
  expect((await load.stop()).total).toMatchObject({ lost: 0 });
  expect(await bed.stableImage()).toBe(image('v1'));
});

test('a breach is only reported with `on-breach: fail`, and no evidence is no pass', async () => {
  const bed = await releaseBed(fixture);
  const load = await fixture.startLoad(bed.namespace, { rps: 50, route: 'restaurant' });
  const inputs = { ...gate, weight: '20', image: image('v2-errors-100'), 'on-breach': 'fail' };
  expect(await bed.step('canary-step', inputs)).toMatchObject({ exitCode: 1, outputs: { phase: 'holding', verdict: 'fail' } });
  expect(await bed.canaryWeight()).toBe(20);
  await load.stop();
  await bed.step('rollback');
  const quiet = await bed.step('canary-step', { ...gate, hold: '3s', weight: '20', image: image('v2') });
  expect(quiet).toMatchObject({ exitCode: 1, outputs: { phase: 'holding', verdict: 'inconclusive' } });
});

test('a hold without objectives, and a judgement that has no moment, are refused', async () => {
  const bed = await releaseBed(fixture, { replicas: 1 });
  expect((await bed.step('canary-step', { weight: '10', image: image('v2'), hold: '1m' })).errors.join()).toContain(
    'no gate without `slo`',
  );
  expect((await bed.step('canary-step', { ...gate, weight: '100', image: image('v2') })).errors.join()).toContain(
    'never has without a route',
  );
  expect(await bed.record()).toBeUndefined();
});
