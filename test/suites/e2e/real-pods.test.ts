import { execFile } from 'node:child_process';
import http from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { EndpointSlice, KubeObject, Pod } from '../../../testbed/client/objects.js';
import { collections, connectBed, type Fixture, rolledOut } from '../../../testbed/fixture.js';
import { type AppPush, pushAppImage } from '../../../testbed/image/app-image.js';
import { restaurantDeployment, restaurantLabels, service } from '../../../testbed/restaurant.js';

/** What the node of the full bed does as any other node; the played pods of the small bed do not. */
const execute = promisify(execFile);
let bed: Fixture;
let namespace: string;

beforeAll(() => {
  bed = connectBed();
});
beforeEach(async () => {
  namespace = await bed.createNamespace();
});
afterAll(() => bed.close());

const query = { labelSelector: 'app.kubernetes.io/name=restaurant' };
const deployments = () => collections.deployments(namespace);
const pods = (isDone: (pods: Pod[]) => boolean) => bed.api.untilAll<Pod>(collections.pods(namespace), query, isDone);

function registry(): string {
  if (bed.bed.registry === undefined) throw new Error('These tests need the full bed: npm run test:e2e.');
  return bed.bed.registry;
}

async function push(version: Omit<AppPush, 'registry'>): Promise<string> {
  return (await pushAppImage({ registry: registry(), ...version })).image;
}

async function deploy(image: string, replicas = 1): Promise<void> {
  await bed.api.create(deployments(), restaurantDeployment({ image, replicas }));
}

/** Changes the app's only container; the pods are replaced. */
async function change(container: object): Promise<void> {
  const spec = { template: { spec: { containers: [{ name: 'app', ...container }] } } };
  await bed.api.patch(`${deployments()}/restaurant`, { spec }, 'application/strategic-merge-patch+json');
  await rolledOut(bed.api, namespace, 'restaurant');
}

/** The only pod, once it is as wanted. */
async function pod(isDone: (pod: Pod) => boolean): Promise<Pod> {
  const [only] = await pods((all) => all.length === 1 && all.every(isDone));
  if (only === undefined) throw new Error('No pod');
  return only;
}

const containerOf = ({ status }: Pod) => status.containerStatuses?.[0];
const waitingReason = (pod: Pod) => containerOf(pod)?.state.waiting?.reason;
const isReady = (pod: Pod) => containerOf(pod)?.ready ?? false;

/** Makes a Service for the pods and returns its ClusterIP. */
async function expose(): Promise<string> {
  const { spec } = await bed.api.create<KubeObject>(collections.services(namespace), service('restaurant', restaurantLabels));
  return (spec as { clusterIP: string }).clusterIP;
}

/** The version that answers on a new connection; undefined when none does. */
function ask(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = http.get(`http://${address}/`, { agent: false, timeout: 5_000 }, (response) => {
      response.resume();
      response.on('close', () => resolve(response.complete ? response.headers['x-app-version']?.toString() : undefined));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
  });
}

/** kube-proxy acts up to a second after the endpoints have changed. */
async function untilAnswered(address: string, wanted: string | undefined): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (let last = await ask(address); last !== wanted; last = await ask(address)) {
    if (Date.now() > deadline) throw new Error(`${address} is answered by ${last}, not by ${wanted}.`);
    await wait(50);
  }
}

test('a rolling update replaces the pods behind the ClusterIP, and somebody answers all the time', async () => {
  const address = await expose();
  await deploy(await push({ tag: 'v1' }), 3);
  await rolledOut(bed.api, namespace, 'restaurant');
  await untilAnswered(address, 'v1');

  const answers: (string | undefined)[] = [];
  let isOver = false;
  const asking = (async () => {
    while (!isOver) answers.push(await ask(address));
  })();
  await change({ image: await push({ tag: 'v2' }) });
  await pods((all) => all.length === 3 && all.every(({ metadata }) => metadata.deletionTimestamp === undefined));
  await untilAnswered(address, 'v2');
  isOver = true;
  await asking;
  expect([...new Set(answers)].sort()).toEqual(['v1', 'v2']);
});

