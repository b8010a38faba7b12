import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { KubeObject } from '../../../testbed/client/objects.js';
import { collections } from '../../../testbed/fixture.js';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, QUICK, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

/** A third party (backup, cost or policy controllers do) has put a finalizer on an object of the canary's, and does not let it go. */
jest.setTimeout(240_000);
let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const first = { weight: '25', image: image('v2') };
const canaryOf = (bed: ReleaseBed, kind: 'deployments' | 'services') => `${collections[kind](bed.namespace)}/restaurant-canary`;
const keep = (path: string, finalizers: readonly string[] | null) => fixture.api.patch(path, { metadata: { finalizers } });

async function canaryPods(bed: ReleaseBed): Promise<number> {
  const path = `/api/v1/namespaces/${bed.namespace}/pods?labelSelector=d9.dev%2Ftrack%3Dcanary`;
  const { items } = await fixture.api.get<{ items: Array<KubeObject & { metadata: { deletionTimestamp?: string } }> }>(path);
  return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined).length;
}

describe.each([true, false])('on the canary Deployment (route: %s)', (route) => {
  test('its pods are stopped, who keeps it is named, and neither rollback nor the next release takes it for lost', async () => {
    const bed = await releaseBed(fixture, { route }, QUICK);
    await bed.step('canary-step', first);
    await keep(canaryOf(bed, 'deployments'), ['example.com/hold']);
    const undo = await bed.step('rollback');
    expect(`${undo.exitCode} ${undo.errors.join()}`).toBe('0 ');
    expect(undo.warnings.join()).toMatch(
      /Deployment \S+\/restaurant-canary is being deleted, and finalizer example\.com\/hold keeps it\. Whoever/,
    );
    expect(undo.outputs.reason).toMatch(
      /canary was taken out and is being deleted, its Deployment kept by a finalizer: all traffic/,
    );
    expect(await canaryPods(bed)).toBe(0);
    expect(await bed.record()).toMatchObject({ phase: 'aborted', kept: ['Deployment'] });

    const again = await bed.step('rollback');
    expect(again).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
    expect(again.warnings.join()).not.toMatch(/record/i);
    const refused = await bed.step('canary-step', { weight: '25', image: image('v3') });
    expect(refused.exitCode).toBe(1);
    expect(refused.errors.join()).toMatch(/of an earlier release is being deleted, and finalizer example\.com\/hold keeps it/);
    expect(refused.errors.join()).not.toMatch(/record is gone|rollback/);

    await keep(canaryOf(bed, 'deployments'), null);
    expect(await bed.step('canary-step', { weight: '25', image: image('v3') })).toMatchObject({ exitCode: 0 });
  });
});

test('on a Deployment that somebody has deleted in the middle of a release: pods that nobody stops are named', async () => {
  const bed = await releaseBed(fixture, { route: true }, QUICK);
  await bed.step('canary-step', first);
  await keep(canaryOf(bed, 'deployments'), ['example.com/hold']);
  await fixture.api.delete(canaryOf(bed, 'deployments'));
  const more = await bed.step('canary-step', { weight: '50' });
  expect(more.exitCode).toBe(1);
  expect(more.errors.join()).toMatch(/of this release was deleted by somebody, and finalizer example\.com\/hold keeps it/);
  expect(more.warnings.join()).toMatch(/A pod of it runs on, without traffic.*kubectl delete replicaset/);
  expect(more.errors.join()).toMatch(/Traffic: 100 % stable; canary: being deleted, its Deployment kept by a finalizer/);
  expect([await bed.canaryWeight(), (await bed.record())?.phase]).toEqual([0, 'aborted']);
});

test('on the canary Service and after a promotion: the promotion is done, and the next release is told what is in its way', async () => {
  const bed = await releaseBed(fixture, { route: true }, QUICK);
  await bed.step('canary-step', first);
  await keep(canaryOf(bed, 'services'), ['example.com/hold']);
  const promoted = await bed.step('canary-step', { weight: '100' });
  expect(`${promoted.exitCode} ${promoted.errors.join()}`).toBe('0 ');
  expect(promoted.warnings.join()).toMatch(
    /Service \S+\/restaurant-canary is being deleted, and finalizer example\.com\/hold keeps it/,
  );
  const refused = await bed.step('canary-step', { weight: '25', image: image('v3') });
  expect(refused.errors.join()).toMatch(/Service \S+ of an earlier release is being deleted/);
  expect(await bed.step('rollback')).toMatchObject({ exitCode: 0, outputs: { phase: 'rolled-back' } });
});

test('that is taken off within seconds is not spoken of', async () => {
  const bed = await releaseBed(fixture, { route: true }, QUICK);
  await bed.step('canary-step', first);
  await keep(canaryOf(bed, 'services'), ['example.com/hold']);
  const letGo = setInterval(async () => {
    const { metadata } = await fixture.api.get<KubeObject & { metadata: { deletionTimestamp?: string } }>(
      canaryOf(bed, 'services'),
    );
    if (metadata.deletionTimestamp !== undefined) {
      clearInterval(letGo);
      await keep(canaryOf(bed, 'services'), null);
    }
  }, 100);
  const undo = await bed.step('rollback');
  clearInterval(letGo);
  expect(undo.warnings.join()).not.toMatch(/finalizer/);
  expect(await bed.leftovers()).toEqual([]);
});
