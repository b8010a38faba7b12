import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { collections, connectBed, type Fixture, rolledOut } from '../../../testbed/fixture.js';
import type { Snapshot } from '../../../testbed/load/tally.js';
import {
  lostIn,
  missedIn,
  pushVersion,
  sendMore,
  settled,
  stateOf,
  trafficBed,
  versionsAtTheEnd,
  zeroWritten,
} from './traffic-bed.js';

/** The longest that was ever measured, on a machine with ten times the work that it can do (docs/testbed.md). */
const ROUTER_ACTS_WITHIN_MS = 4000;

/** The scenarios of Argo Rollouts' end-to-end tests of canaries, without and with a router, each under the name that it has there. */
let fixture: Fixture;
beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

/** In percent of all requests. */
const shareOf = (version: string, { total, versions }: Snapshot) => (100 * (versions[version]?.sent ?? 0)) / total.sent;

test('TestReduceWeight, SetCanaryScale, ScalingWhenPaused, ScalingDuringUpdate, ScaleDownOnAbort, IstioSubsetSplitInStableDownscaleAfterCanaryAbort: sizes that change under a canary are kept', async () => {
  const bed = await trafficBed(fixture);
  const slow = await pushVersion(fixture, 'v2-slow-start', 'start-1500');
  const report = await bed.underLoad({ rps: 200 }, async (load) => {
    expect(await bed.step('canary-step', { weight: '50', image: slow })).toMatchObject({ exitCode: 0 });
    await bed.scaleTo(4);
    await rolledOut(fixture.api, bed.namespace, 'restaurant');

    const reduced = await bed.step('canary-step', { weight: '20', 'canary-replicas': '2' });
    expect(reduced).toMatchObject({ exitCode: 0, outputs: { 'weight-proven': 'true' } });
    expect(await bed.replicas('restaurant-canary')).toBe(2);
    const from = Date.now();
    await sendMore(load, 600);
    expect(Math.abs(shareOf('v2-slow-start', load.between(from, Date.now())) - 20)).toBeLessThan(3);

    const raising = bed.step('canary-step', { weight: '60' });
    await bed.scaleTo(3);
    expect(await raising).toMatchObject({ exitCode: 0, outputs: { weight: '60', 'weight-proven': 'true' } });
    expect(await bed.replicas()).toBe(3);
    expect(await bed.step('canary-step', { weight: '0' })).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
    expect(await bed.replicas()).toBe(3);
    await bed.scaleTo(1);
    await rolledOut(fixture.api, bed.namespace, 'restaurant');
    await sendMore(load, 200);
  });
  expect(missedIn(report)).toEqual([]);
  expect(versionsAtTheEnd(report)).toEqual([bed.firstVersion]);
  expect(await stateOf(bed)).toEqual(settled('aborted', bed.firstImage));
});

test('TestIstioUpdateInMiddleZeroCanaryReplicas: a new version in the middle of another gets requests only once its pods are there', async () => {
  const bed = await trafficBed(fixture);
  const [v2, slow] = [await pushVersion(fixture, 'v2'), await pushVersion(fixture, 'v3-slow-start', 'start-3000')];
  const report = await bed.underLoad({ rps: 200 }, async () => {
    expect(await bed.step('canary-step', { weight: '30', image: v2 })).toMatchObject({ exitCode: 0 });
    const newer = { env: { GITHUB_RUN_ID: '1002', RUNNER_NAME: 'runner-2' } };
    expect(await bed.step('canary-step', { weight: '30', image: slow, 'take-over': 'true' }, newer)).toMatchObject({
      exitCode: 0,
      outputs: { phase: 'holding', revision: slow, 'weight-proven': 'true' },
    });
    expect(await bed.step('rollback', {}, newer)).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  });
  expect(missedIn(report)).toEqual([]);
  expect(report.versions['v3-slow-start']?.ok).toBeGreaterThan(0);
  expect(await stateOf(bed)).toEqual(settled('aborted', bed.firstImage));
});

test("TestIstioAbortUpdateDeleteAllCanaryPods: an abort doesn't wait for canary pods that are gone, and ends what clients lose", async () => {
  const bed = await trafficBed(fixture);
  const slow = await pushVersion(fixture, 'v2-slow-start', 'start-20000');
  let zeroAt = 0;
  const report = await bed.underLoad({ rps: 100 }, async (load) => {
    expect(await bed.step('canary-step', { weight: '30', image: slow })).toMatchObject({ exitCode: 0 });
    const zero = zeroWritten(bed);
    const deletedAt = Date.now();
    await fixture.api.request('DELETE', `${collections.pods(bed.namespace)}?labelSelector=d9.dev%2Ftrack%3Dcanary`);
    expect(await bed.step('canary-step', { weight: '0' })).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
    zeroAt = await zero;
    expect(zeroAt - deletedAt).toBeLessThan(10_000);
    expect(Date.now() - deletedAt).toBeLessThan(20_000);
    await sendMore(load, 100);
  });
  // Whoever deletes the pods takes the canary's share with them: the router has nobody to send it to until it has heard of weight 0.
  expect(lostIn(report, zeroAt + ROUTER_ACTS_WITHIN_MS)).toEqual([]);
  expect(versionsAtTheEnd(report)).toEqual([bed.firstVersion]);
  expect(await stateOf(bed)).toEqual(settled('aborted', bed.firstImage));
});
