import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { KubeObject } from '../../../testbed/client/objects.js';
import { collections, connectBed, type Fixture, rolledOut } from '../../../testbed/fixture.js';
import { restaurantDeployment, restaurantLabels, service } from '../../../testbed/restaurant.js';
import { image, type ReleaseBed, releaseBed } from './release-bed.js';

let fixture: Fixture;
beforeAll(() => {
  fixture = connectBed();
});
afterAll(() => fixture.close());

const configMaps = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`;
type ConfigMap = KubeObject & { readonly data?: Record<string, string> };
interface PodSpec {
  readonly containers: Array<{ image: string; env?: object[]; envFrom?: Array<{ configMapRef: { name: string } }> }>;
}

interface Version {
  readonly tag: string;
  readonly menu?: string;
  readonly env?: string;
  /** A second ConfigMap that this version brings along. */
  readonly drinks?: string;
}

/** The app with its configuration, as one file of Kubernetes objects. */
function objects({ tag, menu = 'soup', env, drinks }: Version): KubeObject[] {
  const deployment = restaurantDeployment({ image: image(tag) }) as KubeObject & { spec: { template: { spec: PodSpec } } };
  const [container] = deployment.spec.template.spec.containers;
  if (container) {
    const names = ['menu', ...(drinks === undefined ? [] : ['drinks'])];
    container.envFrom = names.map((name) => ({ configMapRef: { name } }));
    if (env !== undefined) container.env = [{ name: 'MODE', value: env }];
  }
  const config = (name: string, text: string) =>
    ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { text } }) as KubeObject;
  return [deployment, config('menu', menu), ...(drinks === undefined ? [] : [config('drinks', drinks)])];
}

/** JSON is YAML. */
function manifestFile(directory: string, all: readonly object[]): string {
  const name = `app-${Math.random().toString(36).slice(2)}.yml`;
  writeFileSync(join(directory, name), all.map((object) => JSON.stringify(object)).join('\n---\n'));
  return name;
}

interface ManifestBed extends ReleaseBed {
  raise(version: Version, inputs?: Record<string, string>): ReturnType<ReleaseBed['step']>;
  text(name: string): Promise<string | undefined>;
  podSpec(deployment: string): Promise<PodSpec>;
}

async function manifestBed(): Promise<ManifestBed> {
  const bed = await releaseBed(fixture, { route: true });
  const { api } = fixture;
  const cwd = mkdtempSync(join(tmpdir(), 'd9-manifest-'));
  const [deployment, menu] = objects({ tag: 'v1' });
  await api.create(configMaps(bed.namespace), menu as KubeObject);
  await api.patch(`${collections.deployments(bed.namespace)}/restaurant`, { spec: deployment?.spec });
  await rolledOut(api, bed.namespace, 'restaurant');
  return {
    ...bed,
    raise: (version, inputs = {}) =>
      bed.step('canary-step', { weight: '20', manifest: manifestFile(cwd, objects(version)), ...inputs }, { cwd }),
    text: async (name) => (await api.get<ConfigMap>(`${configMaps(bed.namespace)}/${name}`).catch(() => undefined))?.data?.text,
    podSpec: async (name) =>
      (
        await api.get<{ metadata: never; spec: { template: { spec: PodSpec } } }>(
          `${collections.deployments(bed.namespace)}/${name}`,
        )
      ).spec.template.spec,
  };
}

const V2: Version = { tag: 'v2', menu: 'pasta', env: 'fast', drinks: 'wine' };

describe('what a manifest changes travels with the image', () => {
  test('under names of its own while it is a canary, and to stable with the promotion', async () => {
    const bed = await manifestBed();
    expect(await bed.raise(V2)).toMatchObject({ exitCode: 0, outputs: { phase: 'holding', revision: image('v2') } });
    const [canary] = (await bed.podSpec('restaurant-canary')).containers;
    expect(canary?.envFrom).toEqual([{ configMapRef: { name: 'menu-canary' } }, { configMapRef: { name: 'drinks-canary' } }]);
    expect(canary?.env).toEqual([{ name: 'MODE', value: 'fast' }]);
    expect([await bed.text('menu'), await bed.text('menu-canary'), await bed.text('drinks')]).toEqual([
      'soup',
      'pasta',
      undefined,
    ]);

    expect(await bed.raise(V2, { weight: '100' })).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted' } });
    const [stable] = (await bed.podSpec('restaurant')).containers;
    expect(stable).toMatchObject({ image: image('v2'), env: [{ name: 'MODE', value: 'fast' }] });
    expect(stable?.envFrom).toEqual([{ configMapRef: { name: 'menu' } }, { configMapRef: { name: 'drinks' } }]);
    expect([await bed.text('menu'), await bed.text('drinks'), await bed.text('menu-canary')]).toEqual([
      'pasta',
      'wine',
      undefined,
    ]);
    expect(await bed.leftovers()).toEqual([]);
    expect(await bed.raise(V2)).toMatchObject({ exitCode: 0 });
    expect(await bed.record()).toMatchObject({ phase: 'promoted' });
  });

  test('and back again with a rollback, by another run', async () => {
    const bed = await manifestBed();
    const before = await bed.podSpec('restaurant');
    await bed.raise(V2, { weight: '100' });
    const rollback = await bed.step('rollback', { scope: 'any' }, { env: { GITHUB_RUN_ID: '9000' } });
    expect(rollback).toMatchObject({ exitCode: 0, outputs: { phase: 'rolled-back', 'rolled-back-to': image('v1') } });
    expect(await bed.podSpec('restaurant')).toEqual(before);
    const left = ['menu', 'drinks', 'menu-canary', 'menu-d9-former', 'drinks-d9-former'];
    expect(await Promise.all(left.map(bed.text))).toEqual(['soup', undefined, undefined, undefined, undefined]);
    expect(await bed.leftovers()).toEqual([]);
  });

  test.each([
    ['before stable is touched', /POST \S+\/deployments: 201/],
    ["after stable's configuration was written", /PATCH \S+\/configmaps\/menu: 200/],
    ["after stable's template was written", /stable gets the new version[\s\S]*PATCH \S+\/deployments\/restaurant: 200/],
  ])('and back when the promotion is killed %s', async (_when, moment) => {
    const bed = await manifestBed();
    const before = await bed.podSpec('restaurant');
    const cwd = mkdtempSync(join(tmpdir(), 'd9-manifest-'));
    const controller = new AbortController();
    const onStdout = (soFar: string) => moment.test(soFar) && controller.abort();
    const inputs = { weight: '100', manifest: manifestFile(cwd, objects(V2)) };
    await bed.step('canary-step', inputs, { cwd, signal: controller.signal, cancelWith: 'SIGKILL', onStdout });
    expect(await bed.step('rollback')).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
    expect(await bed.podSpec('restaurant')).toEqual(before);
    const left = ['menu', 'drinks', 'menu-canary', 'drinks-canary', 'menu-d9-former', 'drinks-d9-former'];
    expect(await Promise.all(left.map(bed.text))).toEqual(['soup', ...left.slice(1).map(() => undefined)]);
    expect(await bed.leftovers()).toEqual([]);
  });

  test('when only the configuration changes, stable still gets fresh pods with it', async () => {
    const bed = await manifestBed();
    const pods = async () =>
      (await fixture.api.get<{ items: KubeObject[] }>(collections.pods(bed.namespace))).items.map(({ metadata }) => metadata.uid);
    const before = await pods();
    expect(await bed.raise({ tag: 'v1', menu: 'pizza' }, { weight: '100' })).toMatchObject({
      exitCode: 0,
      outputs: { phase: 'promoted' },
    });
    expect(await bed.text('menu')).toBe('pizza');
    expect((await pods()).filter((uid) => before.includes(uid))).toEqual([]);
  });

  test('and a rollback to a version by its name says which ConfigMaps stay as the release left them', async () => {
    const bed = await manifestBed();
    await bed.raise(V2, { weight: '100' });
    const back = await bed.step('rollback', { 'to-revision': 'previous' });
    expect([back.exitCode, back.warnings.join()]).toEqual([
      0,
      expect.stringMatching(/ConfigMap menu still holds what the promoted release brought[\s\S]*ConfigMap menu-d9-former has/),
    ]);
    expect(await bed.stableImage()).toBe(image('v1'));
  });

  test('and each step has to name it', async () => {
    const bed = await manifestBed();
    await bed.raise(V2);
    expect((await bed.step('canary-step', { weight: '50' })).errors.join()).toContain(
      'began with a manifest, and this step has none',
    );
    expect((await bed.raise({ ...V2, menu: 'other' }, { weight: '50' })).errors.join()).toContain('began with another manifest');
    expect(await bed.canaryWeight()).toBe(20);
    expect(await bed.step('canary-step', { weight: '0' })).toMatchObject({ exitCode: 0, outputs: { phase: 'aborted' } });
    expect([await bed.text('menu-canary'), await bed.leftovers()]).toEqual([undefined, []]);
  });

  test('and what can not become this Deployment is refused by the words of the API server', async () => {
    const bed = await manifestBed();
    const cwd = mkdtempSync(join(tmpdir(), 'd9-manifest-'));
    const [deployment] = objects(V2) as Array<KubeObject & { spec: { template: { spec: PodSpec } } }>;
    const refuse = async (all: readonly object[]) => {
      const step = await bed.step('canary-step', { weight: '20', manifest: manifestFile(cwd, all) }, { cwd });
      expect(step.exitCode).toBe(1);
      expect(await bed.record()).toBeUndefined();
      return step.errors.join('\n');
    };
    const stateful = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' } };
    expect(await refuse([deployment as object, stateful])).toContain("StatefulSet db can't be released");
    const spec = deployment?.spec as { template: { spec: PodSpec } };
    const container = { name: 'app', image: image('v2') };
    const wrong = {
      ...deployment,
      spec: { ...spec, template: { ...spec.template, spec: { containers: [container, container] } } },
    };
    expect(await refuse([wrong])).toMatch(/The API server refuses the manifest's Deployment: .*Duplicate value/);
    expect(await refuse([{ ...deployment, metadata: { name: 'restaurant', namespace: 'elsewhere' } }])).toContain(
      'is for namespace elsewhere',
    );
  });
});

describe('the first deployment of an app', () => {
  const app = (tag: string) => [...objects({ tag, menu: 'soup' }), service('restaurant', restaurantLabels)];

  async function start(bed: ReleaseBed, tag: string, inputs: Record<string, string> = {}, env: Record<string, string> = {}) {
    const cwd = mkdtempSync(join(tmpdir(), 'd9-manifest-'));
    return bed.step('canary-step', { weight: '10', manifest: manifestFile(cwd, app(tag)), ...inputs }, { cwd, env });
  }

  test('creates what the manifest says, and the next release has a stable to stand beside', async () => {
    const bed = await releaseBed(fixture, 'empty');
    expect(await start(bed, 'v1')).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted', revision: image('v1') } });
    expect([await bed.stableImage(), await bed.leftovers()]).toEqual([image('v1'), []]);
    const again = await start(bed, 'v1');
    expect(again).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
    expect(await start(bed, 'v2')).toMatchObject({ exitCode: 0, outputs: { phase: 'holding', revision: image('v2') } });
  });

  test('that two runs begin at once is done by one of them; the other names it, or goes on from there', async () => {
    const bed = await releaseBed(fixture, 'empty');
    const runs = ['9001', '9002'].map((run) => start(bed, `v1-start-${run}`, {}, { GITHUB_RUN_ID: run }));
    const ends = await Promise.all(runs);
    const [first, ...more] = ends.filter(({ outputs }) => outputs.phase === 'promoted');
    expect([more, first?.outputs.revision]).toEqual([[], await bed.stableImage()]);
    const other = ends.find((end) => end !== first);
    expect(`${other?.outputs.phase} ${other?.errors.join()}`).toMatch(
      /^holding $|Workflow run 900[12] of \S+ [^.]*is working on (this app|it)/,
    );
  });

  test('that does not start is named and removed again', async () => {
    const bed = await releaseBed(fixture, 'empty');
    const step = await start(bed, 'crash');
    expect(step.exitCode).toBe(1);
    expect(step.errors.join()).toMatch(
      /CrashLoopBackOff[\s\S]*first deployment of this app; what it had created is removed again/,
    );
    await expect(bed.stable()).rejects.toThrow('404');
    expect(await fixture.api.get(`${configMaps(bed.namespace)}/menu`).catch(() => undefined)).toBeUndefined();
  });

  const MARK = 'd9.dev/first-deployment';
  async function killAfterCreation(bed: ReleaseBed, tag: string): Promise<void> {
    const controller = new AbortController();
    const onStdout = (soFar: string) => /PATCH \S+\/deployments\/restaurant: 20[01]/.test(soFar) && controller.abort();
    const cwd = mkdtempSync(join(tmpdir(), 'd9-manifest-'));
    const inputs = { weight: '10', manifest: manifestFile(cwd, app(tag)) };
    await bed.step('canary-step', inputs, { cwd, signal: controller.signal, cancelWith: 'SIGKILL', onStdout });
    expect((await bed.stable()).metadata.annotations?.[MARK]).toBeDefined();
  }

  test('that was killed goes on with the same step, and with a version that is mended', async () => {
    const bed = await releaseBed(fixture, 'empty');
    await killAfterCreation(bed, 'crash');
    await killAfterCreation(bed, 'v1-start-60000');
    expect(await start(bed, 'v1')).toMatchObject({ exitCode: 0, outputs: { phase: 'promoted', revision: image('v1') } });
    const menu = await fixture.api.get<ConfigMap>(`${configMaps(bed.namespace)}/menu`);
    const marks = [await bed.stable(), menu].map(({ metadata }) => metadata.annotations?.[MARK]);
    expect([...marks, await bed.leftovers()]).toEqual([undefined, undefined, []]);
  });

  test('that was killed and does not start then is removed whole, without what was there before', async () => {
    const bed = await releaseBed(fixture, 'empty');
    const menu = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'menu' }, data: { text: 'tea' } };
    await fixture.api.create(configMaps(bed.namespace), menu);
    await killAfterCreation(bed, 'v1-start-60000');
    const undo = await bed.step('rollback', { scope: 'any' });
    expect([undo.exitCode, undo.warnings.join()]).toEqual([
      0,
      expect.stringContaining('of a first deployment that is not finished'),
    ]);
    expect((await start(bed, 'crash')).exitCode).toBe(1);
    await expect(bed.stable()).rejects.toThrow('404');
    expect(await fixture.api.get(`${configMaps(bed.namespace)}/menu`)).toMatchObject({ data: { text: 'tea' } });
    const left = [`/api/v1/namespaces/${bed.namespace}/services/restaurant`].map((path) => fixture.api.get(path));
    expect((await Promise.allSettled(left)).map(({ status }) => status)).toEqual(['rejected']);
  });

  test('whose step was lost when it served already is a stable like any other: neither written over nor removed', async () => {
    const bed = await manifestBed();
    const marked = { metadata: { annotations: { [MARK]: 'lost' } } };
    const paths = [
      `${collections.deployments(bed.namespace)}/restaurant`,
      `/api/v1/namespaces/${bed.namespace}/services/restaurant`,
      `${configMaps(bed.namespace)}/menu`,
    ];
    for (const path of paths) await fixture.api.patch(path, marked, 'application/merge-patch+json');
    const next = await bed.raise({ tag: 'crash' });
    expect([next.exitCode, next.errors.join()]).toEqual([1, expect.stringContaining('CrashLoopBackOff')]);
    expect([await bed.stableImage(), await bed.leftovers()]).toEqual([image('v1'), []]);
    const left = await Promise.all(paths.map((path) => fixture.api.get<KubeObject>(path)));
    expect(left.map(({ metadata }) => metadata.annotations?.[MARK])).toEqual([undefined, undefined, undefined]);
  });

  test('is only checked in a dry run', async () => {
    const bed = await releaseBed(fixture, 'empty');
    const dry = await start(bed, 'v1', { 'dry-run': 'true' });
    const planned = [...dry.stdout.matchAll(/^\d+\. (.*): accepted by the API server \(dry run\)$/gm)].map(([, text]) => text);
    expect(planned).toEqual(['Create ConfigMap menu', 'Create Service restaurant', 'Create Deployment restaurant']);
    expect(dry).toMatchObject({ exitCode: 0, outputs: { phase: 'none' } });
    await expect(bed.stable()).rejects.toThrow('404');
  });

  test('without a manifest, or without a Service, is refused', async () => {
    const bed = await releaseBed(fixture, 'empty');
    expect((await bed.step('canary-step', { weight: '10', image: image('v1') })).errors.join()).toContain(
      'There is no Deployment',
    );
    const cwd = mkdtempSync(join(tmpdir(), 'd9-manifest-'));
    const alone = { weight: '10', manifest: manifestFile(cwd, objects({ tag: 'v1' })) };
    expect((await bed.step('canary-step', alone, { cwd })).errors.join()).toContain('has no such Service');
  });
});
