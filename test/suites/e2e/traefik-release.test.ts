import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { collections, connectBed, type Fixture } from '../../../testbed/fixture.js';
import { cancelAfter, STABLE_IS_WRITTEN } from '../cluster/release-bed.js';
import { missedIn, pushVersion, settled, stateOf, type TrafficBed, trafficBed, versionsAtTheEnd } from './traffic-bed.js';

/** The same releases as behind an HTTPRoute, by the weights of a TraefikService. */
let fixture: Fixture;
beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

const listed = async ({ namespace }: TrafficBed) =>
  (
    await fixture.api.get<{ spec: { weighted: { services: readonly object[] } } }>(
      `${collections.traefikServices(namespace)}/restaurant`,
    )
  ).spec.weighted.services;
const AS_BEFORE = [{ name: 'restaurant', port: 80 }];

test('a good version goes 10 → 30 → 100: each share arrives as asked, and no request is lost', async () => {
  const bed = await trafficBed(fixture, { by: 'traefik' });
  const v2 = await pushVersion(fixture, 'v2');
  const shares: { asked: number; got: number }[] = [];
  const report = await bed.underLoad({ rps: 200 }, async (load) => {
    for (const asked of [10, 30]) {
      const raised = await bed.step('canary-step', { weight: String(asked), image: v2 });
      expect(`${raised.exitCode} ${raised.errors.join()}`).toBe('0 ');
      expect(raised.outputs).toMatchObject({ phase: 'holding', 'weight-proven': 'true' });
      const from = Date.now();
      expect(await bed.step('verify-slo', { hold: '60s' })).toMatchObject({ exitCode: 0, outputs: { verdict: 'pass' } });
      const { total, versions } = load.between(from, Date.now());
      shares.push({ asked, got: (100 * (versions.v2?.sent ?? 0)) / total.sent });
    }
    expect(await bed.step('canary-step', { weight: '100' })).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
  });
  expect(missedIn(report)).toEqual([]);
  for (const { asked, got } of shares) expect(Math.abs(got - asked)).toBeLessThan(3);
  expect(versionsAtTheEnd(report)).toEqual(['v2']);
  expect([await listed(bed), await stateOf(bed)]).toEqual([AS_BEFORE, settled('promoted', v2)]);
});

test.each([
  ['while its share is being proven', { weight: '30' }, /PATCH \S+\/traefikservices\/restaurant: 200/, 'post'],
  ['while stable is being replaced', { weight: '100' }, STABLE_IS_WRITTEN, 'rollback'],
] as const)('a release that is cut %s is put back, and no request is lost', async (_when, inputs, text, way) => {
  const bed = await trafficBed(fixture, { by: 'traefik' });
  const v2 = await pushVersion(fixture, 'v2');
  const report = await bed.underLoad({ rps: 100 }, async () => {
    const cut = await bed.step('canary-step', { ...inputs, image: v2 }, cancelAfter(text));
    if (way === 'post') await bed.post('canary-step', cut, { ...inputs, image: v2 });
    else expect(await bed.step('rollback', { scope: 'any' })).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  });
  expect(missedIn(report)).toEqual([]);
  expect([await listed(bed), await stateOf(bed)]).toEqual([AS_BEFORE, settled('aborted', bed.firstImage)]);
});

test('a canary whose pods are all gone costs its own share, and the route stays', async () => {
  const bed = await trafficBed(fixture, { by: 'traefik' });
  const v2 = await pushVersion(fixture, 'v2');
  const report = await bed.underLoad({ rps: 100 }, async (load) => {
    await bed.step('canary-step', { weight: '20', image: v2 });
    const from = Date.now();
    await fixture.api.patch(`${collections.deployments(bed.namespace)}/restaurant-canary`, { spec: { replicas: 0 } });
    await load.until(({ total }) => total.sent - load.between(0, from).total.sent >= 1000);
    const { total } = load.between(from, Date.now());
    expect(total.ok / total.sent).toBeGreaterThan(0.7);
    expect(await bed.step('rollback', { scope: 'any' })).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  });
  expect(Object.keys(report.reasons)).not.toContain('404');
  expect([await listed(bed), await stateOf(bed)]).toEqual([AS_BEFORE, settled('aborted', bed.firstImage)]);
});
