import http from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { HttpRoute, Pod } from '../../../testbed/client/objects.js';
import {
  collections,
  connectBed,
  type Fixture,
  isAccepted,
  orderPods,
  rolledOut,
  untilEndpoints,
} from '../../../testbed/fixture.js';
import { labelsOf, restaurantDeployment, restaurantLabels, service } from '../../../testbed/restaurant.js';

let bed: Fixture;
beforeAll(() => {
  bed = connectBed();
});
afterAll(() => bed.close());

const selector = new URLSearchParams({ labelSelector: 'app.kubernetes.io/name=restaurant' });

/** The app's pods as they are now. */
async function podsOf(namespace: string): Promise<Pod[]> {
  const list = await bed.api.get<{ items: Pod[] }>(`${collections.pods(namespace)}?${selector}`);
  return list.items;
}

/** Creates the app without waiting for it, and waits for what its only pod says about itself. */
async function podOf(namespace: string, image: string, isDone: (pod: Pod) => boolean): Promise<Pod> {
  await bed.api.create(collections.deployments(namespace), restaurantDeployment({ replicas: 1, image }));
  const query = { labelSelector: 'app.kubernetes.io/name=restaurant' };
  const [pod] = await bed.api.untilAll<Pod>(collections.pods(namespace), query, ([only]) => only !== undefined && isDone(only));
  if (pod === undefined) throw new Error('No pod');
  return pod;
}

const waitingReason = (pod: Pod) => pod.status.containerStatuses?.[0]?.state.waiting?.reason;

const isRefused = (address: string) =>
  new Promise<boolean>((resolve) => {
    const request = http.get(`http://${address}:8080/`, (response) => {
      response.resume();
      resolve(false);
    });
    request.on('error', () => resolve(true));
  });

describe('pods', () => {
  test('three replicas roll out, each with its own address', async () => {
    const namespace = await bed.createNamespace();
    await bed.deployRestaurant(namespace, { replicas: 3 });
    const addresses = (await podsOf(namespace)).map(({ status }) => status.podIP);
    expect(new Set(addresses).size).toBe(3);
  });

  test('what a pod has counted is read through the API server', async () => {
    const namespace = await bed.createNamespace();
    await bed.deployRestaurant(namespace, { replicas: 1 });
    const load = await bed.startLoad(namespace, { service: 'restaurant', rps: 100 });
    await load.until(({ total }) => total.ok >= 20);
    const { total } = await load.stop();
    const [pod] = await podsOf(namespace);
    const page = await bed.api.text('GET', `${collections.pods(namespace)}/${pod?.metadata.name}:8080/proxy/metrics`);
    expect(page).toContain(`http_requests_total{status="200"} ${total.ok}\n`);
    expect(page).toContain(`http_request_duration_seconds_bucket{le="0.25"} ${total.ok}\n`);
  });

  test('an image that ends at once is in CrashLoopBackOff, with its exit code and its last lines', async () => {
    const namespace = await bed.createNamespace();
    const pod = await podOf(namespace, 'restaurant:crash', (seen) => waitingReason(seen) === 'CrashLoopBackOff');
    expect(pod.status.containerStatuses?.[0]).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 1 } } });
    const log = await bed.api.text('GET', `${collections.pods(namespace)}/${pod.metadata.name}/log?tailLines=2&previous=true`);
    expect(log.trim().split('\n')).toHaveLength(2);
    expect(log).toContain('ECONNREFUSED');
    expect(await isRefused(pod.status.podIP ?? '')).toBe(true);
  });

  test('an image that is not there ends in ImagePullBackOff', async () => {
    const namespace = await bed.createNamespace();
    const pod = await podOf(namespace, 'restaurant:missing', (seen) => waitingReason(seen) === 'ImagePullBackOff');
    expect(pod.status.phase).toBe('Pending');
  });

  test('a pod that never becomes ready runs, and answers /metrics all the same', async () => {
    const namespace = await bed.createNamespace();
    const pod = await podOf(namespace, 'restaurant:unready', ({ status }) => status.phase === 'Running');
    expect(pod.status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'False' }));
    const page = await bed.api.text('GET', `${collections.pods(namespace)}/${pod.metadata.name}:8080/proxy/metrics`);
    expect(page).toContain('http_requests_total');
  });

  test('nobody answers at the address of a pod that was deleted', async () => {
    const namespace = await bed.createNamespace();
    await bed.deployRestaurant(namespace, { replicas: 1 });
    const [pod] = await podsOf(namespace);
    const address = pod?.status.podIP ?? '';
    expect(await isRefused(address)).toBe(false);
    await bed.api.delete(`${collections.deployments(namespace)}/restaurant`);
    await bed.api.untilAll(collections.pods(namespace), {}, (pods) => pods.length === 0);
    expect(await isRefused(address)).toBe(true);
  });

  test("an image in a registry on 127.0.0.1 has the version and the faults of its configuration's labels", async () => {
    const labels = { 'org.opencontainers.image.version': '7.1.0', 'dev.d9.faults': 'errors-100' };
    const registry = await serveImage('restaurant', labels);
    const namespace = await bed.createNamespace();
    await bed.deployRestaurant(namespace, { replicas: 1, image: `${registry.host}/restaurant:v7` });
    const load = await bed.startLoad(namespace, { service: 'restaurant', rps: 50 });
    await load.until(({ versions }) => (versions['7.1.0']?.failed ?? 0) >= 5);
    expect((await load.stop()).total.ok).toBe(0);
    await bed.api.patch(`${collections.deployments(namespace)}/restaurant`, imagePatch(`${registry.host}/other:v7`));
    const query = Object.fromEntries(selector);
    await bed.api.untilAll<Pod>(collections.pods(namespace), query, (pods) =>
      pods.some((pod) => waitingReason(pod) === 'ErrImagePull' || waitingReason(pod) === 'ImagePullBackOff'),
    );
    await registry.close();
  });
});

