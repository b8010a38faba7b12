import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { collections, rolledOut } from '../../../testbed/fixture.js';
import type { Load } from '../../../testbed/load/load.js';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, onceStdout, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

/** Without a route whole pods are the split, and stable is scaled during a release: the load has grown, or fallen. */
jest.setTimeout(240_000);
let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

async function inTraffic(replicas: number, rps = 100) {
  const bed = await releaseBed(fixture, { route: false, replicas }, { settle: '500ms', 'prove-timeout': '30s' });
  return { bed, load: await fixture.startLoad(bed.namespace, { rps, service: 'restaurant' }) };
}

async function scale(bed: ReleaseBed, replicas: number): Promise<void> {
  await fixture.api.patch(`${collections.deployments(bed.namespace)}/restaurant`, { spec: { replicas } });
  await rolledOut(fixture.api, bed.namespace, 'restaurant');
}

test.each([
  [3, 9, { pods: 3, share: '25' }],
  [6, 2, { pods: 1, share: '33.3' }],
])('between two steps, from %d to %d: the share is by its pods as they are', async (before, after, { pods, share }) => {
  const { bed, load } = await inTraffic(before);
  await bed.step('canary-step', { weight: '25', image: image('v2') });
  await scale(bed, after);
  const next = await bed.step('canary-step', { weight: share === '25' ? '25' : '33' });
  expect(`${next.exitCode} ${next.errors.join()}`).toBe('0 ');
  expect(next.outputs).toMatchObject({ weight: share, 'weight-proven': 'true' });
  const canary = await fixture.api.get<{ spec: { replicas: number } }>(
    `${collections.deployments(bed.namespace)}/restaurant-canary`,
  );
  expect(canary.spec.replicas).toBe(pods);
  expect((await load.stop()).total.lost).toBe(0);
});

test('while the share is counted: a good release is not put back for it, and the share is said', async () => {
  // So few that nothing is proven before stable has grown, and not none, which would be no traffic.
  const { bed, load: few } = await inTraffic(2, 2);
  const many = Promise.withResolvers<Load>();
  const grow = async () => {
    await scale(bed, 8);
    return fixture.startLoad(bed.namespace, { rps: 30, service: 'restaurant' });
  };
  const onSettled = onceStdout(/Canary at 50 %25: traffic/, () => void grow().then(many.resolve, many.reject));
  const step = await bed.step('canary-step', { weight: '50', image: image('v2') }, onSettled);
  const loads = [few, await many.promise];
  expect(`${step.exitCode} ${step.errors.join()}`).toBe('0 ');
  expect(step.outputs).toMatchObject({ phase: 'holding', weight: '20' });
  expect(step.warnings.join()).toMatch(/Stable was scaled while the share was counted: whole pods make 20 % now/);
  await Promise.all(loads.map((load) => load.stop()));
});
