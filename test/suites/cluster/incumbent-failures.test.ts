import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectBed, type Fixture } from '../../../testbed/fixture.js';
import { image, releaseBed } from './release-bed.js';

/** What was measured to go wrong with the tool that most workflows use today, each with what has to happen instead. */
let fixture: Fixture;
beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

function cancelAfter(text: RegExp): { signal: AbortSignal; onStdout: (soFar: string) => void } {
  const controller = new AbortController();
  return { signal: controller.signal, onStdout: (soFar) => text.test(soFar) && controller.abort() };
}

const V2 = image('v2');

describe('a cancel leaves one version, wherever it comes', () => {
  test.each([
    ['the record', /PATCH \S+\/leases\/d9-restaurant: 200/],
    ["the canary's Deployment", /POST \S+\/deployments: 201/],
    ["the canary's Service", /POST \S+\/services: 201/],
    ['the route that lists the canary', /PATCH \S+\/httproutes\/restaurant: 200/],
    [
      'the move of all traffic',
      /Promote: all traffic to the canary[\s\S]*PATCH \S+\/httproutes\/restaurant: 200[\s\S]*PATCH \S+\/httproutes\/restaurant: 200/,
    ],
    ['the image of stable', /PATCH \S+\/deployments\/restaurant: 200/],
    ['the return of the traffic', /traffic back to stable[\s\S]*PATCH \S+\/httproutes\/restaurant: 200/],
    ['the removal of the canary', /DELETE \S+\/deployments\/restaurant-canary: 200/],
  ])('after %s', async (_what, moment) => {
    const bed = await releaseBed(fixture);
    const before = (await bed.route()).spec;
    const load = await fixture.startLoad(bed.namespace, { rps: 50, route: 'restaurant' });
    const inputs = { weight: '100', image: V2 };
    const cancelled = await bed.step('canary-step', inputs, cancelAfter(moment));
    expect(cancelled.exitCode).toBe(1);
    expect(await bed.post('canary-step', cancelled, inputs)).toMatchObject({ exitCode: 0 });
    expect((await load.stop()).total).toMatchObject({ lost: 0 });
    expect(await bed.record()).toMatchObject({ phase: 'aborted', weight: 0 });
    expect([await bed.stableImage(), await bed.leftovers()]).toEqual([image('v1'), []]);
    expect((await bed.route()).spec).toEqual(before);
  });
});

test('a rollback after a promotion that was cut brings the old version back, not the new one for good', async () => {
  const bed = await releaseBed(fixture);
  const killed = { ...cancelAfter(/traffic back to stable/), cancelWith: 'SIGKILL' as const };
  await bed.step('canary-step', { weight: '100', image: V2 }, killed);
  expect(await bed.stableImage()).toBe(V2);
  const rollback = await bed.step('rollback', {}, { env: { GITHUB_JOB: 'clean-up', RUNNER_NAME: 'runner-2' } });
  expect(rollback).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted', 'rolled-back-to': image('v1') } });
  expect([await bed.stableImage(), await bed.leftovers()]).toEqual([image('v1'), []]);
});

test('20 % of five pods are 20 % of the requests, not 14', async () => {
  const bed = await releaseBed(fixture, { route: true, replicas: 5 });
  const load = await fixture.startLoad(bed.namespace, { rps: 200, route: 'restaurant' });
  const step = await bed.step('canary-step', { weight: '20', image: V2, 'prove-timeout': '30s', prove: 'required' });
  await load.stop();
  expect(step).toMatchObject({ exitCode: 0, outputs: { 'weight-proven': 'true' } });
  const { low, high } = JSON.parse(step.outputs['weight-interval-json'] ?? '');
  expect([low <= 20, high >= 20, high - low < 14]).toEqual([true, true, true]);
});

test('without a route the nearest share that whole pods give is announced and proven; a lower one takes pods out first', async () => {
  const bed = await releaseBed(fixture, { replicas: 5 });
  const load = await fixture.startLoad(bed.namespace, { rps: 200, service: 'restaurant' });
  const proving = { 'prove-timeout': '30s', prove: 'required' };
  const half = await bed.step('canary-step', { ...proving, weight: '50', image: V2 });
  expect(half).toMatchObject({ exitCode: 0, outputs: { weight: '50', 'weight-proven': 'true' } });
  const fifth = await bed.step('canary-step', { ...proving, weight: '20' });
  expect(fifth).toMatchObject({ exitCode: 0, outputs: { weight: '16.7', 'weight-proven': 'true' } });
  expect(fifth.stdout).toContain('16.7 % was asked for');
  expect(await bed.step('canary-step', { weight: '0' })).toMatchObject({ exitCode: 0 });
  expect((await load.stop()).total).toMatchObject({ lost: 0 });
  expect(await bed.leftovers()).toEqual([]);
});

test('an image that does not exist is named in seconds with all inputs as they are, not after ten minutes, and leaves nothing', async () => {
  const bed = await releaseBed(fixture);
  const load = await fixture.startLoad(bed.namespace, { rps: 50, route: 'restaurant' });
  const startedAt = Date.now();
  const step = await bed.step('canary-step', { weight: '20', image: image('missing') });
  expect(Date.now() - startedAt).toBeLessThan(30_000);
  expect(step).toMatchObject({ exitCode: 1, outputs: { phase: 'aborted', weight: '0' } });
  expect(step.errors.join()).toMatch(/(ErrImagePull|ImagePullBackOff) for image \S+missing/);
  expect((await load.stop()).total).toMatchObject({ lost: 0, failed: 0 });
  expect([await bed.stableImage(), await bed.leftovers()]).toEqual([image('v1'), []]);
});

test('a version that never becomes ready is no success, and is not promoted on top of a good one', async () => {
  const bed = await releaseBed(fixture);
  const load = await fixture.startLoad(bed.namespace, { rps: 50, route: 'restaurant' });
  const step = await bed.step('canary-step', {
    weight: '100',
    image: image('unready'),
    promotion: 'in-place',
    'start-timeout': '5s',
  });
  expect(step).toMatchObject({ exitCode: 1, outputs: { phase: 'aborted' } });
  expect(step.errors.join()).toMatch(
    /stable was not ready after 5s without progress: stable 0\/3 ready · pod \S+: running, not ready/,
  );
  expect((await load.stop()).total).toMatchObject({ lost: 0 });
  expect([await bed.stableImage(), await bed.leftovers()]).toEqual([image('v1'), []]);
});
