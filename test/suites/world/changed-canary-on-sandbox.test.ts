import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type ClusterFixture, collections, rolledOut } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

jest.setTimeout(180_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const canaryPath = ({ namespace }: ReleaseBed) => `${collections.deployments(namespace)}/restaurant-canary`;

/** Changes the canary's container behind the release's back. */
async function edit(bed: ReleaseBed, container: object, manager = 'kubectl-set'): Promise<void> {
  const body = { spec: { template: { spec: { containers: [{ name: 'app', ...container }] } } } };
  await fixture.api.patch(`${canaryPath(bed)}?fieldManager=${manager}`, body, 'application/strategic-merge-patch+json');
  await rolledOut(fixture.api, bed.namespace, 'restaurant-canary');
}

test('a good version that somebody puts in the canary’s place is not judged in its name, and gets no bad one promoted', async () => {
  const bed = await releaseBed(fixture);
  const bad = image('v2-errors-100');
  await bed.step('canary-step', { weight: '20', image: bad });
  await edit(bed, { image: image('v9') });
  const load = await fixture.startLoad(bed.namespace, { rps: 100, route: 'restaurant' });
  const gate = await bed.step('verify-slo', { hold: '30s' });
  expect(gate).toMatchObject({ exitCode: 1, outputs: { verdict: 'error' } });
  expect(gate.errors.join()).toContain(
    `runs ${image('v9')} and not ${bad}: somebody changed it after this release had written it (kubectl-set at`,
  );
  expect(await bed.record()).toMatchObject({ steps: [{ weight: 20, verdict: 'error' }] });

  const next = await bed.step('canary-step', { weight: '40', image: bad, slo: 'slo.yml', hold: '30s' });
  expect(next.warnings.join()).toMatch(/kubectl-set at .*This step writes its own version over it/);
  expect(next).toMatchObject({ exitCode: 1, outputs: { verdict: 'fail' } });
  await load.stop();
  expect(await bed.stableImage()).toBe(image('v1'));
  expect(await bed.leftovers()).toEqual([]);
});

test('what was added to the canary and stays beside what a step writes is not put before more users, and stops no way back', async () => {
  const bed = await releaseBed(fixture);
  await bed.step('canary-step', { weight: '20', image: image('v2') });
  await edit(bed, { env: [{ name: 'MENU', value: 'short' }] }, 'kubectl-edit');
  const next = await bed.step('canary-step', { weight: '50', image: image('v2'), 'on-job-failure': 'hold' });
  expect(next.exitCode).toBe(1);
  expect(next.errors.join()).toMatch(
    /another pod template with the same image, .*kubectl-edit at .*rollout undo deployment\/restaurant-canary/,
  );
  expect(await bed.canaryWeight()).toBe(20);
  expect(await bed.step('rollback')).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  expect(await bed.leftovers()).toEqual([]);
});

test('a canary that was restarted and scaled by hand is judged and promoted as ever', async () => {
  const bed = await releaseBed(fixture);
  await bed.step('canary-step', { weight: '20', image: image('v2') });
  const { api } = fixture;
  const marked = { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-01-02T00:00:00Z' } } };
  await api.patch(
    `${canaryPath(bed)}?fieldManager=kubectl-rollout`,
    { spec: { replicas: 2, template: marked } },
    'application/strategic-merge-patch+json',
  );
  await rolledOut(api, bed.namespace, 'restaurant-canary');
  const load = await fixture.startLoad(bed.namespace, { rps: 100, route: 'restaurant' });
  expect(await bed.step('verify-slo', { hold: '60s' })).toMatchObject({ exitCode: 0, outputs: { verdict: 'pass' } });
  const promoted = await bed.step('canary-step', { weight: '100' });
  await load.stop();
  expect(promoted).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
  expect(promoted.warnings.join()).not.toMatch(/somebody changed|No gate/);
});
