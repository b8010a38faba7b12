import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { systemClock } from '../../../src/kernel/clock.js';
import { Problems } from '../../../src/kernel/errors.js';
import { connect } from '../../../src/platforms/kubernetes/access/connect.js';
import { kubeconfigOf } from '../../../src/platforms/kubernetes/access/kubeconfig.js';
import type { Cluster } from '../../../src/platforms/kubernetes/api/cluster.js';
import { DEPLOYMENT, SERVICE } from '../../../src/platforms/kubernetes/api/kinds.js';
import { type App, canaryName, readApp } from '../../../src/platforms/kubernetes/app/app.js';
import { canaryDeployment, canaryService } from '../../../src/platforms/kubernetes/canary-objects/canary-objects.js';
import type {
  LoadedRouter,
  Router,
  RouterDescription,
  RouterMemory,
  SplitObject,
} from '../../../src/platforms/kubernetes/router.js';
import { ROUTERS } from '../../../src/platforms/kubernetes/routers/index.js';
import { type ClusterFixture, rolledOut, untilEndpoints } from '../../../testbed/fixture.js';
import { sandboxFixture } from '../../../testbed/sandbox/fixture.js';
import { anySignal, environmentOf, RecordingLog } from '../../src/platforms/kubernetes/bed.js';
import type { RouterBed } from './bed.js';

/** What a strategy relies on of whatever splits the traffic. A kind that is registered is tried here without a further line. */
const all = ROUTERS as readonly RouterDescription[];
const log = new RecordingLog();
const acceptance = { clock: systemClock, log, timeoutMs: 20_000 };
const CANARY_PODS = 3;

let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

test('no two kinds have one name, and each stands in the folder of its name and has a bed to be tried on', () => {
  const kinds = all.map(({ kind }) => kind);
  expect(kinds).toEqual([...new Set(kinds)]);
  for (const kind of kinds) {
    expect(kind).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect([kind, existsSync(`src/platforms/kubernetes/routers/${kind}/index.ts`)]).toEqual([kind, true]);
    expect([kind, existsSync(`test/contracts/router/${kind}.ts`)]).toEqual([kind, true]);
    expect([kind, existsSync(`docs/rbac/canary-step.${kind}.yaml`)]).toEqual([kind, true]);
  }
});

