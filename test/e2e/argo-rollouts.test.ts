import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Pod } from '../testbed/client/objects.js';
import { collections, connectBed, type Fixture, rolledOut } from '../testbed/fixture.js';
import type { Snapshot } from '../testbed/load/tally.js';
import { lostIn, pushVersion, sendMore, settled, stateOf, type TrafficBed, trafficBed, versionsAtTheEnd } from './traffic-bed.js';

/** The scenarios of Argo Rollouts' end-to-end tests that concern a canary, each under the name that it has there. */
let fixture: Fixture;
beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

const deployment = ({ namespace }: TrafficBed, name = 'restaurant') => `${collections.deployments(namespace)}/${name}`;
const pods = ({ namespace }: TrafficBed) => collections.pods(namespace);
const scaleTo = (bed: TrafficBed, replicas: number) => fixture.api.patch(deployment(bed), { spec: { replicas } });
const replicasOf = async (bed: TrafficBed, name?: string) =>
  (await fixture.api.get<{ spec: { replicas: number } }>(deployment(bed, name))).spec.replicas;

async function setStableImage(bed: TrafficBed, image: string): Promise<void> {
  const spec = { template: { spec: { containers: [{ name: 'app', image }] } } };
  await fixture.api.patch(deployment(bed), { spec }, 'application/strategic-merge-patch+json');
}

/** In percent of all requests. */
const shareOf = (version: string, { total, versions }: Snapshot) => (100 * (versions[version]?.sent ?? 0)) / total.sent;

test('TestRolloutAbortRetryPromote: an aborted version is tried again and promoted in full', async () => {
  const bed = await trafficBed(fixture);
  const v2 = await pushVersion(fixture, 'v2');
  const report = await bed.underLoad({ rps: 200 }, async () => {
    expect(await bed.step('canary-step', { weight: '20', image: v2 })).toMatchObject({ exitCode: 0 });
    expect(await bed.step('canary-step', { weight: '0' })).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
    expect(await stateOf(bed)).toEqual(settled('aborted', bed.firstImage));
    expect(await bed.step('canary-step', { weight: '100', image: v2 })).toMatchObject({
      exitCode: 0,
      outputs: { phase: 'promoted' },
    });
  });
  expect(report.notOk).toEqual([]);
  expect(versionsAtTheEnd(report)).toEqual(['v2']);
  expect(await stateOf(bed)).toEqual(settled('promoted', v2));
});

