import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { collections, connectBed, type Fixture, rolledOut } from '../../../testbed/fixture.js';
import { image, releaseBed } from './release-bed.js';

let fixture: Fixture;
beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

const dispatched = { env: { GITHUB_RUN_ID: '9000', GITHUB_EVENT_NAME: 'workflow_dispatch' } };

test('after a failed build, with nothing released, nothing is written', async () => {
  const bed = await releaseBed(fixture);
  const before = (await bed.stable()).metadata.resourceVersion;
  const rollback = await bed.step('rollback');
  expect(rollback).toMatchObject({ exitCode: 0, outputs: { phase: 'none', 'rolled-back-to': '' } });
  expect((await bed.stable()).metadata.resourceVersion).toBe(before);
  expect(await bed.record()).toBeUndefined();
});

test('a promoted version is taken back at night by another run, and a second call does nothing more', async () => {
  const bed = await releaseBed(fixture);
  await bed.step('canary-step', { weight: '100', image: image('v2') });
  expect(await bed.stableImage()).toBe(image('v2'));
  const rollback = await bed.step('rollback', {}, dispatched);
  expect(rollback).toMatchObject({
    exitCode: 0,
    outputs: { phase: 'rolled-back', 'rolled-back-from': image('v2'), 'rolled-back-to': image('v1') },
  });
  expect(Number(rollback.outputs['mttr-seconds'])).toBeGreaterThan(0);
  expect(rollback.outputs.reason).toContain('sha256:');
  expect(await bed.stableImage()).toBe(image('v1'));
  expect(await bed.step('rollback', {}, dispatched)).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
});

test('what somebody deployed after the promotion is not undone by mistake, and can be by naming the revision or the image', async () => {
  const bed = await releaseBed(fixture);
  const { api } = fixture;
  await bed.step('canary-step', { weight: '100', image: image('v2') });
  const hotfix = { spec: { template: { spec: { containers: [{ name: 'app', image: image('hotfix') }] } } } };
  await api.patch(`${collections.deployments(bed.namespace)}/restaurant`, hotfix, 'application/strategic-merge-patch+json');
  await rolledOut(api, bed.namespace, 'restaurant');

  const refused = await bed.step('rollback', {}, dispatched);
  expect(refused.exitCode).toBe(1);
  expect(refused.errors.join()).toContain('to-revision: previous');
  expect(await bed.stableImage()).toBe(image('hotfix'));

  expect(await bed.step('rollback', { 'to-revision': 'previous' }, dispatched)).toMatchObject({
    exitCode: 0,
    outputs: { 'rolled-back-to': image('v2') },
  });
  expect(await bed.step('rollback', { 'to-image': image('v1') }, dispatched)).toMatchObject({
    exitCode: 0,
    outputs: { 'rolled-back-to': image('v1') },
  });
  expect(await bed.stableImage()).toBe(image('v1'));
  const unknown = await bed.step('rollback', { 'to-revision': '99' }, dispatched);
  expect(unknown.errors.join()).toMatch(/no revision 99; it has \d/);
});

test('an irreversible release is not undone automatically', async () => {
  const bed = await releaseBed(fixture);
  await bed.step('canary-step', { weight: '100', image: image('v2'), irreversible: 'true' });
  const rollback = await bed.step('rollback');
  expect(rollback.exitCode).toBe(1);
  expect(rollback.errors.join()).toContain('irreversible');
  expect(await bed.stableImage()).toBe(image('v2'));
});

test('after the gate has put the release back, and in a second attempt of the same run, there is nothing or just the release to undo', async () => {
  const bed = await releaseBed(fixture);
  const load = await fixture.startLoad(bed.namespace, { rps: 100, route: 'restaurant' });
  const breach = { slo: 'slo.yml', hold: '60s', weight: '20', image: image('errors-100') };
  expect(await bed.step('canary-step', breach)).toMatchObject({ exitCode: 1, outputs: { verdict: 'fail' } });
  await load.stop();
  const after = await bed.step('rollback');
  expect(after).toMatchObject({ exitCode: 0, outputs: { phase: 'none', reason: 'The latest release is aborted already.' } });

  await bed.step('canary-step', { weight: '10', image: image('v2') });
  const second = await bed.step('rollback', {}, { env: { GITHUB_RUN_ATTEMPT: '2' } });
  expect(second).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted', 'rolled-back-from': image('v2') } });
  expect(await bed.leftovers()).toEqual([]);
});

test('an image that this suite did not release is left alone without arguments, and taken back by `previous`', async () => {
  const bed = await releaseBed(fixture);
  const path = `${collections.deployments(bed.namespace)}/restaurant`;
  const other = { spec: { template: { spec: { containers: [{ name: 'app', image: image('by-kubectl') }] } } } };
  await fixture.api.patch(path, other, 'application/strategic-merge-patch+json');
  await rolledOut(fixture.api, bed.namespace, 'restaurant');
  expect(await bed.step('rollback', {}, dispatched)).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
  expect(await bed.stableImage()).toBe(image('by-kubectl'));
  expect(await bed.step('rollback', { 'to-revision': 'previous' }, dispatched)).toMatchObject({
    exitCode: 0,
    outputs: { phase: 'rolled-back', 'rolled-back-from': image('by-kubectl'), 'rolled-back-to': image('v1') },
  });
  expect(await bed.leftovers()).toEqual([]);
});

test('a version whose revision is gone is brought back by the image on record, and that is said', async () => {
  const bed = await releaseBed(fixture);
  await bed.step('canary-step', { weight: '100', image: image('v2') });
  const sets = `/apis/apps/v1/namespaces/${bed.namespace}/replicasets`;
  const { items } = await fixture.api.get<{ items: Array<{ metadata: { name: string }; spec: { replicas: number } }> }>(sets);
  for (const { metadata } of items.filter(({ spec }) => spec.replicas === 0))
    await fixture.api.delete(`${sets}/${metadata.name}`);
  const rollback = await bed.step('rollback');
  expect(rollback).toMatchObject({ exitCode: 0, outputs: { phase: 'rolled-back', 'rolled-back-to': image('v1') } });
  expect(rollback.warnings.join()).toMatch(/keeps no revision of \S+v1 any more \(see revisionHistoryLimit\)/);
  expect(await bed.stableImage()).toBe(image('v1'));
});