describe('traffic', () => {
  test('a route that weighs two Services 50 to 50 reaches both versions and loses nothing', async () => {
    const namespace = await bed.createNamespace();
    await bed.deployRestaurant(namespace, { replicas: 2, route: true });
    await deployCanary(namespace, 'restaurant:v2');
    await weigh(namespace, 50, 50);
    const load = await bed.startLoad(namespace, { route: 'restaurant', rps: 200 });
    await load.until(({ total }) => total.ok >= 400);
    const { total, versions, services } = await load.stop();
    expect(total).toEqual({ sent: total.ok, ok: total.ok, failed: 0, lost: 0 });
    // Half of 400 with a standard deviation of 10: seven of them on either side.
    for (const version of ['v1', 'v2']) expect((versions[version]?.ok ?? 0) / total.ok).toBeGreaterThan(0.3);
    expect(services['restaurant-canary']?.ok).toBe(versions.v2?.ok);
  });

  test('a rolling update under load loses nothing, so what a test counts as lost is lost by what it tests', async () => {
    const namespace = await bed.createNamespace();
    await bed.deployRestaurant(namespace, { replicas: 3, route: true });
    const load = await bed.startLoad(namespace, { route: 'restaurant', rps: 200 });
    await load.until(({ versions }) => (versions.v1?.ok ?? 0) >= 50);
    await bed.api.patch(`${collections.deployments(namespace)}/restaurant`, imagePatch('registry.test/restaurant:v2'));
    await rolledOut(bed.api, namespace, 'restaurant');
    const before = load.snapshot().total.sent;
    await load.until(({ total }) => total.sent >= before + 100);
    const { total, versions } = await load.stop();
    expect(total).toMatchObject({ failed: 0, lost: 0 });
    expect(versions.v2?.ok).toBeGreaterThan(0);
  });

  test('pods become bad and good again by order while they run', async () => {
    const namespace = await bed.createNamespace();
    await bed.deployRestaurant(namespace, { replicas: 2 });
    const load = await bed.startLoad(namespace, { service: 'restaurant', rps: 100 });
    await load.until(({ total }) => total.ok >= 20);
    await bed.setFaults({ namespace, selector: restaurantLabels, faults: 'errors-100' });
    await load.until(({ total }) => total.failed >= 20);
    await bed.setFaults({ namespace, selector: restaurantLabels, faults: null });
    const { ok } = load.snapshot().total;
    await load.until(({ total }) => total.ok >= ok + 20);
    expect((await load.stop()).total.lost).toBe(0);
  });

  test('pods take orders themselves, through the API server, until they are taken back', async () => {
    const namespace = await bed.createNamespace();
    await bed.deployRestaurant(namespace, { replicas: 2, image: 'restaurant:v1-errors-100' });
    const load = await bed.startLoad(namespace, { service: 'restaurant', rps: 100 });
    await load.until(({ total }) => total.failed >= 10);
    await orderPods(bed.api, { namespace, selector: restaurantLabels, faults: 'slow-1' });
    const orderedAt = Date.now();
    await load.until(({ total }) => total.ok >= 20);
    expect(load.between(orderedAt, Date.now()).total).toMatchObject({ failed: 0, lost: 0 });
    await orderPods(bed.api, { namespace, faults: null });
    const { failed } = load.snapshot().total;
    await load.until(({ total }) => total.failed >= failed + 10);
    await load.stop();
  });

  test('a mistyped fault is refused', async () => {
    await expect(bed.setFaults({ namespace: 'x', faults: 'erors-100' })).rejects.toThrow('No such fault: erors-100');
  });

  test('a route to a Service that is not there is not resolved until the Service comes', async () => {
    const namespace = await bed.createNamespace();
    await bed.deployRestaurant(namespace, { replicas: 1, route: true });
    await weigh(namespace, 100, 0);
    const unresolved = (route: HttpRoute | undefined) =>
      route?.status?.parents?.[0]?.conditions.some(({ type, reason }) => type === 'ResolvedRefs' && reason === 'BackendNotFound');
    await bed.api.until<HttpRoute>(collections.httpRoutes(namespace), 'restaurant', (route) => unresolved(route) ?? false);
    await bed.api.create(collections.services(namespace), service('restaurant-canary', labelsOf('restaurant-canary')));
    await bed.api.until<HttpRoute>(collections.httpRoutes(namespace), 'restaurant', isAccepted);
  });
});

