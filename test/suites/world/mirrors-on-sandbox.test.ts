import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, type ReleaseBed, releaseBed } from '../cluster/release-bed.js';

/** Clusters in which a webhook writes another image than the one that was asked for. */
jest.setTimeout(240_000);
let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const mirrored = (asked: string): string => asked.replace(/^registry\.test\//, 'mirror.test/proxy/');
const pinned = (asked: string): string =>
  asked.includes('@') ? asked : `${asked}@sha256:${createHash('sha256').update(asked).digest('hex')}`;

async function bedWith(kind: 'pods' | 'deployments', rewrite: (asked: string) => string): Promise<ReleaseBed> {
  const bed = await releaseBed(fixture, 'empty');
  fixture.rewriteImages({ kind, namespace: bed.namespace, rewrite });
  await fixture.deployRestaurant(bed.namespace, { route: true, replicas: 1 });
  return bed;
}

test('a mirror that is written into pods changes nothing: one version crashes and is named, the next is promoted', async () => {
  const bed = await bedWith('pods', mirrored);
  const crash = await bed.step('canary-step', { weight: '10', image: image('crash'), 'start-timeout': '60s' });
  expect(crash).toMatchObject({ exitCode: 1, outputs: { phase: 'aborted' } });
  expect(crash.errors.join()).toMatch(/The canary can't start: pod restaurant-canary-.*CrashLoopBackOff/);
  expect(await bed.step('canary-step', { weight: '100', image: image('v2') })).toMatchObject({
    exitCode: 0,
    outputs: { phase: 'promoted' },
  });
  expect(await bed.leftovers()).toEqual([]);
});

test.each([
  ['a mirror', mirrored],
  ['a digest', pinned],
])('%s that is written into Deployments is known for the version that was asked for, at every step', async (_what, rewrite) => {
  const bed = await bedWith('deployments', rewrite);
  expect(await bed.step('canary-step', { weight: '10', image: image('v2') })).toMatchObject({ exitCode: 0 });
  expect(await bed.step('canary-step', { weight: '100' })).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
  expect(await bed.stableImage()).toBe(rewrite(image('v2')));
  const again = await bed.step('canary-step', { weight: '10', image: image('v2') });
  expect(again).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
  expect(await bed.step('rollback', { scope: 'any' })).toMatchObject({ exitCode: 0, outputs: { phase: 'rolled-back' } });
  expect(await bed.stableImage()).toBe(rewrite(image('v1')));
  const known = await bed.step('canary-step', { weight: '100', image: image('v1') });
  expect(known).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
  expect(known.stdout).toContain(`Stable already runs ${image('v1')}`);
});
