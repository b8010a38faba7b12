import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type ClusterFixture, collections, rolledOut } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { cancelAfter, image, type ReleaseBed, releaseBed, STABLE_IS_WRITTEN } from '../cluster/release-bed.js';

/** A maintainer who brings a Deployment back by its revisions. */
jest.setTimeout(120_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const back = { 'to-revision': 'previous' };

/** A Deployment that ran these versions one after the other, by somebody else's hand. */
async function ran(first: string, ...others: string[]): Promise<ReleaseBed> {
  const bed = await releaseBed(fixture, { image: image(first), route: true });
  for (const tag of others) {
    const template = { spec: { containers: [{ name: 'app', image: image(tag) }] } };
    const path = `${collections.deployments(bed.namespace)}/restaurant`;
    await fixture.api.patch(path, { spec: { template } }, 'application/strategic-merge-patch+json');
    await rolledOut(fixture.api, bed.namespace, 'restaurant');
  }
  return bed;
}

test('`previous` twice does not bring the bad version back: the second is refused with the revisions that there are', async () => {
  const bed = await ran('v1', 'v2', 'v3');
  expect(await bed.step('rollback', back)).toMatchObject({ exitCode: 0, outputs: { 'rolled-back-to': image('v2') } });
  const second = await bed.step('rollback', back);
  expect([second.exitCode, second.codes]).toEqual([1, ['revision-is-forward']]);
  expect(second.errors.join()).toContain(`brought back already, from revision 3 (${image('v3')}) to 4 (${image('v2')})`);
  expect(second.errors.join()).toContain(`\`to-revision\`: 3 (${image('v3')}), 1 (${image('v1')})`);
  expect(await bed.stableImage()).toBe(image('v2'));

  const further = await bed.step('rollback', { 'to-revision': '1' });
  expect(further).toMatchObject({ exitCode: 0, outputs: { 'rolled-back-to': image('v1') } });
  expect(await bed.step('rollback', { 'to-revision': '1' })).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
  expect([await bed.stableImage(), await bed.leftovers()]).toEqual([image('v1'), []]);
});

test('`previous` after a rollback of the release does not bring the released version back either', async () => {
  const bed = await releaseBed(fixture);
  await bed.step('canary-step', { weight: '100', image: image('v2') });
  await bed.step('rollback');
  const second = await bed.step('rollback', back);
  expect(second.exitCode).toBe(1);
  expect(second.errors.join()).toContain('has been brought back already');
  expect(await bed.stableImage()).toBe(image('v1'));
});

test('`previous` that was killed half-way is completed when it is run again', async () => {
  const bed = await ran('v1', 'v2');
  const killed = await bed.step('rollback', back, { ...cancelAfter(STABLE_IS_WRITTEN), cancelWith: 'SIGKILL' });
  expect(killed.exitCode).toBeNull();
  await rolledOut(fixture.api, bed.namespace, 'restaurant');
  expect(await bed.leftovers()).toEqual(['a claim on stable']);
  expect(await bed.step('rollback', back)).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
  expect([await bed.stableImage(), await bed.leftovers()]).toEqual([image('v1'), []]);
});

test('a promoted version that was taken out by name is rolled back on record, and nobody is accused of it', async () => {
  const bed = await releaseBed(fixture, { route: true }, { settle: '50ms', 'prove-timeout': '100ms' });
  await bed.step('canary-step', { weight: '100', image: image('v2') });
  expect(await bed.step('rollback', { 'to-image': image('v1') })).toMatchObject({ exitCode: 0 });
  expect(await bed.record()).toMatchObject({ phase: 'rolled-back' });
  const again = await bed.step('rollback');
  expect([again.exitCode, again.outputs.reason]).toEqual([0, 'The latest release is rolled-back already.']);
});
