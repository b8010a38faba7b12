import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { ClusterFixture } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { cancelAfter, image, releaseBed } from '../cluster/release-bed.js';

/** What a step owes a release that a killed one has left; that it converges at all is for test/suites/faults. */
jest.setTimeout(120_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const WEIGHT_0_IS_ON_RECORD = /The canary's weight is 0[\s\S]*PATCH \S+\/leases\/d9-restaurant: 200/;

test('an abort that was killed after weight 0 looks again whether the canary gets nothing, says that it does, and takes it away all the same', async () => {
  const bed = await releaseBed(fixture, { route: true }, { settle: '1s', 'prove-timeout': '3s' });
  await bed.step('canary-step', { weight: '30', image: image('v2') });
  const killed = await bed.step('canary-step', { weight: '0' }, { ...cancelAfter(WEIGHT_0_IS_ON_RECORD), cancelWith: 'SIGKILL' });
  expect(killed.exitCode).toBeNull();
  expect(await bed.record()).toMatchObject({ phase: 'aborting', weight: 0 });

  // As from a proxy that has not heard of the change.
  const late = await fixture.startLoad(bed.namespace, { rps: 60, service: 'restaurant-canary' });
  const again = await bed.step('canary-step', { weight: '0' });
  await late.stop();
  // What is measured is told; a canary that stays for it would go on answering.
  expect(again).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  expect(again.warnings.join()).toMatch(/The abort goes on all the same: .*requests went to the canary/s);
  expect(await bed.leftovers()).toEqual([]);
});
