import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { collections, connectBed, type Fixture, rolledOut } from '../../../testbed/fixture.js';
import { publicGateway, restaurantDeployment, restaurantLabels, restaurantRoute, service } from '../../../testbed/restaurant.js';
import { image, type ReleaseBed, releaseBed } from './release-bed.js';

let fixture: Fixture;
beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

const run = promisify(execFile);
const SERVER_SIDE = ['--server-side', '--field-manager=kubectl'];

/** kubectl on a file of these objects, as somebody does who keeps them in Git. */
async function kubectl({ namespace }: ReleaseBed, verb: 'apply' | 'diff', objects: readonly object[]): Promise<string> {
  const file = join(mkdtempSync(join(tmpdir(), 'd9-manifests-')), 'app.json');
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  const env = { ...process.env, KUBECONFIG: fixture.bed.kubeconfig };
  const ended = run('kubectl', [verb, ...SERVER_SIDE, '--namespace', namespace, '-f', file], { env });
  // diff ends with 1 when there is a difference.
  const { stdout } = await ended.catch((error: { code: number; stdout: string; stderr: string }) => {
    if (verb === 'diff' && error.code === 1) return error;
    throw new Error(`kubectl ${verb}: ${error.stderr}`);
  });
  return stdout;
}

const manifests = (tag = 'v1', path = '/') => [
  restaurantDeployment({ image: image(tag) }),
  service('restaurant', restaurantLabels),
  publicGateway,
  {
    ...restaurantRoute,
    spec: {
      parentRefs: [{ name: 'public' }],
      rules: [{ matches: [{ path: { type: 'PathPrefix', value: path } }], backendRefs: [{ name: 'restaurant', port: 80 }] }],
    },
  },
];

/** An app whose objects were applied by kubectl on the server's side. */
async function appliedBed(): Promise<ReleaseBed> {
  const bed = await releaseBed(fixture, 'empty');
  await kubectl(bed, 'apply', manifests());
  await rolledOut(fixture.api, bed.namespace, 'restaurant');
  return bed;
}

/** Lines of a diff that say what would change, without its head. */
const changes = (diff: string): string[] =>
  diff.split('\n').filter((line) => /^[-+] /.test(line) && !/generation:|resourceVersion:/.test(line));

/** The former manager changes the image and a rule of the route, without force. */
async function expectNoConflict(bed: ReleaseBed): Promise<void> {
  await kubectl(bed, 'apply', manifests('v9', '/menu'));
  expect(await bed.stableImage()).toBe(image('v9'));
  const rules = (await bed.route()).spec.rules as unknown as Array<{ matches: Array<{ path: { value: string } }> }>;
  expect(rules.map(({ matches }) => matches[0]?.path.value)).toEqual(['/menu']);
}

test('after a promotion only the image differs from Git, and its owner changes it and the route without a conflict', async () => {
  const bed = await appliedBed();
  await bed.step('canary-step', { weight: '30', image: image('v2'), header: 'X-Canary=1' });
  expect(await bed.step('canary-step', { weight: '100' })).toMatchObject({ exitCode: 0 });
  expect(changes(await kubectl(bed, 'diff', manifests()))).toEqual([
    expect.stringContaining(`image: ${image('v2')}`),
    expect.stringContaining(`image: ${image('v1')}`),
  ]);
  await expectNoConflict(bed);
});

test('after a rollback, and after an abort, nothing differs from Git', async () => {
  const bed = await appliedBed();
  await bed.step('canary-step', { weight: '100', image: image('v2') });
  expect(await bed.step('rollback')).toMatchObject({ exitCode: 0, outputs: { phase: 'rolled-back' } });
  expect(changes(await kubectl(bed, 'diff', manifests()))).toEqual([]);
  await expectNoConflict(bed);
  await kubectl(bed, 'apply', manifests());
  await rolledOut(fixture.api, bed.namespace, 'restaurant');
  await bed.step('canary-step', { weight: '30', image: image('v2'), 'take-over': 'true' });
  await bed.step('canary-step', { weight: '0' });
  expect(changes(await kubectl(bed, 'diff', manifests()))).toEqual([]);
  expect(await bed.leftovers()).toEqual([]);
  await expectNoConflict(bed);
});

/** A route and a stable that somebody edits while the canary has its share. */
async function editedMeanwhile(bed: Awaited<ReturnType<typeof appliedBed>>): Promise<void> {
  const { api } = fixture;
  const route = `${collections.httpRoutes(bed.namespace)}/restaurant`;
  await api.patch(route, { metadata: { annotations: { 'shop.test/owner': 'web' } }, spec: { hostnames: ['shop.test'] } });
  const env = [{ name: 'app', env: [{ name: 'MENU', value: 'winter' }] }];
  const deployment = `${collections.deployments(bed.namespace)}/restaurant`;
  await api.patch(deployment, { spec: { template: { spec: { containers: env } } } }, 'application/strategic-merge-patch+json');
  await rolledOut(api, bed.namespace, 'restaurant');
}

test('what others change in the middle of a release is no reason to promote over it, and kept by an abort', async () => {
  const bed = await appliedBed();
  await bed.step('canary-step', { weight: '30', image: image('v2') });
  await editedMeanwhile(bed);
  const promotion = await bed.step('canary-step', { weight: '100' });
  expect(promotion.exitCode).toBe(1);
  expect(promotion.errors.join('\n')).toContain('Deployment');
  expect(await bed.step('canary-step', { weight: '0' })).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  expect(await bed.stableImage()).toBe(image('v1'));
  expect((await bed.route()).spec).toMatchObject({ hostnames: ['shop.test'] });
  expect((await bed.route()).metadata.annotations).toMatchObject({ 'shop.test/owner': 'web' });
  const [container] = (await bed.stable()).spec.template.spec.containers as unknown as Array<{ env: object[] }>;
  expect(container?.env).toEqual([{ name: 'MENU', value: 'winter' }]);
});
