import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { collections, rolledOut } from '../../../testbed/fixture.js';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { errorsSlo, sloWorkspace } from '../../../testbed/slo-workspace.js';
import { cancelAfter, image, QUICK, type ReleaseBed, releaseBed, STABLE_IS_WRITTEN } from '../cluster/release-bed.js';

/** `compare: stable`, while stable runs the canary's own version: both are bad together, and that excuses nothing. */
jest.setTimeout(240_000);
const slo = sloWorkspace({ 'slo.yml': errorsSlo({ compare: 'stable' }) });
let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(async () => {
  slo.remove();
  await fixture.close();
});

const bad = image('v2-errors-30');

async function cutPromotion(bed: ReleaseBed): Promise<RegExp> {
  await bed.step(
    'canary-step',
    { weight: '100', promotion: 'in-place' },
    {
      env: { RUNNER_DEBUG: '1' },
      ...cancelAfter(new RegExp(`Promote: stable gets the new version[\\s\\S]*${STABLE_IS_WRITTEN.source}`)),
      cancelWith: 'SIGKILL',
    },
  );
  return /promotion of \S+ was cut \(updating-stable\).*the canary is judged alone/;
}

async function deployedByHand(bed: ReleaseBed): Promise<RegExp> {
  await fixture.api.patch(
    `${collections.deployments(bed.namespace)}/restaurant?fieldManager=kubectl-set`,
    { spec: { template: { spec: { containers: [{ name: 'app', image: bad }] } } } },
    'application/strategic-merge-patch+json',
  );
  return /restaurant runs \S+, the canary's own version.*somebody has put it there.*the canary is judged alone/;
}

test.each([
  ['a promotion that was cut', cutPromotion],
  ['a deployment by hand', deployedByHand],
])('after %s the canary is judged alone, and that is said', async (_what, spoil) => {
  const bed = await releaseBed(fixture, { route: true }, QUICK);
  const load = await fixture.startLoad(bed.namespace, { rps: 150, route: 'restaurant' });
  await bed.step('canary-step', { weight: '20', image: bad });
  const said = await spoil(bed);
  await rolledOut(fixture.api, bed.namespace, 'restaurant');
  const step = await bed.step('verify-slo', { hold: '30s', 'on-breach': 'fail', slo: 'slo.yml' }, { cwd: slo.directory });
  await load.stop();
  expect([step.exitCode, step.outputs.verdict]).toEqual([1, 'fail']);
  expect(step.outputs.reason).not.toMatch(/shared/);
  expect(step.warnings.join('\n')).toMatch(said);
});