test('TestRolloutGoodToBadUpdate, BadToBadUpdate, FixInvalidSpec, BadToGoodUpdate: what never starts gets no request, and the next version is free to go', async () => {
  const bed = await trafficBed(fixture);
  const v2 = await pushVersion(fixture, 'v2');
  const unready = await pushVersion(fixture, 'unready', 'unready');
  const crash = await pushVersion(fixture, 'crash', 'crash');
  const report = await bed.underLoad({ rps: 50 }, async () => {
    for (const [image, reason] of [
      [unready, /was not ready after 5s/],
      [crash, /CrashLoopBackOff/],
      ['127.0.0.1:5000/Restaurant:no spaces', /InvalidImageName|Invalid value|couldn't parse/i],
    ] as const) {
      const bad = await bed.step('canary-step', { weight: '20', image, 'start-timeout': '5s' });
      expect(bad).toMatchObject({ exitCode: 1 });
      expect(bad.errors.join()).toMatch(reason);
      expect(await stateOf(bed)).toEqual(settled('aborted', bed.firstImage));
    }
    expect(await bed.step('canary-step', { weight: '20', image: v2 })).toMatchObject({ exitCode: 0 });
    expect(await bed.step('canary-step', { weight: '100' })).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
  });
  expect(report.notOk).toEqual([]);
  expect(Object.keys(report.versions).sort()).toEqual([bed.firstVersion, 'v2'].sort());
  expect(await stateOf(bed)).toEqual(settled('promoted', v2));
});

test('TestRolloutBadToGoodUpdate: a stable that somebody left in a broken rollout is mended by rollback, then released', async () => {
  const bed = await trafficBed(fixture);
  const [v2, crash] = [await pushVersion(fixture, 'v2'), await pushVersion(fixture, 'crash', 'crash')];
  const dispatched = { env: { GITHUB_EVENT_NAME: 'workflow_dispatch' } };
  const report = await bed.underLoad({ rps: 50 }, async () => {
    await setStableImage(bed, crash);
    await fixture.api.untilAll<Pod>(pods(bed), {}, (all) =>
      all.some(({ status }) => status.containerStatuses?.[0]?.state.waiting?.reason === 'CrashLoopBackOff'),
    );
    const refused = await bed.step('canary-step', { weight: '20', image: v2 });
    expect(refused.exitCode).toBe(1);
    expect(refused.errors.join()).toContain('in the middle of a rollout');
    expect(await bed.step('rollback', { 'to-revision': 'previous' }, dispatched)).toMatchObject({
      exitCode: 0,
      outputs: { 'rolled-back-to': bed.firstImage },
    });
    expect(await bed.step('canary-step', { weight: '100', image: v2 })).toMatchObject({ exitCode: 0 });
  });
  expect(report.notOk).toEqual([]);
  expect(await stateOf(bed)).toEqual(settled('promoted', v2));
});

test('TestReduceWeight, ScalingWhenPaused, ScalingDuringUpdate, ScaleDownOnAbort: sizes that change under a canary are kept', async () => {
  const bed = await trafficBed(fixture);
  const slow = await pushVersion(fixture, 'v2-slow-start', 'start-1500');
  const report = await bed.underLoad({ rps: 200 }, async (load) => {
    expect(await bed.step('canary-step', { weight: '50', image: slow })).toMatchObject({ exitCode: 0 });
    await scaleTo(bed, 4);
    await rolledOut(fixture.api, bed.namespace, 'restaurant');

    expect(await bed.step('canary-step', { weight: '20' })).toMatchObject({ exitCode: 0, outputs: { 'weight-proven': 'true' } });
    const from = Date.now();
    await sendMore(load, 600);
    expect(Math.abs(shareOf('v2-slow-start', load.between(from, Date.now())) - 20)).toBeLessThan(3);

    const raising = bed.step('canary-step', { weight: '60' });
    await scaleTo(bed, 3);
    expect(await raising).toMatchObject({ exitCode: 0, outputs: { weight: '60', 'weight-proven': 'true' } });
    expect(await replicasOf(bed)).toBe(3);
    expect(await bed.step('canary-step', { weight: '0' })).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  });
  expect(report.notOk).toEqual([]);
  expect(versionsAtTheEnd(report)).toEqual([bed.firstVersion]);
  expect(await replicasOf(bed)).toBe(3);
  expect(await stateOf(bed)).toEqual(settled('aborted', bed.firstImage));
});

test('TestRolloutSpecAndReplicaChangeSameTime, RolloutRestart: stable scaled and restarted under a canary is promoted at its new size', async () => {
  const bed = await trafficBed(fixture);
  const v2 = await pushVersion(fixture, 'v2');
  const report = await bed.underLoad({ rps: 200 }, async () => {
    const begun = Promise.withResolvers<void>();
    const onStdout = (soFar: string) => soFar.includes('Canary at 20 %25: pods') && begun.resolve();
    const raising = bed.step('canary-step', { weight: '20', image: v2 }, { onStdout });
    await begun.promise;
    await scaleTo(bed, 3);
    expect(await raising).toMatchObject({ exitCode: 0 });
    // As `kubectl rollout restart` does.
    const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() };
    await fixture.api.patch(deployment(bed), { spec: { template: { metadata: { annotations } } } });
    await rolledOut(fixture.api, bed.namespace, 'restaurant');
    expect(await bed.step('canary-step', { weight: '100' })).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
  });
  expect(report.notOk).toEqual([]);
  expect(await replicasOf(bed)).toBe(3);
  expect(versionsAtTheEnd(report)).toEqual(['v2']);
  expect(await stateOf(bed)).toEqual(settled('promoted', v2));
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
  expect(report.notOk).toEqual([]);
  expect(report.versions['v3-slow-start']?.ok).toBeGreaterThan(0);
  expect(await stateOf(bed)).toEqual(settled('aborted', bed.firstImage));
});

test("TestIstioAbortUpdateDeleteAllCanaryPods: an abort doesn't wait for canary pods that are gone, and ends what clients lose", async () => {
  const bed = await trafficBed(fixture);
  const slow = await pushVersion(fixture, 'v2-slow-start', 'start-20000');
  let abortedAt = 0;
  const report = await bed.underLoad({ rps: 100 }, async (load) => {
    expect(await bed.step('canary-step', { weight: '30', image: slow })).toMatchObject({ exitCode: 0 });
    const deletedAt = Date.now();
    await fixture.api.request('DELETE', `${pods(bed)}?labelSelector=d9.dev%2Ftrack%3Dcanary`);
    expect(await bed.step('canary-step', { weight: '0' })).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
    abortedAt = Date.now();
    expect(abortedAt - deletedAt).toBeLessThan(20_000);
    await sendMore(load, 100);
  });
  // What is lost until the weight is 0 is lost to whoever deleted the pods.
  expect(lostIn(report).filter(({ sentAt }) => sentAt > abortedAt)).toEqual([]);
  expect(versionsAtTheEnd(report)).toEqual([bed.firstVersion]);
  expect(await stateOf(bed)).toEqual(settled('aborted', bed.firstImage));
});
