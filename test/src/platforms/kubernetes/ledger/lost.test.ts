import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { type Clock, systemClock } from '../../../../../src/kernel/clock.js';
import { connect } from '../../../../../src/platforms/kubernetes/access/connect.js';
import { kubeconfigOf } from '../../../../../src/platforms/kubernetes/access/kubeconfig.js';
import type { Cluster } from '../../../../../src/platforms/kubernetes/api/cluster.js';
import { CONFIG_MAP, LEASE } from '../../../../../src/platforms/kubernetes/api/kinds.js';
import { ServerUnreachable } from '../../../../../src/platforms/kubernetes/api/server-unreachable.js';
import { HeldLease } from '../../../../../src/platforms/kubernetes/ledger/held-lease.js';
import { LockLost } from '../../../../../src/release/record/lock-lost.js';
import type { ClusterFixture } from '../../../../../testbed/fixture.js';
import { sandboxFixture } from '../../../../../testbed/sandbox/fixture.js';
import { anySignal, environmentOf, RecordingLog } from '../bed.js';
import { type Fault, FaultServer, forward, reset } from '../fault-server.js';

const OURS = 'shop/restaurant/4711/1/release@runner-1#ours';
const RIVAL = 'shop/restaurant/4712/1/release@runner-2#theirs';
const NAME = 'd9-restaurant';
const TELLS = 'Workflow run 4712 of shop/restaurant has taken Lease';

/** Waits between attempts are over at once; no renewal comes by itself. */
const impatient: Clock = {
  now: systemClock.now,
  sleep: (ms, signal) => systemClock.sleep(ms < 10_000 ? 0 : 600_000, signal),
};

let fixture: ClusterFixture;
/** Between the cluster and the step that stands still. */
let proxy: FaultServer;
/** The same cluster past the proxy. */
let direct: Cluster;
let throughProxy: Cluster;
let pass: Fault;
let monotonicMs: number;
let held: HeldLease | undefined;

beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());
beforeEach(async () => {
  const document = load(readFileSync(fixture.bed.kubeconfig, 'utf8')) as Kubeconfig;
  const authority = document.clusters[0]?.cluster['certificate-authority-data'];
  pass = forward(fixture.bed.server, authority && Buffer.from(authority, 'base64').toString());
  proxy = await FaultServer.start([pass]);
  const namespace = await fixture.createNamespace();
  const reach = (server: string) => {
    const clusters = document.clusters.map(({ name, cluster }) => ({ name, cluster: { ...cluster, server } }));
    const kubeconfig = kubeconfigOf({ ...document, clusters }, 'the kubeconfig', tmpdir());
    return connect({ kubeconfig, namespace }, { clock: impatient, log: new RecordingLog(), environment: environmentOf() });
  };
  direct = reach(fixture.bed.server);
  throughProxy = reach(proxy.url);
  monotonicMs = 0;
  held = undefined;
});
afterEach(async () => {
  await held?.endWork();
  await proxy.stop();
});

interface Kubeconfig {
  readonly clusters: readonly { readonly name: string; readonly cluster: Readonly<Record<string, string>> }[];
}

const take = async () => {
  const effects = { cluster: throughProxy, clock: impatient, log: new RecordingLog(), signal: anySignal(), nonce: 'ours' };
  held = await HeldLease.take(NAME, OURS, undefined, { ...effects, monotonicMs: () => monotonicMs });
  return throughProxy.fencedBy(held.fence);
};
const takeOver = (rival = RIVAL) => direct.merge(LEASE, NAME, { spec: { holderIdentity: rival } }, anySignal());
/** Everything but what leads to the Lease. */
const unreachable: Fault = (request, response) => (request.path.includes('/leases') ? pass : reset)(request, response);

const requests: Readonly<Record<string, (cluster: Cluster) => Promise<unknown>>> = {
  'a read': (cluster) => cluster.read(CONFIG_MAP, 'menu', anySignal()),
  'a list': (cluster) => cluster.list(CONFIG_MAP, {}, anySignal()),
  'a wait': (cluster) => cluster.until(CONFIG_MAP, {}, () => undefined, { timeoutMs: 1 }, anySignal()),
  'a look at a pod': (cluster) => cluster.request({ method: 'GET', path: '/api/v1/pods/x/proxy/metrics' }, anySignal()),
};

