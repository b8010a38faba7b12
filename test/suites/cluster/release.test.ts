import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectBed, type Fixture } from '../../../testbed/fixture.js';
import { image, releaseBed } from './release-bed.js';

let fixture: Fixture;
beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

const gate = { hold: '60s' };
/** For steps under load: time enough to prove every share. */
const proving = { 'prove-timeout': '30s' };

describe('a good version', () => {
  test('goes 10 % → gate → 30 % → gate → 100 % without a lost request and leaves nothing behind', async () => {
    const bed = await releaseBed(fixture);
    const routeBefore = (await bed.route()).spec;
    const load = await fixture.startLoad(bed.namespace, { rps: 200, route: 'restaurant' });

    const ten = await bed.step('canary-step', { ...proving, weight: '10', image: image('v2') });
    expect(ten).toMatchObject({ exitCode: 0, outputs: { phase: 'holding', weight: '10', 'weight-proven': 'true' } });
    expect(await bed.canaryWeight()).toBe(10);
    expect(await bed.step('verify-slo', gate)).toMatchObject({ exitCode: 0, outputs: { verdict: 'pass' } });
    expect(await bed.step('canary-step', { ...proving, weight: '30' })).toMatchObject({
      exitCode: 0,
      outputs: { 'weight-proven': 'true' },
    });
    expect(await bed.step('verify-slo', gate)).toMatchObject({ exitCode: 0, outputs: { verdict: 'pass' } });
    const promoted = await bed.step('canary-step', { ...proving, weight: '100' });
    expect(promoted).toMatchObject({
      exitCode: 0,
      outputs: { phase: 'promoted', revision: image('v2'), 'previous-revision': image('v1') },
    });

    const counted = await load.stop();
    expect(counted.total).toMatchObject({ lost: 0, failed: 0 });
    expect(await bed.stableImage()).toBe(image('v2'));
    expect((await bed.route()).spec).toEqual(routeBefore);
    expect(await bed.leftovers()).toEqual([]);
    expect(promoted.summary).toContain('promoted');
  });

  test('is lowered from 30 % to 10 % as asked, and aborted by weight 0', async () => {
    const bed = await releaseBed(fixture);
    const load = await fixture.startLoad(bed.namespace, { rps: 150, route: 'restaurant' });
    await bed.step('canary-step', { ...proving, weight: '30', image: image('v2') });
    expect(await bed.step('canary-step', { ...proving, weight: '10' })).toMatchObject({
      exitCode: 0,
      outputs: { weight: '10', 'weight-proven': 'true' },
    });
    expect(await bed.canaryWeight()).toBe(10);
    expect(await bed.step('canary-step', { weight: '0' })).toMatchObject({
      exitCode: 0,
      outputs: { phase: 'aborted', weight: '0' },
    });
    expect((await load.stop()).total).toMatchObject({ lost: 0 });
    expect(await bed.leftovers()).toEqual([]);
    expect(await bed.stableImage()).toBe(image('v1'));
  });

  test('asked for twice changes nothing the second time and has the same outputs', async () => {
    const bed = await releaseBed(fixture);
    const load = await fixture.startLoad(bed.namespace, { rps: 200, route: 'restaurant' });
    const first = await bed.step('canary-step', { ...proving, weight: '20', image: image('v2') });
    const routeBefore = (await bed.route()).metadata.resourceVersion;
    const second = await bed.step('canary-step', { ...proving, weight: '20', image: image('v2') });
    await load.stop();
    expect(second.exitCode).toBe(0);
    expect(second.outputs).toEqual(first.outputs);
    expect((await bed.route()).metadata.resourceVersion).toBe(routeBefore);
    const promoted = await bed.step('canary-step', { weight: '100' });
    expect(await bed.step('canary-step', { weight: '100' })).toMatchObject({ exitCode: 0, outputs: promoted.outputs });
  });

  test('is split by the ratio of pods where there is no route, and promoted', async () => {
    const bed = await releaseBed(fixture, { replicas: 3 });
    const load = await fixture.startLoad(bed.namespace, { rps: 200, service: 'restaurant' });
    expect(await bed.step('canary-step', { ...proving, weight: '25', image: image('v2') })).toMatchObject({
      exitCode: 0,
      outputs: { 'weight-proven': 'true' },
    });
    expect(await bed.step('canary-step', { weight: '100' })).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
    expect((await load.stop()).total).toMatchObject({ lost: 0 });
    expect(await bed.stableImage()).toBe(image('v2'));
    expect(await bed.leftovers()).toEqual([]);
  });

  test('of an app without traffic goes on with a warning, and not at all when a proof is required', async () => {
    const bed = await releaseBed(fixture);
    const expected = await bed.step('canary-step', { weight: '10', image: image('v2') });
    expect(expected).toMatchObject({ exitCode: 0, outputs: { 'weight-proven': 'false', 'weight-measured': '' } });
    expect(expected.warnings.join()).toContain('could not be proven');
    const required = await bed.step('canary-step', { weight: '30', prove: 'required' });
    expect(required.exitCode).toBe(1);
    expect(await bed.leftovers()).toEqual([]);
  });
});

