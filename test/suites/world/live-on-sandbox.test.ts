import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { collections, rolledOut } from '../../../testbed/fixture.js';
import { restaurantDeployment } from '../../../testbed/restaurant.js';
import { type SandboxFixture, sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import {
  cancelAfter,
  type Deployment,
  image,
  QUICK,
  type ReleaseBed,
  releaseBed,
  STABLE_IS_WRITTEN,
} from '../cluster/release-bed.js';

/** What somebody does to stable while a release is under way, or after it. */
jest.setTimeout(240_000);
let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

/** Nobody sends requests here, so there is nothing to wait for. */
const newBed = () => releaseBed(fixture, { route: true }, QUICK);

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
  const again = { weight: '100', image: image('v2'), 'take-over': 'true' };
  expect(await bed.step('canary-step', again)).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
  await restart(bed);
  expect(await bed.step('rollback')).toMatchObject({ exitCode: 0, outputs: { 'rolled-back-to': image('v1') } });
  expect(await bed.stableImage()).toBe(image('v1'));
});

/** A dry run of a manifest is a PATCH of stable, too. */
const PROMOTION_HAS_WRITTEN = new RegExp(`Promote: stable gets the new version[\\s\\S]*${STABLE_IS_WRITTEN.source}`);

/** A manifest with the Deployment's next template and a ConfigMap that it reads. */
async function withManifest(bed: ReleaseBed, menu: string | undefined) {
  const configMaps = `/api/v1/namespaces/${bed.namespace}/configmaps`;
  const menuOf = (data: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'menu' }, data: { menu: data } });
  if (menu !== undefined) await fixture.api.create(configMaps, menuOf(menu));
  const deployment = restaurantDeployment({ image: image('v2'), port: fixture.podPort }) as Deployment;
  Object.assign(deployment.spec.template.spec.containers[0] ?? {}, {
    env: [{ name: 'NEW', value: '1' }],
    envFrom: [{ configMapRef: { name: 'menu' } }],
  });
  const name = `${bed.namespace}.yml`;
  writeFileSync(join(fixture.bed.directory, name), `${JSON.stringify(deployment)}\n---\n${JSON.stringify(menuOf('new'))}`);
  return {
    step: (weight: string, rest: object = {}) =>
      bed.step('canary-step', { weight, manifest: name, ...rest }, { cwd: fixture.bed.directory }),
    killed: () =>
      bed.step(
        'canary-step',
        { weight: '100', manifest: name },
        { cwd: fixture.bed.directory, ...cancelAfter(PROMOTION_HAS_WRITTEN), cancelWith: 'SIGKILL' },
      ),
    edit: (data: string) =>
      fixture.api.patch(`${configMaps}/menu?fieldManager=kubectl-edit`, { data: { menu: data } }, 'application/merge-patch+json'),
    replace: async (data: string) => {
      await fixture.api.delete(`${configMaps}/menu`);
      await fixture.api.create(configMaps, menuOf(data));
    },
    menu: async () => (await fixture.api.get<{ data?: { menu?: string } }>(`${configMaps}/menu`)).data?.menu,
    leftovers: async () =>
      (await fixture.api.get<{ items: Array<{ metadata: { name: string } }> }>(configMaps)).items.map(
        ({ metadata }) => metadata.name,
      ),
  };
}

