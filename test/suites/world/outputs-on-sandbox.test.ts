import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type ClusterFixture, collections } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, QUICK, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

/** What a step hands on to other steps, and to the people who read the summary. */
jest.setTimeout(240_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const objects = async (bed: ReleaseBed) => [
  (await bed.stable()).metadata.resourceVersion,
  (await bed.route()).metadata.resourceVersion,
];

test('a promotion hands on the share that it has proven, and its summary has what the gate saw', async () => {
  const bed = await releaseBed(fixture);
  const load = await fixture.startLoad(bed.namespace, { rps: 200, route: 'restaurant' });
  const inputs = { weight: '100', image: image('v2'), 'prove-timeout': '30s', slo: 'slo.yml', hold: '60s' };
  const { exitCode, outputs, summary, warnings } = await bed.step('canary-step', inputs);
  await load.stop();
  expect([exitCode, warnings.filter((text) => text.includes('No gate'))]).toEqual([0, []]);
  expect(outputs).toMatchObject({ phase: 'promoted', weight: '100', 'weight-proven': 'true', verdict: 'pass' });
  expect(Number(outputs['weight-measured'])).toBeGreaterThan(90);
  expect(summary).toContain('### restaurant: release promoted, gate pass');
  expect(summary).toContain('| Traffic | all on the new version |');
  expect(summary).toMatch(/\| errors: at most 1 % bad \| pass \| 0 of \d+ \(0\.00 %\)/);
  expect(summary).toMatch(/\| latency-p95: 95 % within 500 ms \| pass \| \d+ of \d+ over 500 ms/);
  expect(summary).not.toContain('not measured');
});

test('a promotion that no gate has looked at is warned of, also after a step of less', async () => {
  const bed = await releaseBed(fixture);
  await bed.step('canary-step', { weight: '10', image: image('v2') });
  const promoted = await bed.step('canary-step', { weight: '100' });
  expect(promoted.warnings.join()).toContain(`No gate has looked at ${image('v2')}: no step of this release has a verdict`);
  const next = await bed.step('canary-step', { weight: '100', image: image('v3'), 'dry-run': 'true' });
  expect(next.warnings.join()).toContain(`No gate has looked at ${image('v3')}: this is the first step of its release`);
});

test('a rollback that leaves a release in flight alone says that there is one', async () => {
  const bed = await releaseBed(fixture);
  await bed.step('canary-step', { weight: '20', image: image('v2') });
  const other = await bed.step('rollback', {}, { env: { GITHUB_RUN_ID: '999', RUNNER_NAME: 'other' } });
  expect(other).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
  expect(other.summary).toContain('### restaurant: a release in flight (holding, 20 %) is left alone');
  expect(other.warnings.join()).toContain('`scope: any` undoes it');
  await bed.step('rollback');
});

test('an image that stable never ran is no way back, unless somebody says that it is meant', async () => {
  const bed = await releaseBed(fixture, { route: true }, QUICK);
  await bed.step('canary-step', { weight: '100', image: image('v2') });
  await fixture.api.delete(`/apis/apps/v1/namespaces/${bed.namespace}/replicasets/${await oldReplicaSet(bed)}`);
  const before = await objects(bed);
  const refused = await bed.step('rollback', { 'to-image': image('v7') });
  expect(refused.exitCode).toBe(1);
  expect(refused.errors.join()).toContain(`Stable has never run ${image('v7')}`);
  expect(refused.errors.join()).toContain('`allow-ungated: true`');
  expect(await objects(bed)).toEqual(before);
  // By the record alone, now that its revision is gone.
  expect(await bed.step('rollback', { 'to-image': image('v1') })).toMatchObject({
    exitCode: 0,
    outputs: { 'rolled-back-to': image('v1') },
  });
  const meant = await bed.step('rollback', { 'to-image': image('v7'), 'allow-ungated': 'true' });
  expect(meant).toMatchObject({ exitCode: 0, outputs: { 'rolled-back-to': image('v7') } });
  expect(meant.warnings.join()).toContain('without a canary and without a gate');
});

async function oldReplicaSet({ namespace }: ReleaseBed): Promise<string> {
  const path = collections.deployments(namespace).replace(/deployments$/, 'replicasets');
  const { items } = await fixture.api.get<{
    items: Array<{ metadata: { name: string }; spec: { template: { spec: { containers: Array<{ image: string }> } } } }>;
  }>(path);
  return items.find(({ spec }) => spec.template.spec.containers[0]?.image === image('v1'))?.metadata.name ?? '';
}
