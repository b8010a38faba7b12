import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { systemClock } from '../../../../../src/kernel/clock.js';
import { connect } from '../../../../../src/platforms/kubernetes/access/connect.js';
import { kubeconfigOf } from '../../../../../src/platforms/kubernetes/access/kubeconfig.js';
import { DEPLOYMENT, SERVICE } from '../../../../../src/platforms/kubernetes/api/kinds.js';
import { releasePods } from '../../../../../src/platforms/kubernetes/evidence/release-pods.js';
import { type ClusterFixture, rolledOut } from '../../../../../testbed/fixture.js';
import { sandboxFixture } from '../../../../../testbed/sandbox/fixture.js';
import { anySignal, environmentOf, RecordingLog } from '../bed.js';

let fixture: ClusterFixture;
beforeAll(async () => {
  fixture = await sandboxFixture();
});
afterAll(() => fixture.close());

test('stable’s pods are those of its Deployment, also of one that was made anew under its name meanwhile', async () => {
  const namespace = await fixture.createNamespace();
  await fixture.deployRestaurant(namespace, { replicas: 1 });
  const kubeconfig = kubeconfigOf(load(readFileSync(fixture.bed.kubeconfig, 'utf8')), 'the kubeconfig', tmpdir());
  const effects = { clock: systemClock, log: new RecordingLog(), environment: environmentOf() };
  const cluster = connect({ kubeconfig, namespace }, effects);
  const deployment = await cluster.read(DEPLOYMENT, 'restaurant', anySignal());
  const service = await cluster.read(SERVICE, 'restaurant', anySignal());
  if (!deployment || !service) throw new Error('the app is not there');
  const list = releasePods(cluster, { name: 'restaurant', namespace, deployment, service, container: 'app' });
  const [first] = (await list(anySignal())).stable;
  expect(first).toBeDefined();

  await cluster.remove(DEPLOYMENT, 'restaurant', {}, anySignal());
  const { metadata, spec } = deployment;
  const again = { metadata: { name: 'restaurant', namespace, labels: metadata?.labels ?? {} }, ...(spec && { spec }) };
  await cluster.create(DEPLOYMENT, again, anySignal());
  await rolledOut(fixture.api, namespace, 'restaurant');
  const { stable } = await list(anySignal());
  expect(stable.map((pod) => pod.metadata?.uid)).not.toContain(first?.metadata?.uid);
  expect(stable).toHaveLength(1);
});
