import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { V1ConfigMap } from '@kubernetes/client-node';
import { load } from 'js-yaml';
import { systemClock } from '../../../../../src/kernel/clock.js';
import { connect } from '../../../../../src/platforms/kubernetes/access/connect.js';
import { kubeconfigOf } from '../../../../../src/platforms/kubernetes/access/kubeconfig.js';
import type { Cluster } from '../../../../../src/platforms/kubernetes/api/cluster.js';
import { CONFIG_MAP } from '../../../../../src/platforms/kubernetes/api/kinds.js';
import { bringOwn } from '../../../../../src/platforms/kubernetes/api/own-object.js';
import type { ClusterFixture } from '../../../../../testbed/fixture.js';
import { sandboxFixture } from '../../../../../testbed/sandbox/fixture.js';
import { anySignal, environmentOf, RecordingLog } from '../bed.js';

let fixture: ClusterFixture;
let cluster: Cluster;
const log = new RecordingLog();
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());
beforeEach(async () => {
  const kubeconfig = kubeconfigOf(load(readFileSync(fixture.bed.kubeconfig, 'utf8')), 'the kubeconfig', tmpdir());
  const namespace = await fixture.createNamespace();
  cluster = connect({ kubeconfig, namespace }, { clock: systemClock, log, environment: environmentOf() });
});

const menu = (data: Record<string, string>, release = 'ours'): V1ConfigMap => ({
  metadata: { name: 'menu-canary', namespace: cluster.namespace, labels: { release } },
  data,
});
const isOurs = ({ metadata }: V1ConfigMap) => metadata?.labels?.release === 'ours';
const bring = (object: V1ConfigMap, isNew = false) => bringOwn(cluster, { kind: CONFIG_MAP, object, isOurs }, isNew, anySignal());
const live = () => cluster.read(CONFIG_MAP, 'menu-canary', anySignal());

test('what is somebody else’s is neither merged into nor changed, and is named', async () => {
  const theirs = await cluster.create(CONFIG_MAP, menu({ a: 'theirs' }, 'theirs'), anySignal());
  for (const isNew of [true, false])
    await expect(bring(menu({ b: 'ours' }), isNew)).rejects.toThrow(
      `ConfigMap ${cluster.namespace}/menu-canary is there already, and this release has not made it`,
    );
  expect(await live()).toEqual(theirs);
});

test('our own is made once, changed under its identity, and left alone when it is as it should be', async () => {
  const made = await bring(menu({ a: '1' }), true);
  const same = await bring(menu({ a: '1' }), true);
  expect(same.metadata?.resourceVersion).toBe(made.metadata?.resourceVersion);
  const changed = await bring(menu({ a: '2' }));
  expect(changed).toMatchObject({ data: { a: '2' }, metadata: { uid: made.metadata?.uid } });
});

test('one that changes or goes between the look and the write is looked at again', async () => {
  await bring(menu({ a: '1' }), true);
  const { read } = cluster;
  let meddle = (): Promise<unknown> => cluster.merge(CONFIG_MAP, 'menu-canary', { data: { b: 'theirs' } }, anySignal());
  let isFirst = true;
  cluster.read = async (kind, name, signal) => {
    const seen = await read.call(cluster, kind, name, signal);
    if (isFirst) await meddle();
    isFirst = false;
    return seen as never;
  };
  expect(await bring(menu({ a: '2' }))).toMatchObject({ data: { a: '2', b: 'theirs' } });

  isFirst = true;
  meddle = () => cluster.remove(CONFIG_MAP, 'menu-canary', {}, anySignal());
  expect(await bring(menu({ a: '3' }))).toMatchObject({ data: { a: '3' } });
});