test('a ConfigMap that somebody changes beside the canary is not promoted over, and with `take-over` it is what a rollback leads to', async () => {
  const bed = await newBed();
  const release = await withManifest(bed, 'old');
  await release.step('10');
  await release.edit('hotfix');
  const step = await release.step('100');
  expect([step.exitCode, step.errors.join()]).toEqual([
    1,
    expect.stringMatching(/ConfigMap menu is not as the release left or found it.* somebody changed it since \(kubectl-edit at /),
  ]);
  expect([await release.menu(), await bed.stableImage()]).toEqual(['hotfix', image('v1')]);
  expect(await release.step('100', { 'take-over': 'true' })).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
  expect(await release.menu()).toBe('new');
  expect(await bed.step('rollback')).toMatchObject({ exitCode: 0, outputs: { phase: 'rolled-back' } });
  expect([await release.menu(), await release.leftovers()]).toEqual(['hotfix', ['menu']]);
});

test.each([
  ['changed', 'old', (release: Awaited<ReturnType<typeof withManifest>>) => release.edit('hotfix')],
  ['deleted and made anew', undefined, (release: Awaited<ReturnType<typeof withManifest>>) => release.replace('theirs')],
])(
  'a ConfigMap that somebody has %s after the promotion stays as it is when the version is taken back',
  async (_how, menu, act) => {
    const bed = await newBed();
    const release = await withManifest(bed, menu);
    await release.step('100');
    await act(release);
    const theirs = await release.menu();
    const rollback = await bed.step('rollback');
    expect(rollback).toMatchObject({ exitCode: 0, outputs: { phase: 'rolled-back', 'rolled-back-to': image('v1') } });
    expect(rollback.warnings.join()).toMatch(/ConfigMap menu is not as the release left or found it.* It is left as it is/);
    expect([await release.menu(), await release.leftovers(), await bed.stableImage()]).toEqual([theirs, ['menu'], image('v1')]);
  },
);

test("a hotfix in one of two containers with the app's image stays when a cut promotion is taken back", async () => {
  const bed = await newBed();
  await change(bed, { spec: { initContainers: [{ name: 'migrate', image: image('v1') }] } });
  await bed.step(
    'canary-step',
    { weight: '100', image: image('v2') },
    { ...cancelAfter(STABLE_IS_WRITTEN), cancelWith: 'SIGKILL' },
  );
  await setImage(bed, 'v1-hotfix');
  const rollback = await bed.step('rollback');
  expect([rollback.exitCode, rollback.warnings.join()]).toEqual([0, expect.stringContaining('somebody changed it')]);
  expect(await bed.stableImage()).toBe(image('v1-hotfix'));
});

test('with a manifest, a hotfix of the image stays, and one beside a bad image is named and kept in its revision', async () => {
  const bed = await newBed();
  const release = await withManifest(bed, 'old');
  await release.killed();
  await setImage(bed, 'v1-hotfix');
  expect(await bed.step('rollback')).toMatchObject({ exitCode: 0, outputs: { 'rolled-back-to': image('v1-hotfix') } });
  expect(await bed.stableImage()).toBe(image('v1-hotfix'));

  const other = await newBed();
  const next = await withManifest(other, 'old');
  await next.killed();
  await setEnv(other, 'on');
  expect((await next.step('100')).errors.join()).toMatch(/another pod template than the manifest's: somebody changed it/);
  const rollback = await other.step('rollback');
  expect(rollback.warnings.join()).toMatch(/; revision \d+ of the Deployment keeps it/);
  expect([rollback.exitCode, await other.stableImage()]).toEqual([0, image('v1')]);
});

test('a ConfigMap that was as the manifest says, and that somebody changes beside the canary, is not promoted over either', async () => {
  const bed = await newBed();
  const release = await withManifest(bed, 'new');
  await release.step('10');
  await release.edit('hotfix');
  expect((await release.step('100')).errors.join()).toMatch(/ConfigMap menu is not as the release left or found it/);
  expect(await bed.step('rollback')).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  expect([await release.menu(), await release.leftovers()]).toEqual(['hotfix', ['menu']]);
});

test('a weight that somebody sets by hand is not written over, and `weight: 0` ends the release', async () => {
  const bed = await newBed();
  await bed.step('canary-step', { weight: '10', image: image('v2') });
  const path = `${collections.httpRoutes(bed.namespace)}/restaurant`;
  const { spec } = await fixture.api.get<{ spec: { rules: Array<{ backendRefs: Array<{ name: string; weight: number }> }> } }>(
    path,
  );
  for (const backend of spec.rules[0]?.backendRefs ?? []) backend.weight = backend.name === 'restaurant-canary' ? 0 : 100;
  await fixture.api.patch(`${path}?fieldManager=kubectl-edit`, { spec }, 'application/merge-patch+json');
  for (const weight of ['10', '50', '100']) {
    const step = await bed.step('canary-step', { weight });
    expect([step.exitCode, step.errors.join()]).toEqual([
      1,
      expect.stringMatching(/gives the canary 0 %, and this release last gave it 10 %\. `kubectl-edit` wrote its rules/),
    ]);
  }
  expect(await bed.canaryWeight()).toBe(0);
  expect(await bed.step('canary-step', { weight: '0' })).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
  expect(await bed.leftovers()).toEqual([]);
});

test.each([
  ['held', '20'],
  ['cut while stable was written', '100'],
])('a container that somebody renames does not stop the way back of a release that is %s', async (_how, weight) => {
  const bed = await newBed();
  const kill = weight === '100' ? { ...cancelAfter(STABLE_IS_WRITTEN), cancelWith: 'SIGKILL' as const } : {};
  await bed.step('canary-step', { weight, image: image('v2') }, kill);
  const path = `${collections.deployments(bed.namespace)}/restaurant`;
  const { spec } = await bed.stable();
  const containers = spec.template.spec.containers.map((each) => ({ ...each, name: 'web', image: image('v1-hotfix') }));
  const template = { spec: { containers } };
  await fixture.api.patch(`${path}?fieldManager=kubectl`, { spec: { template } }, 'application/merge-patch+json');
  await rolledOut(fixture.api, bed.namespace, 'restaurant');
  const rollback = await bed.step('rollback');
  expect(rollback).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted', 'rolled-back-to': image('v1-hotfix') } });
  expect(rollback.warnings.join()).toMatch(/somebody changed it/);
  expect([(await bed.stable()).spec.template.spec.containers[0]?.name, await bed.canaryWeight(), await bed.leftovers()]).toEqual([
    'web',
    0,
    [],
  ]);
});
