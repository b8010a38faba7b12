import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { image, releaseBed } from '../cluster/release-bed.js';
import type { ClusterFixture } from '../testbed/fixture.js';
import { sandboxFixture } from '../testbed/sandbox/fixture.js';

/** The bundles against a cluster, in seconds. What needs time, or a real server, is in test/cluster and in the demo. */
jest.setTimeout(120_000);
let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

test('a canary is raised and taken back, and nothing of it is left', async () => {
  const bed = await releaseBed(fixture);
  const before = (await bed.route()).spec;
  const raised = await bed.step('canary-step', { weight: '10', image: image('v2') });
  expect(raised).toMatchObject({ exitCode: 0, outputs: { phase: 'holding', weight: '10', 'weight-proven': 'false' } });
  expect(await bed.canaryWeight()).toBe(10);
  expect(await bed.leftovers()).toContain('restaurant-canary');
  const back = await bed.step('rollback');
  expect(back).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted', 'rolled-back-to': image('v1') } });
  expect((await bed.route()).spec).toEqual(before);
  expect(await bed.leftovers()).toEqual([]);
});

test('a version is promoted, and rolled back to the one before', async () => {
  const bed = await releaseBed(fixture);
  expect(await bed.step('canary-step', { weight: '100', image: image('v2') })).toMatchObject({
    exitCode: 0,
    outputs: { phase: 'promoted' },
  });
  expect(await bed.stableImage()).toBe(image('v2'));
  expect(await bed.step('rollback')).toMatchObject({
    exitCode: 0,
    outputs: { phase: 'rolled-back', 'rolled-back-to': image('v1') },
  });
  expect(await bed.stableImage()).toBe(image('v1'));
  expect(await bed.leftovers()).toEqual([]);
});

test('a version that crashes is named with its last words, and nothing of it stays', async () => {
  const bed = await releaseBed(fixture);
  const step = await bed.step('canary-step', { weight: '10', image: image('crash') });
  expect(step).toMatchObject({ exitCode: 1, outputs: { phase: 'aborted' } });
  expect(step.errors.join()).toMatch(/CrashLoopBackOff[\s\S]*ECONNREFUSED/);
  expect(JSON.parse(step.outputs['record-json'] ?? '{}').reason).toMatch(/^The canary can't start: pod .*CrashLoopBackOff/);
  expect(step.summary).toMatch(/\| Reason \| The canary can't start/);
  expect(await bed.leftovers()).toEqual([]);
});

test('a missing right is named as the rule to add, before anything is changed', async () => {
  const bed = await releaseBed(fixture);
  const env = { KUBECONFIG: fixture.bed.kubeconfigs.deployer };
  const step = await bed.step('canary-step', { weight: '10', image: image('v2') }, { env });
  expect(step.exitCode).toBe(1);
  expect(step.errors.join()).toContain('resources: ["deployments"]');
  expect(await bed.leftovers()).toEqual([]);
});

test('a dry run says what would be done, and leaves no trace', async () => {
  const bed = await releaseBed(fixture);
  const step = await bed.step('canary-step', { weight: '10', image: image('v2'), 'dry-run': 'true' });
  expect(step).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
  expect(step.stdout).toContain('accepted by the API server (dry run)');
  expect(await bed.leftovers()).toEqual([]);
  expect(await bed.record()).toBeUndefined();
});
