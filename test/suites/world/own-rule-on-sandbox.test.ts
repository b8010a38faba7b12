import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { collections } from '../../../testbed/fixture.js';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, QUICK, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

/** A person adds a rule of their own during a release that leads some users to the canary alone. */
jest.setTimeout(240_000);
let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const BETA = {
  name: 'beta',
  matches: [{ path: { type: 'PathPrefix', value: '/beta' } }],
  backendRefs: [{ name: 'restaurant-canary', port: 80 }],
};

async function addRule(bed: ReleaseBed, rule: object): Promise<void> {
  const { spec } = await bed.route();
  await fixture.api.patch(`${collections.httpRoutes(bed.namespace)}/restaurant?fieldManager=kubectl-edit`, {
    spec: { rules: [rule, ...(spec.rules ?? [])] },
  });
}

const rulesOf = async (bed: ReleaseBed) =>
  ((await bed.route()).spec.rules ?? []) as ReadonlyArray<{ name?: string; matches?: unknown; backendRefs?: unknown }>;
const names = async (bed: ReleaseBed) => (await rulesOf(bed)).map(({ name }) => name ?? '');

test.each([
  ['a rollback', 'rollback', {}],
  ['a promotion', 'canary-step', { weight: '100' }],
] as const)('it stays until the canary goes with %s, and is named then', async (_what, action, inputs) => {
  const bed = await releaseBed(fixture, { route: true }, QUICK);
  const before = await rulesOf(bed);
  await bed.step('canary-step', { weight: '10', image: image('v2'), header: 'x-team=kitchen' });
  expect(await names(bed)).toHaveLength(before.length + 1);
  await addRule(bed, BETA);
  const raised = await bed.step('canary-step', { weight: '20', header: 'x-team=bar' });
  expect(`${raised.exitCode} ${raised.errors.join()}`).toBe('0 ');
  expect(raised.warnings.join()).not.toContain('beta');
  const during = await rulesOf(bed);
  expect(during[0]).toMatchObject(BETA);
  expect(JSON.stringify(during)).toContain('"bar"');
  expect(JSON.stringify(during)).not.toContain('"kitchen"');

  const end = await bed.step(action, inputs);
  expect(`${end.exitCode} ${end.errors.join()}`).toBe('0 ');
  expect(end.warnings.filter((text) => text.includes('led to the canary alone'))).toEqual([
    expect.stringMatching(/^Rule beta of HTTPRoute \S+\/restaurant led to the canary alone.*taken out with the canary/),
  ]);
  expect(await rulesOf(bed)).toEqual(before);
});

test('what it brings is no reason to put a right split back, and the rule is named', async () => {
  const bed = await releaseBed(fixture, { route: true }, { settle: '500ms', 'prove-timeout': '20s' });
  const load = await fixture.startLoad(bed.namespace, { rps: 60, route: 'restaurant' });
  await bed.step('canary-step', { weight: '10', image: image('v2') });
  // The sandbox's proxy goes by the first rule alone.
  await addRule(bed, BETA);
  const raised = await bed.step('canary-step', { weight: '20' });
  await load.stop();
  expect(`${raised.exitCode} ${raised.errors.join()}`).toBe('0 ');
  expect(raised.warnings.join()).toMatch(
    /could not be proven: .* those by rule beta of HTTPRoute restaurant, which leads to its pods too/,
  );
});
