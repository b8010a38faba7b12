import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { cancelAfter, image, releaseBed } from '../cluster/release-bed.js';
import type { ClusterFixture } from '../testbed/fixture.js';
import { sandboxFixture } from '../testbed/sandbox/fixture.js';

/** What a step owes a release that a killed one has left; that it converges at all is for test/faults. */
jest.setTimeout(120_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const WEIGHT_0_IS_ON_RECORD = /The canary's weight is 0[\s\S]*PATCH \S+\/leases\/d9-restaurant: 200/;

test('an abort that was killed after weight 0 looks again whether the canary gets nothing, before it takes the canary away', async () => {
  const bed = await releaseBed(fixture, { route: true }, { settle: '1s', 'prove-timeout': '3s' });
  await bed.step('canary-step', { weight: '30', image: image('v2') });
  const killed = await bed.step('canary-step', { weight: '0' }, { ...cancelAfter(WEIGHT_0_IS_ON_RECORD), cancelWith: 'SIGKILL' });
  expect(killed.exitCode).toBeNull();
  expect(await bed.record()).toMatchObject({ phase: 'aborting', weight: 0 });

  // As from a proxy that has not heard of the change.
  const late = await fixture.startLoad(bed.namespace, { rps: 60, service: 'restaurant-canary' });
  const again = await bed.step('canary-step', { weight: '0' });
  const { total } = await late.stop();
  expect(again.exitCode).toBe(1);
  expect(again.errors.join()).toMatch(/The router does not follow the weight: 0 % was written[\s\S]*requests went to the canary/);
  expect(await bed.leftovers()).toContain('restaurant-canary');
  expect(total.lost).toBe(0);

  const load = await fixture.startLoad(bed.namespace, { rps: 60, route: 'restaurant' });
  const last = await bed.step('canary-step', { weight: '0' });
  await load.stop();
  expect(last).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  expect(last.stdout).toMatch(/Proven: 0 of \d+ requests went to the canary/);
  expect(await bed.leftovers()).toEqual([]);
});
