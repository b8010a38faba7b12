import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { image, releaseBed } from '../cluster/release-bed.js';
import type { ClusterFixture } from '../testbed/fixture.js';
import { sandboxFixture } from '../testbed/sandbox/fixture.js';

/** What is counted of a split, and what is made of it, where requests come on more ways than one. */
jest.setTimeout(120_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

test('an app without a route and with one label in its selectors is counted right: each pod once', async () => {
  const bed = await releaseBed(fixture, { labels: { app: 'restaurant' } }, { settle: '500ms', 'prove-timeout': '10s' });
  const load = await fixture.startLoad(bed.namespace, { rps: 300, service: 'restaurant' });
  const { exitCode, outputs } = await bed.step('canary-step', { weight: '25', image: image('v2') });
  await load.stop();
  expect(exitCode).toBe(0);
  expect(outputs).toMatchObject({ phase: 'holding', 'weight-proven': 'true' });
  expect(Math.abs(Number(outputs['weight-measured']) - 25)).toBeLessThan(8);
});