describe('identities', () => {
  test('the deployer may do nothing until a test gives rights to its group', async () => {
    const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', metadata: { name: '' } };
    const spec = {
      user: 'deployer',
      groups: ['deployers'],
      resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'default' },
    };
    const answer = await bed.api.create('/apis/authorization.k8s.io/v1/subjectaccessreviews', { ...review, spec });
    expect(answer.status).toMatchObject({ allowed: false });
  });
});

async function deployCanary(namespace: string, image: string): Promise<void> {
  const name = 'restaurant-canary';
  await bed.api.create(collections.deployments(namespace), restaurantDeployment({ name, replicas: 1, image }));
  await bed.api.create(collections.services(namespace), service(name, labelsOf(name)));
  await rolledOut(bed.api, namespace, name);
  await untilEndpoints(bed.api, namespace, name, 1);
}

async function weigh(namespace: string, stable: number, canary: number): Promise<void> {
  const backendRefs = [
    { name: 'restaurant', port: 80, weight: stable },
    { name: 'restaurant-canary', port: 80, weight: canary },
  ];
  await bed.api.patch(`${collections.httpRoutes(namespace)}/restaurant`, { spec: { rules: [{ backendRefs }] } });
}

const imagePatch = (image: string) => ({
  spec: { template: { spec: { containers: [{ name: 'app', image, ports: [{ name: 'http', containerPort: 8080 }] }] } } },
});

/** Serves one image as a registry does, any tag of it. */
async function serveImage(repository: string, Labels: Record<string, string>) {
  const server = http.createServer((request, response) => {
    const [, , name, kind] = (request.url ?? '').split('/');
    if (name !== repository) response.writeHead(404).end('{}');
    else if (kind === 'blobs') response.end(JSON.stringify({ config: { Labels } }));
    else response.end(JSON.stringify({ schemaVersion: 2, config: { digest: 'sha256:c0' } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { host: `127.0.0.1:${port}`, close: () => new Promise((resolve) => server.close(resolve)) };
}