test.each(Object.entries(requests))('%s that fails after the lock’s time names who has the lock now', async (_, send) => {
  const cluster = await take();
  await takeOver();
  proxy.play(unreachable);
  monotonicMs += 60_000;
  const failure = await send(cluster).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(LockLost);
  expect(String(failure)).toContain(TELLS);
});

test('a request that fails while the lock is still ours fails as it does, before and after the lock’s time', async () => {
  const cluster = await take();
  proxy.play(unreachable);
  for (const standstillMs of [0, 60_000]) {
    monotonicMs += standstillMs;
    await expect(cluster.read(CONFIG_MAP, 'menu', anySignal())).rejects.toThrow(ServerUnreachable);
  }
});

test('what fails within the lock’s time asks for no Lease', async () => {
  const cluster = await take();
  await takeOver();
  proxy.play(unreachable);
  await expect(cluster.read(CONFIG_MAP, 'menu', anySignal())).rejects.toThrow(ServerUnreachable);
});

/** The lock is given; the machine stands still before it hears of it. */
const giveUnheard: Fault = (request, response) => {
  if (request.method === 'GET') return pass(request, response);
  if (monotonicMs === 0) {
    monotonicMs += 60_000;
    const created = direct.create(LEASE, JSON.parse(request.body), anySignal());
    created.then(
      () => reset(request, response),
      () => reset(request, response),
    );
  } else reset(request, response);
};

test('a lock that was given and taken over before its taker heard of it is told as lost', async () => {
  let isTaken = false;
  proxy.play((request, response) => {
    if (request.method !== 'GET' || isTaken) return giveUnheard(request, response);
    isTaken = true;
    takeOver().then(
      () => pass(request, response),
      () => reset(request, response),
    );
  });
  const failure = await take().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(LockLost);
  expect(String(failure)).toContain(TELLS);
});

test('a lock that was given, and that nobody has taken since, is held although its answer was lost', async () => {
  proxy.play(giveUnheard);
  const cluster = await take();
  proxy.play(pass);
  await cluster.create(CONFIG_MAP, { metadata: { name: 'menu', namespace: direct.namespace } }, anySignal());
  expect((await direct.read(LEASE, NAME, anySignal()))?.spec?.holderIdentity).toBe(OURS);
});

test('a lock that another job of the run has taken is told so, and not as a runner that stood still', async () => {
  await take();
  await takeOver(OURS.replace('runner-1#ours', 'runner-2#theirs'));
  const failure = await held?.annotate('d9.dev/note', 'x').catch((error: unknown) => error);
  expect(failure).toMatchObject({ isWithinRun: true });
  expect(String(failure)).toMatch(/Another job of this run \(release on runner-2\) has taken Lease [\s\S]*`max-parallel: 1`/);
  expect(String(failure)).not.toMatch(/not renewed|Workflow run/);
});

test('a Lease that is deleted while the lock is surely held is written anew with all that it held', async () => {
  await take();
  await held?.annotate('d9.dev/note', 'kept');
  const before = await direct.read(LEASE, NAME, anySignal());
  await direct.remove(LEASE, NAME, {}, anySignal());
  await held?.annotate('d9.dev/other', 'new');
  const { metadata, spec } = (await direct.read(LEASE, NAME, anySignal())) ?? {};
  expect(spec).toEqual(before?.spec);
  expect([metadata?.labels, metadata?.annotations]).toEqual([
    before?.metadata?.labels,
    { ...before?.metadata?.annotations, 'd9.dev/other': 'new' },
  ]);
});

test('a Lease that was deleted, and made by another process since, is that process’s', async () => {
  await take();
  await direct.remove(LEASE, NAME, {}, anySignal());
  const spec = { holderIdentity: RIVAL };
  await direct.create(LEASE, { metadata: { name: NAME, namespace: direct.namespace }, spec }, anySignal());
  const failure = await held?.annotate('d9.dev/note', 'x').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(LockLost);
  expect((await direct.read(LEASE, NAME, anySignal()))?.metadata?.annotations).toBeUndefined();
});

test('a Lease that is gone after the lock’s time is not written anew: another process may have had it meanwhile', async () => {
  await take();
  await direct.remove(LEASE, NAME, {}, anySignal());
  monotonicMs += 60_000;
  const failure = await held?.annotate('d9.dev/note', 'x').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(LockLost);
  expect(await direct.read(LEASE, NAME, anySignal())).toBeUndefined();
});
