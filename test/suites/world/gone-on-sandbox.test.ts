import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { collections } from '../../../testbed/fixture.js';
import { restaurantDeployment } from '../../../testbed/restaurant.js';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, QUICK, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

/** What a step says, and does, when somebody has deleted an object under a release in flight. */
jest.setTimeout(240_000);
let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const releaseAt20 = async (): Promise<ReleaseBed> => {
  const bed = await releaseBed(fixture);
  expect(await bed.step('canary-step', { weight: '20', image: image('v2') })).toMatchObject({ exitCode: 0 });
  return bed;
};
const remove = ({ namespace }: ReleaseBed, kind: 'deployments' | 'services' | 'leases' | 'httpRoutes', name = 'restaurant') =>
  fixture.api.delete(`${collections[kind](namespace)}/${name}`);

describe('a route that is deleted under a release', () => {
  test.each([
    ['abort', 'aborted'],
    ['hold', 'holding'],
  ])('brings nobody any traffic, and is to be created before anything else: on-job-failure %s', async (policy, phase) => {
    const bed = await releaseAt20();
    await remove(bed, 'httpRoutes');
    const end = await bed.step('canary-step', { weight: '50', 'on-job-failure': policy });
    expect(end.exitCode).toBe(1);
    const said = end.errors.join('\n');
    expect(said).toMatch(/HTTPRoute \S+\/restaurant is gone; .*Create it again; then go on with the release, or begin it anew/s);
    expect(said).toMatch(/Traffic: neither stable nor the canary gets any: (HTTPRoute \S+\/restaurant|its route) is gone;/);
    expect(said).not.toContain('100 % stable');
    expect(await bed.record()).toMatchObject({ phase });
  });
});

describe('a stable that is deleted under a release', () => {
  test.each<[string, string, Record<string, string>]>([
    ['a promotion', 'canary-step', { weight: '100' }],
    ['a gate', 'verify-slo', { hold: '1s' }],
    [
      'a promotion with the manifest, which would create it as the new version',
      'canary-step',
      { weight: '100', manifest: 'app.yml' },
    ],
  ])('is missed by %s as what was there when the release began', async (_, action, inputs) => {
    const bed = await releaseAt20();
    await remove(bed, 'deployments');
    writeFileSync(join(fixture.bed.directory, 'app.yml'), JSON.stringify(restaurantDeployment({ image: image('v2') })));
    const end = await bed.step(action, inputs, 'manifest' in inputs ? { cwd: fixture.bed.directory } : {});
    expect(end.exitCode).toBe(1);
    const said = end.errors.join('\n');
    expect(said).toMatch(/Deployment \S+\/restaurant is gone, deleted since the release began/);
    expect(said).toMatch(/20 % on the canary; stable has no pod for the other 80 %.*restaurant:v1/);
    expect(said).not.toMatch(/Name (it|them) with/);
    expect(await bed.record()).toMatchObject({ phase: 'holding', weight: 20 });
  });

  test('is no matter of a name that the release was not begun with: the right one is given', async () => {
    const bed = await releaseAt20();
    for (const [action, inputs] of [
      ['canary-step', { weight: '50', deployment: 'restaurnt' }],
      ['verify-slo', { hold: '1s', deployment: 'restaurnt' }],
    ] as const) {
      const end = await bed.step(action, inputs);
      expect(end.errors.join('\n')).toMatch(/was begun with deployment restaurant, .*Give it the same: `deployment: restaurant`/);
    }
    expect(await bed.canaryWeight()).toBe(20);
  });
});

test('a record that is deleted under a release is missed by every step, and the rollback action is the way out', async () => {
  const bed = await releaseAt20();
  await remove(bed, 'leases', 'd9-restaurant');
  for (const [action, inputs] of [
    ['canary-step', { weight: '50' }],
    ['canary-step', { weight: '50', image: image('v3') }],
    ['verify-slo', { hold: '1s' }],
  ] as const) {
    const end = await bed.step(action, inputs);
    expect(end.exitCode).toBe(1);
    const said = end.errors.join('\n');
    expect(said).toMatch(/left by a release of this suite whose record is gone \(Lease d9-restaurant\).*`scope: any`/s);
    expect(said).not.toMatch(/splits its traffic already|2 things are wrong/);
  }
  expect(await bed.canaryWeight()).toBe(20);
  expect(await bed.step('rollback', { scope: 'any' })).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
});

test('where no canary stands no record was lost, and the image is asked for', async () => {
  const bed = await releaseBed(fixture);
  expect((await bed.step('canary-step', { weight: '50' })).errors.join('\n')).toMatch(/No release is in flight/);
});

test('a canary Service that somebody deletes is named by the gate at its first look, whatever pages say, and a canary that had it is put back', async () => {
  const bed = await releaseBed(fixture, { route: true }, QUICK);
  await bed.step('canary-step', { weight: '20', image: image('v2') });
  await fixture.api.delete(`${collections.services(bed.namespace)}/restaurant-canary`);
  const startedAt = Date.now();
  const gate = await bed.step('verify-slo', { slo: 'slo.yml', hold: '60s' });
  expect(Date.now() - startedAt).toBeLessThan(30_000);
  expect([gate.exitCode, gate.outputs.verdict]).toEqual([1, 'inconclusive']);
  expect(gate.errors.join()).toMatch(
    /Service \S+\/restaurant-canary is gone; somebody deleted it.*the canary's share to nothing/,
  );
  const post = await bed.post('verify-slo', gate);
  expect([post.exitCode, post.errors, await bed.canaryWeight(), await bed.leftovers()]).toEqual([0, [], 0, []]);
});
