import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { collections, connectBed, type Fixture, rolledOut } from '../testbed/fixture.js';
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
