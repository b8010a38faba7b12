import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectBed, type Fixture } from '../../../testbed/fixture.js';
import { lostIn, missedIn, pushVersion, sendMore, settled, stateOf, trafficBed, versionsAtTheEnd } from './traffic-bed.js';

/** The scenarios of Flagger's end-to-end tests and of Azure/k8s-deploy's that concern a canary, each under the name of its origin. */
let fixture: Fixture;
beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

test('Flagger test-lifecycle: rollback on 500s, stable again must not trigger, again and rollback, retry and promote', async () => {
  const bed = await trafficBed(fixture);
  const [bad, good] = [await pushVersion(fixture, 'v2-errors', 'errors-100'), await pushVersion(fixture, 'v3')];
  const report = await bed.underLoad({ rps: 100 }, async () => {
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const again = { 'take-over': String(attempt > 1) };
      const step = await bed.step('canary-step', { weight: '10', image: bad, slo: 'slo.yml', hold: '60s', ...again });
      expect(step).toMatchObject({ exitCode: 1, outputs: { verdict: 'fail', phase: 'aborted' } });
      expect(step.errors.join()).toContain('Traffic: 100 % stable; canary: removed; record: aborted.');
      expect(await stateOf(bed)).toEqual(settled('aborted', bed.firstImage));

      const before = [await bed.stable(), await bed.route()].map(({ metadata }) => metadata.resourceVersion);
      expect(await bed.step('canary-step', { weight: '10', image: bed.firstImage })).toMatchObject({
        exitCode: 0,
        outputs: { phase: 'none' },
      });
      expect([await bed.stable(), await bed.route()].map(({ metadata }) => metadata.resourceVersion)).toEqual(before);
    }
    const raised = await bed.step('canary-step', { weight: '10', image: good, slo: 'slo.yml', hold: '60s' });
    expect(raised).toMatchObject({ exitCode: 0, outputs: { verdict: 'pass' } });
    expect(await bed.step('canary-step', { weight: '100' })).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
  });
  expect(lostIn(report)).toEqual([]);
  expect(report.versions).toMatchObject({ [bed.firstVersion]: { failed: 0 }, v3: { failed: 0 } });
  expect(versionsAtTheEnd(report)).toEqual(['v3']);
  expect(await stateOf(bed)).toEqual(settled('promoted', good));
});

test('Flagger A/B: clients with the header get the canary at any weight, all others their share, and after the abort everybody stable', async () => {
  const bed = await trafficBed(fixture);
  const v2 = await pushVersion(fixture, 'v2');
  const header = { name: 'X-Canary', value: 'always', share: 0.2 };
  // A share of 1 % takes minutes to prove; the clients below see for themselves who gets what.
  const raise = { weight: '1', image: v2, header: 'X-Canary=always', 'prove-timeout': '2s' };
  const report = await bed.underLoad({ rps: 100, header, sticky: 0.2 }, async (load) => {
    expect(await bed.step('canary-step', raise)).toMatchObject({ exitCode: 0 });
    const from = Date.now();
    await sendMore(load, 300);
    const { clients } = load.between(from, Date.now());
    expect(Object.keys(clients.header?.versions ?? {})).toEqual(['v2']);
    for (const others of [clients['keep-alive'], clients.new, clients.sticky])
      expect((others?.versions.v2?.sent ?? 0) / (others?.total.sent ?? 0)).toBeLessThan(0.1);

    expect(await bed.step('canary-step', { weight: '0' })).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
    const abortedAt = Date.now();
    await sendMore(load, 200);
    expect(Object.keys(load.between(abortedAt, Date.now()).versions)).toEqual([bed.firstVersion]);

    expect(await bed.step('canary-step', { ...raise, 'take-over': 'true' })).toMatchObject({ exitCode: 0 });
    expect(await bed.step('canary-step', { weight: '100' })).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
  });
  expect(missedIn(report)).toEqual([]);
  expect(versionsAtTheEnd(report)).toEqual(['v2']);
  expect(await stateOf(bed)).toEqual(settled('promoted', v2));
});

test('k8s-deploy canary (pods), TestCanaryScaleDownOnAbortNoTrafficRouting: rejected, deployed again and promoted behind a ClusterIP without a router', async () => {
  const bed = await trafficBed(fixture, { by: 'pods', replicas: 3 });
  const v2 = await pushVersion(fixture, 'v2');
  // Kept connections stay on their pods, so that without a route the share is one of connections.
  const report = await bed.underLoad({ rps: 100, newConnections: 1 }, async (load) => {
    const raise = { weight: '25', image: v2 };
    expect(await bed.step('canary-step', raise)).toMatchObject({ exitCode: 0, outputs: { 'weight-proven': 'true' } });
    expect(await bed.step('rollback')).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
    expect(await stateOf(bed)).toEqual(settled('aborted', bed.firstImage));

    expect(await bed.step('canary-step', { ...raise, 'take-over': 'true' })).toMatchObject({
      exitCode: 0,
      outputs: { 'weight-proven': 'true' },
    });
    const from = Date.now();
    await sendMore(load, 400);
    const { versions } = load.between(from, Date.now()).clients.new ?? { versions: {} };
    expect(Object.keys(versions).sort()).toEqual([bed.firstVersion, 'v2'].sort());
    expect(await bed.step('canary-step', { weight: '100' })).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
  });
  expect(missedIn(report)).toEqual([]);
  expect(versionsAtTheEnd(report)).toEqual(['v2']);
  expect(await stateOf(bed)).toEqual(settled('promoted', v2));
});