describe.each(all.map((description) => [description.kind, description] as const))('%s', (kind, description) => {
  interface Tried {
    readonly cluster: Cluster;
    readonly app: App;
    readonly memory: RouterMemory;
    readonly loaded: LoadedRouter;
    readonly router: Router;
    /** What is found to split the traffic, as it is now. */
    seen(): Promise<SplitObject | undefined>;
  }
  let bed: RouterBed;
  beforeAll(async () => {
    ({ bed } = (await import(`./${kind}.js`)) as { bed: RouterBed });
  });

  /** The app with its canary beside it, ready, and not in the traffic yet where the kind keeps it out. */
  async function tried(): Promise<Tried> {
    const namespace = await fixture.createNamespace();
    await fixture.deployRestaurant(namespace, bed.deploy);
    await bed.prepare?.(fixture.api, namespace);
    const kubeconfig = kubeconfigOf(load(readFileSync(fixture.bed.kubeconfig, 'utf8')), 'the kubeconfig', tmpdir());
    const cluster = connect({ kubeconfig, namespace }, { clock: systemClock, log, environment: environmentOf() });
    const names = { app: 'restaurant', deployment: undefined, service: undefined, container: undefined };
    const { app } = await readApp(cluster, names, new Problems(), anySignal());
    if (!app) throw new Error('the example app is not there');
    const { isolation } = description;
    const plan = { app, image: 'registry.test/restaurant:v2', replicas: CANARY_PODS, releaseId: 'contract', isolation };
    await cluster.create(DEPLOYMENT, canaryDeployment(plan), anySignal());
    if (isolation === 'isolated') await cluster.create(SERVICE, canaryService(plan), anySignal());
    await rolledOut(fixture.api, namespace, canaryName(app.name));
    if (isolation === 'isolated') await untilEndpoints(fixture.api, namespace, canaryName(app.name), CANARY_PODS);
    const asked = { name: undefined, service: app.name, namespace, isRequired: false };
    const seen = async () => description.choose(await description.list(cluster, anySignal()), asked)?.object;
    const first = await seen();
    const memory = description.remember(app, first);
    const loaded = await description.load();
    return { cluster, app, memory, loaded, router: loaded.create(cluster, app, memory, { seen: first, acceptance }), seen };
  }

  const specOf = (object: SplitObject | undefined) => (object as { spec?: unknown } | undefined)?.spec;
  const live = ({ loaded, cluster, memory, app }: Tried, weight: number) =>
    loaded.live(cluster, memory, { stable: app.name, canary: canaryName(app.name), weight }, anySignal());

  test('says what it is, and its router can do what its description says', async () => {
    expect(description.summary).toMatch(/^(an? |the )/);
    const { router, memory } = await tried();
    const { shares, carriesAll, isolation, splitsTesters } = description;
    expect(router).toMatchObject({ kind, shares, carriesAll, isolation, splitsTesters, memory });
    expect(memory.kind).toBe(kind);
    expect(router.settleMs).toBeGreaterThan(0);
    expect(router.settleReason).not.toBe('');
    expect(description.describe(memory)).not.toBe('');
    expect(router.reachableShare(0, 3) === 0 || shares === 'whole-pods').toBe(true);
    expect(router.canaryReplicas(50, 3)).toBeGreaterThan(0);
  });

  test('is found by what leads to the Service or by its name, fits the example app, and nothing of it is odd', async () => {
    const { app, cluster, loaded, seen, memory } = await tried();
    const object = await seen();
    expect(object === undefined).toBe(description.objects(memory).length === 0);
    const problems = new Problems();
    if (object) description.refuseIndivisible(app, object);
    await loaded.check(app, object, undefined, problems);
    problems.throwIfAny();
    expect(loaded.oddities(app, object)).toEqual([]);
    await expect(loaded.address(cluster, object, anySignal())).resolves.toEqual(expect.any(String));
    const entrances = await description.list(cluster, anySignal());
    const leading = entrances.filter(({ leadsTo }) => leadsTo(app.name));
    expect(leading.map(({ name }) => name)).toEqual(description.objects(memory).map(({ name }) => name));
    expect(entrances.some(({ leadsTo }) => leadsTo('menu'))).toBe(false);
    const named = (name: string, service = app.name) =>
      description.choose(entrances, { name, service, namespace: app.namespace, isRequired: false })?.object;
    for (const { name } of description.objects(memory)) {
      const elsewhere = { name: undefined, service: 'menu', namespace: app.namespace };
      expect(description.choose(entrances, { ...elsewhere, isRequired: false })).toBeUndefined();
      expect(() => description.choose(entrances, { ...elsewhere, isRequired: true })).toThrow('sends traffic to Service menu');
      expect(named(name)).toEqual(object);
      expect(() => named('gone')).toThrow('There is no');
      expect(() => named(name, 'menu')).toThrow('does not send traffic to Service menu');
      expect(description.named(name)).toEqual(description.objects(memory)[0]);
    }
  });

  test('refuses testers that it can not tell apart, and an object that sends traffic to the canary already', async () => {
    const { app, loaded, router, seen } = await tried();
    const testers = new Problems();
    await loaded.check(app, await seen(), { header: { name: 'x-canary', value: 'yes' } }, testers);
    expect(testers.texts.length > 0).toBe(!description.splitsTesters);
    await router.admit(anySignal());
    await router.shift({ percent: 10, pods: 1 }, anySignal());
    const taken = new Problems();
    await loaded.check(app, await seen(), undefined, taken);
    expect(taken.texts.length > 0).toBe(description.isolation === 'isolated');
  });

  test('says when somebody has given the canary another share since', async () => {
    const { app, loaded, router, seen } = await tried();
    await router.admit(anySignal());
    await router.shift({ percent: 25, pods: 1 }, anySignal());
    const object = await seen();
    loaded.refuseDeparted(app, object, { percent: 25, reached: 25 });
    loaded.refuseDeparted(app, object, { percent: 50, reached: 25 });
    if (description.shares === 'any')
      expect(() => loaded.refuseDeparted(app, object, { percent: 50, reached: 50 })).toThrow(/gives the canary 25 %/);
  });

  test('takes its own memory from a record, as JSON leaves it, and no forged one', async () => {
    const { memory } = await tried();
    expect(description.memory(JSON.parse(JSON.stringify(memory)))).toEqual([]);
    for (const forged of [null, 1, 'text', [], ...bed.forged]) expect(description.memory(forged)).not.toEqual([]);
  });

  test('gives each share that is asked for, says that it does, and leaves what it found, however often it is told to', async () => {
    const release = await tried();
    const { router, seen } = release;
    const before = specOf(await seen());
    await router.admit(anySignal());
    expect(specOf(await seen()) === undefined || (await live(release, 0))?.kind === 'share').toBe(true);
    for (const percent of [10, 50, 25]) {
      const pods = Math.min(CANARY_PODS, router.canaryReplicas(percent, CANARY_PODS));
      await router.shift({ percent, pods }, anySignal());
      const found = await live(release, percent);
      if (found !== undefined) expect(found).toMatchObject({ kind: 'share', percent });
      if (description.shares === 'any') expect(await router.departure(percent, anySignal())).toBeUndefined();
    }
    await router.shift({ percent: 0, pods: 0 }, anySignal());
    expect(await router.departure(0, anySignal())).toBeUndefined();
    await router.leave(anySignal());
    const left = await seen();
    expect(specOf(left)).toEqual(before);
    await router.leave(anySignal());
    expect(await seen()).toEqual(left);
  });

  test('is undone by whoever finds its traces, without a record', async () => {
    const release = await tried();
    const { router, loaded, cluster, app, seen } = release;
    const before = specOf(await seen());
    await router.admit(anySignal());
    await router.shift({ percent: 50, pods: CANARY_PODS }, anySignal());
    const traces = await loaded.traces(cluster, canaryName(app.name), true, anySignal());
    expect(traces.length).toBe(description.objects(release.memory).length);
    for (const { memory, percent, name } of traces) {
      expect([percent, name]).toEqual([50, expect.stringContaining(app.name)]);
      expect(description.memory(memory)).toEqual([]);
      const undo = loaded.create(cluster, app, memory, { acceptance });
      await undo.shift({ percent: 0, pods: 0 }, anySignal());
      await undo.leave(anySignal());
    }
    expect(specOf(await seen())).toEqual(before);
  });

  test('finds the way back although its object is gone', async () => {
    const release = await tried();
    const { cluster, router, memory } = release;
    await router.admit(anySignal());
    await router.shift({ percent: 25, pods: 1 }, anySignal());
    const objects = description.objects(memory);
    for (const object of objects) await cluster.remove(object.kind, object.name, {}, anySignal());
    if (objects.length > 0)
      expect(await live(release, 25)).toMatchObject({ kind: 'gone', why: expect.stringContaining('is gone') });
    const { loaded, app } = release;
    const undo = loaded.create(cluster, app, memory, { acceptance });
    await undo.shift({ percent: 0, pods: 0 }, anySignal());
    await undo.leave(anySignal());
    expect(await undo.strays(undefined, anySignal())).toEqual([]);
  });
});
