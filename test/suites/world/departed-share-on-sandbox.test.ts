import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type ClusterFixture, collections } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, onceStdout, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

jest.setTimeout(120_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

/** Writes the canary's share behind the release's back. */
async function writeRoute({ namespace, route }: ReleaseBed, canary: number): Promise<void> {
  const [rule] = (await route()).spec.rules ?? [];
  const backends = rule?.backendRefs?.map((backend) => ({
    ...backend,
    weight: backend.name === 'restaurant-canary' ? canary : 100 - canary,
  }));
  const path = `${collections.httpRoutes(namespace)}/restaurant?fieldManager=kubectl-edit`;
  await fixture.api.patch(path, { spec: { rules: [{ ...rule, backendRefs: backends }] } }, 'application/merge-patch+json');
}

test('a gate passes nothing at a share that somebody has changed in the route, and says both shares and who it was', async () => {
  const bed = await releaseBed(fixture);
  const load = await fixture.startLoad(bed.namespace, { rps: 200, route: 'restaurant' });
  await bed.step('canary-step', { weight: '50', image: image('v2') });
  await writeRoute(bed, 2);
  const gate = await bed.step('verify-slo', { hold: '60s' });
  await load.stop();
  expect(gate).toMatchObject({ exitCode: 1, outputs: { verdict: 'inconclusive' } });
  expect(gate.errors.join()).toMatch(
    /does not give the canary the 50 % that were written: rule 0 gives it 2 %. `kubectl-edit` wrote its rules at .*Traffic: 2 % canary/s,
  );
  expect(gate.errors.join().match(/kubectl-edit/g)).toHaveLength(1);
  expect(await bed.record()).toMatchObject({ steps: [{ weight: 50, verdict: 'inconclusive' }] });
});

test('a canary whose share is taken away while its step holds is neither passed nor blamed for getting nothing', async () => {
  const bed = await releaseBed(fixture);
  const load = await fixture.startLoad(bed.namespace, { rps: 100, route: 'restaurant' });
  const takes = onceStdout(/Gate: /, () => void writeRoute(bed, 0));
  const step = await bed.step('canary-step', { weight: '20', image: image('v2'), slo: 'slo.yml', hold: '60s' }, takes);
  await load.stop();
  expect(step).toMatchObject({ exitCode: 1, outputs: { verdict: 'inconclusive' } });
  expect(step.errors.join()).toMatch(/rule 0 gives it 0 %. `kubectl-edit` wrote its rules/);
});

test('without a route a canary that was scaled by hand has another share, and is not passed at the one on record', async () => {
  const bed = await releaseBed(fixture, { route: false });
  const load = await fixture.startLoad(bed.namespace, { rps: 100, service: 'restaurant' });
  await bed.step('canary-step', { weight: '50', image: image('v2'), 'prove-timeout': '100ms' });
  const path = `${collections.deployments(bed.namespace)}/restaurant-canary?fieldManager=kubectl-scale`;
  await fixture.api.patch(path, { spec: { replicas: 1 } }, 'application/merge-patch+json');
  const gate = await bed.step('verify-slo', { hold: '30s' });
  await load.stop();
  expect(gate).toMatchObject({ exitCode: 1, outputs: { verdict: 'inconclusive' } });
  expect(gate.errors.join()).toMatch(
    /1 of the canary beside \d of stable are \d+ %, and the canary was given 50 %. Deployment restaurant-canary was given 1 by kubectl-scale at/,
  );
});
