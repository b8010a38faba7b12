import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { collections } from '../../../testbed/fixture.js';
import { grant } from '../../../testbed/grant.js';
import { restaurantDeployment } from '../../../testbed/restaurant.js';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { image, releaseBed } from '../cluster/release-bed.js';

/** What a step says of rights that it lacks: who lacks them, all of them at once, and what becomes of a release meanwhile. */
jest.setTimeout(240_000);
let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

const asDeployer = () => ({ env: { KUBECONFIG: fixture.bed.kubeconfigs.deployer } });

test.each<[string, Record<string, string>]>([
  ['canary-step', { weight: '20', image: image('v2') }],
  ['verify-slo', { hold: '1s' }],
  ['rollback', { scope: 'any' }],
])('without any right %s says one thing: who has none, in which namespace, and which file has them', async (action, inputs) => {
  const bed = await releaseBed(fixture);
  expect(await bed.step('canary-step', { weight: '20', image: image('v2') })).toMatchObject({ exitCode: 0 });
  const end = await bed.step(action, inputs, asDeployer());
  expect(end.exitCode).toBe(1);
  const said = end.errors.join('\n');
  expect(said).toMatch(
    new RegExp(`User deployer may do nothing in namespace ${bed.namespace} .*right namespace\\?.*docs/rbac.*--user=deployer`),
  );
  expect(said).toMatch(/Whether a release is in flight can not be seen/);
  expect(said).not.toMatch(/things are wrong|apiGroups/);
  expect(await bed.record()).toMatchObject({ phase: 'holding', weight: 20 });
});

test('rights that were lost in the middle of a release are named with what stays in flight meanwhile', async () => {
  const bed = await releaseBed(fixture);
  expect(await bed.step('canary-step', { weight: '20', image: image('v2') })).toMatchObject({ exitCode: 0 });
  await grant(fixture, bed.namespace, 'canary-step.http-route', ['deployments']);
  for (const end of [
    await bed.step('canary-step', { weight: '50' }, asDeployer()),
    await bed.step('rollback', { scope: 'any' }, asDeployer()),
  ]) {
    expect(end.exitCode).toBe(1);
    expect(end.errors.join('\n')).toMatch(
      /deployments[\s\S]*A release of \S+:v2 is in flight, with 20 % on the canary: it stays so/,
    );
  }
});

test('where routes may not be seen, all that a route takes is asked for at once, and how to do without is said', async () => {
  const bed = await releaseBed(fixture);
  await grant(fixture, bed.namespace, 'canary-step.http-route', ['httproutes', 'backendtlspolicies']);
  const end = await bed.step('canary-step', { weight: '20', image: image('v2') }, asDeployer());
  const said = end.errors.join('\n');
  expect(said).toMatch(/may not get, list, watch, patch httproutes .*not asked for with `router: replicas`/);
  expect(said).toContain('resources: ["backendtlspolicies"]');
  expect(await fixture.api.get<{ items: object[] }>(collections.leases(bed.namespace))).toMatchObject({ items: [] });
});

test('a first deployment without the right to the record names that right', async () => {
  const bed = await releaseBed(fixture, 'empty');
  await grant(fixture, bed.namespace, 'canary-step.replicas', ['leases']);
  writeFileSync(join(fixture.bed.directory, 'first.yml'), JSON.stringify(restaurantDeployment({ image: image('v1') })));
  const inputs = { weight: '20', manifest: 'first.yml', router: 'replicas' };
  const end = await bed.step('canary-step', inputs, { ...asDeployer(), cwd: fixture.bed.directory });
  expect(end.errors.join('\n')).toMatch(/may not get, list, watch, create, patch leases .*resources: \["leases"\]/s);
});
