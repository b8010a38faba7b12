import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectBed, type Fixture } from '../../../testbed/fixture.js';
import { image, type ReleaseBed, releaseBed } from './release-bed.js';

let fixture: Fixture;
beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

interface Rule {
  readonly matches?: ReadonlyArray<{
    readonly headers?: ReadonlyArray<{ readonly name: string; readonly value: string; readonly type?: string }>;
  }>;
  readonly backendRefs?: ReadonlyArray<{ readonly name: string; readonly weight?: number }>;
}
const rules = async (bed: ReleaseBed) => ((await bed.route()).spec.rules ?? []) as readonly Rule[];
/** The header matches of the rules that lead to the canary alone. */
const testerHeaders = async (bed: ReleaseBed) =>
  (await rules(bed))
    .filter(({ backendRefs }) => backendRefs?.length === 1 && backendRefs[0]?.name === 'restaurant-canary')
    .flatMap(({ matches }) => (matches ?? []).flatMap(({ headers }) => headers ?? []));

test('testers named by header or cookie are led to the canary at every weight, and by nothing once it is aborted', async () => {
  const bed = await releaseBed(fixture);
  const before = (await bed.route()).spec;
  const testers = { header: 'X-Canary=always', cookie: 'beta.user=yes' };
  expect(await bed.step('canary-step', { weight: '1', image: image('v2'), ...testers })).toMatchObject({ exitCode: 0 });
  const expected = [
    { name: 'X-Canary', type: 'Exact', value: 'always' },
    { name: 'cookie', type: 'RegularExpression', value: '^(.*;\\s*)?beta\\.user=yes(\\s*;.*)?$' },
  ];
  expect(await testerHeaders(bed)).toEqual(expected);
  expect(await bed.canaryWeight(1)).toBe(1);

  expect(await bed.step('canary-step', { weight: '30' })).toMatchObject({ exitCode: 0 });
  expect(await testerHeaders(bed)).toEqual(expected);
  const { spec } = await bed.route();
  expect(await bed.step('canary-step', { weight: '30', ...testers })).toMatchObject({ exitCode: 0 });
  expect((await bed.route()).spec).toEqual(spec);

  const abort = await bed.step('canary-step', { weight: '0' });
  expect(abort).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  const firstWrite = abort.stdout.split('\n').find((line) => /PATCH \S+\/(httproutes|deployments|services)\//.test(line));
  expect(firstWrite).toContain('httproutes');
  expect((await bed.route()).spec).toEqual(before);
  expect(await bed.leftovers()).toEqual([]);
});

test('a promotion takes the testers with it and leaves the route as it was', async () => {
  const bed = await releaseBed(fixture);
  const before = (await bed.route()).spec;
  const load = await fixture.startLoad(bed.namespace, { rps: 150, route: 'restaurant' });
  await bed.step('canary-step', { weight: '20', image: image('v2'), header: 'X-Canary=always' });
  expect(await bed.step('canary-step', { weight: '100', 'prove-timeout': '30s' })).toMatchObject({ exitCode: 0 });
  expect((await load.stop()).total).toMatchObject({ lost: 0 });
  expect((await bed.route()).spec).toEqual(before);
  expect(await bed.leftovers()).toEqual([]);
});

test('without a route there is nothing that could tell testers apart', async () => {
  const bed = await releaseBed(fixture, { replicas: 2 });
  const step = await bed.step('canary-step', { weight: '10', image: image('v2'), header: 'X-Canary=always' });
  expect(step.exitCode).toBe(1);
  expect(step.errors.join()).toContain('need an HTTPRoute');
  expect(await bed.record()).toBeUndefined();
});

test('what is no header or cookie is refused', async () => {
  const bed = await releaseBed(fixture, { replicas: 1 });
  const inputs = { weight: '10', image: image('v2'), header: 'X Canary=1', cookie: 'a=b;c' };
  expect((await bed.step('canary-step', inputs)).errors.join()).toMatch(
    /`header`[\s\S]*"X Canary=1"[\s\S]*`cookie`[\s\S]*"a=b;c"/,
  );
});