describe('a bad version', () => {
  test('that answers 20 % errors is taken out after a handful of bad answers', async () => {
    const bed = await releaseBed(fixture);
    const load = await fixture.startLoad(bed.namespace, { rps: 100, route: 'restaurant' });
    await bed.step('canary-step', { weight: '10', image: image('errors-20') });
    const verdict = await bed.step('verify-slo', gate);
    expect(verdict).toMatchObject({ exitCode: 1, outputs: { verdict: 'fail' } });
    expect(verdict.errors.join()).toContain('Traffic: 100 % stable; canary: removed; record: aborted.');
    expect((await load.stop()).total).toMatchObject({ lost: 0 });
    expect(await bed.record()).toMatchObject({ phase: 'aborted', weight: 0 });
    expect(await bed.leftovers()).toEqual([]);
    expect(await bed.stableImage()).toBe(image('v1'));
  });

  test('is only reported with `on-breach: fail`, and put back by post', async () => {
    const bed = await releaseBed(fixture);
    const load = await fixture.startLoad(bed.namespace, { rps: 100, route: 'restaurant' });
    await bed.step('canary-step', { weight: '20', image: image('errors-50') });
    const verdict = await bed.step('verify-slo', { ...gate, 'on-breach': 'fail' });
    expect(verdict).toMatchObject({ exitCode: 1, outputs: { verdict: 'fail' } });
    expect(await bed.canaryWeight()).toBe(20);
    expect(await bed.post('verify-slo', verdict)).toMatchObject({ exitCode: 0 });
    await load.stop();
    expect(await bed.record()).toMatchObject({ phase: 'aborted' });
    expect(await bed.leftovers()).toEqual([]);
  });

  test('that crashes is named within seconds, with its last words, and nothing of it stays', async () => {
    const bed = await releaseBed(fixture);
    const startedAt = Date.now();
    const step = await bed.step('canary-step', { weight: '10', image: image('crash'), 'start-timeout': '2m' });
    expect(Date.now() - startedAt).toBeLessThan(30_000);
    expect(step).toMatchObject({ exitCode: 1, outputs: { phase: 'aborted' } });
    expect(step.errors.join()).toMatch(/CrashLoopBackOff[\s\S]*ECONNREFUSED/);
    expect(await bed.leftovers()).toEqual([]);
  });

  test('whose image does not exist is named, and held in place when that is asked for', async () => {
    const bed = await releaseBed(fixture);
    const step = await bed.step('canary-step', { weight: '10', image: image('missing'), 'on-job-failure': 'hold' });
    expect(step.exitCode).toBe(1);
    expect(step.errors.join()).toMatch(/ErrImagePull|ImagePullBackOff/);
    expect(await bed.leftovers()).toContain('restaurant-canary');
    expect(await bed.step('rollback')).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
    expect(await bed.leftovers()).toEqual([]);
  });

  test('that never becomes ready while it is promoted leaves all traffic on stable', async () => {
    const bed = await releaseBed(fixture);
    const step = await bed.step('canary-step', { weight: '100', image: image('unready'), 'start-timeout': '4s' });
    expect(step).toMatchObject({ exitCode: 1, outputs: { phase: 'aborted' } });
    expect(await bed.stableImage()).toBe(image('v1'));
    expect(await bed.leftovers()).toEqual([]);
  });

  test('that shows no figures never passes the gate', async () => {
    const bed = await releaseBed(fixture);
    const load = await fixture.startLoad(bed.namespace, { rps: 50, route: 'restaurant' });
    const inputs = { weight: '10', image: image('nodata') };
    const raised = await bed.step('canary-step', inputs);
    const verdict = await bed.step('verify-slo', { hold: '4s' });
    await load.stop();
    expect(verdict.exitCode).toBe(1);
    expect(['error', 'inconclusive']).toContain(verdict.outputs.verdict);
    expect(await bed.post('canary-step', raised, inputs)).toMatchObject({ exitCode: 0 });
    expect(await bed.leftovers()).toEqual([]);
  });
});
