import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Pod } from '../../../testbed/client/objects.js';
import { collections, connectBed, type Fixture, rolledOut } from '../../../testbed/fixture.js';
import { onceStdout, STABLE_IS_WRITTEN } from '../cluster/release-bed.js';
import { missedIn, pushVersion, settled, stateOf, type TrafficBed, trafficBed, versionsAtTheEnd } from './traffic-bed.js';

/** The functional scenarios of Argo Rollouts' end-to-end tests that concern a canary, each under the name that it has there. */
let fixture: Fixture;
beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

async function setStableImage(bed: TrafficBed, image: string): Promise<void> {
  const spec = { template: { spec: { containers: [{ name: 'app', image }] } } };
  await fixture.api.patch(
    `${collections.deployments(bed.namespace)}/restaurant`,
    { spec },
    'application/strategic-merge-patch+json',
  );
}

test('TestRolloutAbortRetryPromote, CanaryPromoteFull, CanaryUnScaleDownOnAbort: an aborted version is tried again and promoted in full', async () => {
  const bed = await trafficBed(fixture);
  const v2 = await pushVersion(fixture, 'v2');
  const report = await bed.underLoad({ rps: 200 }, async () => {
    expect(await bed.step('canary-step', { weight: '20', image: v2 })).toMatchObject({ exitCode: 0 });
    expect(await bed.step('canary-step', { weight: '0' })).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
    expect(await stateOf(bed)).toEqual(settled('aborted', bed.firstImage));
    expect(await bed.step('canary-step', { weight: '100', image: v2, 'take-over': 'true' })).toMatchObject({
      exitCode: 0,
      outputs: { phase: 'promoted' },
    });
  });
  expect(missedIn(report)).toEqual([]);
  expect(versionsAtTheEnd(report)).toEqual(['v2']);
  expect(await stateOf(bed)).toEqual(settled('promoted', v2));
});

test('TestRolloutGoodToBadUpdate, BadToBadUpdate, FixInvalidSpec, BadToGoodSetWeightUpdate, IstioAbortUpdate: what never starts gets no request, and the next version is free to go', async () => {
  const bed = await trafficBed(fixture);
  const v2 = await pushVersion(fixture, 'v2');
  const unready = await pushVersion(fixture, 'unready', 'unready');
  const crash = await pushVersion(fixture, 'crash', 'crash');
  const report = await bed.underLoad({ rps: 50 }, async () => {
    for (const [image, reason] of [
      [unready, /was not ready after 5s/],
      [crash, /CrashLoopBackOff/],
      ['127.0.0.1:5000/Restaurant:no spaces', /has a blank in it/],
    ] as const) {
      const bad = await bed.step('canary-step', { weight: '20', image, 'start-timeout': '5s' });
      expect(bad).toMatchObject({ exitCode: 1 });
      expect(bad.errors.join()).toMatch(reason);
      expect(await stateOf(bed)).toEqual(settled('aborted', bed.firstImage));
    }
    expect(await bed.step('canary-step', { weight: '20', image: v2 })).toMatchObject({ exitCode: 0 });
    expect(await bed.step('canary-step', { weight: '100' })).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
  });
  expect(missedIn(report)).toEqual([]);
  expect(Object.keys(report.versions).sort()).toEqual([bed.firstVersion, 'v2'].sort());
  expect(await stateOf(bed)).toEqual(settled('promoted', v2));
});

test('TestRolloutBadToGoodUpdate: a stable that somebody left in a broken rollout is mended by rollback, then released', async () => {
  const bed = await trafficBed(fixture);
  const [v2, crash] = [await pushVersion(fixture, 'v2'), await pushVersion(fixture, 'crash', 'crash')];
  const dispatched = { env: { GITHUB_EVENT_NAME: 'workflow_dispatch' } };
  const report = await bed.underLoad({ rps: 50 }, async () => {
    await setStableImage(bed, crash);
    await fixture.api.untilAll<Pod>(collections.pods(bed.namespace), {}, (all) =>
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
  expect(missedIn(report)).toEqual([]);
  expect(await stateOf(bed)).toEqual(settled('promoted', v2));
});

test('TestRolloutSpecAndReplicaChangeSameTime, RolloutRestart, CanaryMaxSurgeScalingDuringUpdate: stable scaled and restarted under a canary, and scaled again while it is updated, is promoted at its new size', async () => {
  const bed = await trafficBed(fixture);
  const v2 = await pushVersion(fixture, 'v2');
  const report = await bed.underLoad({ rps: 200 }, async () => {
    const begun = Promise.withResolvers<void>();
    const raising = bed.step('canary-step', { weight: '20', image: v2 }, onceStdout(/Canary at 20 %25: pods/, begun.resolve));
    await begun.promise;
    await bed.scaleTo(3);
    expect(await raising).toMatchObject({ exitCode: 0 });
    // As `kubectl rollout restart` does.
    const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() };
    await fixture.api.patch(`${collections.deployments(bed.namespace)}/restaurant`, {
      spec: { template: { metadata: { annotations } } },
    });
    await rolledOut(fixture.api, bed.namespace, 'restaurant');
    const updating = Promise.withResolvers<void>();
    const promoting = bed.step('canary-step', { weight: '100' }, onceStdout(STABLE_IS_WRITTEN, updating.resolve));
    await updating.promise;
    await bed.scaleTo(4);
    expect(await promoting).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
  });
  expect(missedIn(report)).toEqual([]);
  expect(await bed.replicas()).toBe(4);
  expect(versionsAtTheEnd(report)).toEqual(['v2']);
  expect(await stateOf(bed)).toEqual(settled('promoted', v2));
});
