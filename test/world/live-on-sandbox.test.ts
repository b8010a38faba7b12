import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { cancelAfter, image, type ReleaseBed, releaseBed, STABLE_IS_WRITTEN } from '../cluster/release-bed.js';
import { type ClusterFixture, collections, rolledOut } from '../testbed/fixture.js';
import { sandboxFixture } from '../testbed/sandbox/fixture.js';

/** What somebody does to stable while a release is under way, or after it. */
jest.setTimeout(120_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

/** Nobody sends requests here, so there is nothing to wait for. */
const newBed = () => releaseBed(fixture, { route: true }, { settle: '50ms', 'prove-timeout': '100ms' });

/** What `kubectl set image` and `kubectl rollout restart` do. */
async function change({ namespace }: ReleaseBed, template: object): Promise<void> {
  const path = `${collections.deployments(namespace)}/restaurant`;
  await fixture.api.patch(path, { spec: { template } }, 'application/strategic-merge-patch+json');
  await rolledOut(fixture.api, namespace, 'restaurant');
}

const setImage = (bed: ReleaseBed, tag: string) => change(bed, { spec: { containers: [{ name: 'app', image: image(tag) }] } });
const setEnv = (bed: ReleaseBed, value: string) =>
  change(bed, { spec: { containers: [{ name: 'app', env: [{ name: 'HOTFIX', value }] }] } });
const restart = (bed: ReleaseBed) =>
  change(bed, { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() } } });

test('a hotfix beside the canary is neither promoted over nor rolled back', async () => {
  const bed = await newBed();
  await bed.step('canary-step', { weight: '10', image: image('v2') });
  await setImage(bed, 'v1-hotfix');
  for (const weight of ['30', '100']) {
    const step = await bed.step('canary-step', { weight });
    expect([step.exitCode, step.errors.join()]).toEqual([
      1,
      expect.stringContaining(`runs ${image('v1-hotfix')}, and ran ${image('v1')}`),
    ]);
    expect(step.errors.join()).toContain('somebody changed it during the release (');
  }
  const rollback = await bed.step('rollback');
  expect(rollback).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted', 'rolled-back-to': image('v1-hotfix') } });
  expect([await bed.stableImage(), await bed.canaryWeight(), await bed.leftovers()]).toEqual([image('v1-hotfix'), 0, []]);
});

test('a hotfix of the environment alone is one too, and with `take-over` it is what a rollback leads to', async () => {
  const bed = await newBed();
  await bed.step('canary-step', { weight: '10', image: image('v2') });
  await setEnv(bed, 'on');
  const step = await bed.step('canary-step', { weight: '100' });
  expect(step.errors.join()).toContain(`another pod template with the same image, ${image('v1')}`);
  const inputs = { weight: '100', image: image('v2'), 'take-over': 'true' };
  expect(await bed.step('canary-step', inputs)).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
  expect(await bed.step('rollback')).toMatchObject({ exitCode: 0, outputs: { 'rolled-back-to': image('v1') } });
  expect(JSON.stringify(await bed.stable())).toContain('HOTFIX');
});

test('a hotfix that comes while a cut promotion has half updated stable stays, and gets all traffic', async () => {
  const bed = await newBed();
  await bed.step(
    'canary-step',
    { weight: '100', image: image('v2') },
    { ...cancelAfter(STABLE_IS_WRITTEN), cancelWith: 'SIGKILL' },
  );
  await setImage(bed, 'v1-hotfix');
  const step = await bed.step('canary-step', { weight: '100' });
  expect(step.errors.join()).toContain(`runs ${image('v1-hotfix')}`);
  const rollback = await bed.step('rollback');
  expect(rollback).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted', 'rolled-back-to': image('v1-hotfix') } });
  expect([await bed.stableImage(), await bed.canaryWeight(), await bed.leftovers()]).toEqual([image('v1-hotfix'), 0, []]);
});

test('a restart is no version: the release goes on, is rolled back, and `previous` goes past it', async () => {
  const bed = await newBed();
  await bed.step('canary-step', { weight: '10', image: image('v2') });
  await restart(bed);
  expect(await bed.step('canary-step', { weight: '100' })).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
  await restart(bed);
  expect(await bed.step('rollback', { 'to-revision': 'previous' })).toMatchObject({
    exitCode: 0,
    outputs: { 'rolled-back-to': image('v1') },
  });
  await setImage(bed, 'v2');
  await restart(bed);
  expect(await bed.step('rollback')).toMatchObject({ exitCode: 0, outputs: { 'rolled-back-to': image('v1') } });
  expect(await bed.stableImage()).toBe(image('v1'));
});