test('a pod reaches others, and itself, at a ClusterIP', async () => {
  const address = await expose();
  await deploy(await push({ tag: 'v1' }));
  const { metadata } = await pod(isReady);
  await untilAnswered(address, 'v1');
  const script = `fetch('http://${address}/').then((answer) => console.log(answer.headers.get('x-app-pod')))`;
  const command = ['--namespace', namespace, 'exec', metadata.name, '--', '/bin/node', '--eval', script];
  expect((await execute('kubectl', command)).stdout).toBe(`${metadata.name}\n`);
});

test('the API server reads pages and logs of a pod', async () => {
  await deploy(await push({ tag: 'v1' }));
  const { metadata } = await pod(isReady);
  const path = `${collections.pods(namespace)}/${metadata.name}`;
  expect(await bed.api.text('GET', `${path}:8080/proxy/metrics`)).toContain('# TYPE http_requests_total counter');
  expect(await bed.api.text('GET', `${path}/log`)).toContain('starting restaurant v1\n');
});

test('a container that ends is in CrashLoopBackOff, with its exit code and its last lines', async () => {
  await deploy(await push({ tag: 'v1-crash', faults: 'crash' }));
  const crashed = await pod((seen) => waitingReason(seen) === 'CrashLoopBackOff');
  expect(containerOf(crashed)?.lastState?.terminated?.exitCode).toBe(1);
  const log = `${collections.pods(namespace)}/${crashed.metadata.name}/log?previous=true&tailLines=2`;
  expect(await bed.api.text('GET', log)).toContain('ECONNREFUSED');
});

test('an image that is not in the registry ends in ImagePullBackOff, and the reason names it', async () => {
  const missing = `${registry()}/restaurant:nosuch`;
  await deploy(missing);
  const failed = await pod((seen) => waitingReason(seen) === 'ErrImagePull');
  expect(containerOf(failed)?.state.waiting?.message).toContain(`${missing}: not found`);
  await pod((seen) => waitingReason(seen) === 'ImagePullBackOff');
});

test('a pod whose probe fails leaves the endpoints, and comes back with the probe', async () => {
  const address = await expose();
  await deploy(await push({ tag: 'v1' }));
  await change({ readinessProbe: { periodSeconds: 1, failureThreshold: 1 } });
  const { status } = await pod(isReady);
  await untilAnswered(address, 'v1');
  const order = async (faults: string | null) => {
    const body = JSON.stringify({ faults });
    const answer = await fetch(`http://${status.podIP}:8080/-/faults`, {
      method: 'POST',
      headers: { connection: 'close' },
      body,
    });
    expect(answer.status).toBe(200);
    await answer.text();
  };
  await order('unready');
  await pod((seen) => !isReady(seen));
  await untilAnswered(address, undefined);
  await order(null);
  await pod(isReady);
  await untilAnswered(address, 'v1');
});

test('a Deployment that is deleted takes its endpoints along, and nobody answers at its addresses', async () => {
  const address = await expose();
  await deploy(await push({ tag: 'v1' }), 2);
  await rolledOut(bed.api, namespace, 'restaurant');
  await untilAnswered(address, 'v1');
  const addresses = (await pods((all) => all.length === 2)).map(({ status }) => status.podIP ?? '');
  await bed.api.delete(`${deployments()}/restaurant`);
  await pods((all) => all.length === 0);
  const slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const ofRestaurant = { labelSelector: 'kubernetes.io/service-name=restaurant' };
  await bed.api.untilAll<EndpointSlice>(slices, ofRestaurant, (all) => all.every(({ endpoints }) => !endpoints?.length));
  await untilAnswered(address, undefined);
  expect(await Promise.all(addresses.map((gone) => ask(`${gone}:8080`)))).toEqual([undefined, undefined]);
});
