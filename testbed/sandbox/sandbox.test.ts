import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { Api } from '../client/api.js';
import { collections, createNamespace, deployRestaurant, rolledOut } from '../fixture.js';
import { startLoad } from '../load/load.js';
import { type Sandbox, startSandbox } from './sandbox.js';

jest.setTimeout(60_000);

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const options = () => ({ route: true, port: sandbox.podPort });
const setBackends = (namespace: string, weights: Readonly<Record<string, number>>) => {
  const backendRefs = Object.entries(weights).map(([name, weight]) => ({ name, port: 80, weight }));
  return sandbox.api.patch(`${collections.httpRoutes(namespace)}/restaurant`, { spec: { rules: [{ backendRefs }] } });
};
const statusOf = (url: string) =>
  new Promise<number>((resolve, reject) => {
    http.get(url, { agent: false }, (response) => resolve(response.resume().statusCode ?? 0)).on('error', reject);
  });

test('sandboxes stand side by side and know nothing of one another', async () => {
  const other = await startSandbox();
  await deployRestaurant(other.api, await createNamespace(other.api), { route: true, port: other.podPort });
  expect(new URL(other.server).hostname).not.toBe(new URL(sandbox.server).hostname);
  const { items } = await sandbox.api.get<{ items: unknown[] }>('/api/v1/pods');
  expect(items).toEqual([]);
  await other.close();
});

test('a sandbox that is closed leaves nothing: no file, no server, no pod', async () => {
  const other = await startSandbox();
  const namespace = await createNamespace(other.api);
  await deployRestaurant(other.api, namespace, { route: true, port: other.podPort });
  const { url } = await other.startRouter(namespace, 'restaurant');
  const { items } = await other.api.get<{ items: Array<{ status: { podIP: string } }> }>(collections.pods(namespace));
  const pods = items.map(({ status }) => `http://${status.podIP}:${other.podPort}/`);
  expect(await Promise.all([url, ...pods].map(statusOf))).toEqual([200, 200, 200, 200]);
  await other.close();
  expect(existsSync(other.directory)).toBe(false);
  for (const address of [url, ...pods, other.server.replace('https', 'http')])
    await expect(statusOf(address)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('its certificate is checked like any other: a client with another authority is refused', async () => {
  const other = await startSandbox();
  const { clusters, ...rest } = JSON.parse(readFileSync(other.kubeconfigs.admin, 'utf8'));
  const mixed = [{ ...clusters[0], cluster: { ...clusters[0].cluster, server: sandbox.server } }];
  const file = `${other.directory}/mixed.kubeconfig`;
  writeFileSync(file, JSON.stringify({ clusters: mixed, ...rest }));
  const stranger = new Api(file);
  await expect(stranger.get('/api/v1/pods')).rejects.toMatchObject({
    code: expect.stringMatching(/SELF_SIGNED|UNABLE_TO_VERIFY/),
  });
  stranger.close();
  await other.close();
});

test('the router follows weights and endpoints, and loses nothing while a Deployment is updated behind it', async () => {
  const namespace = await createNamespace(sandbox.api);
  await deployRestaurant(sandbox.api, namespace, options());
  const { url } = await sandbox.startRouter(namespace, 'restaurant');
  const load = await startLoad({ url, rps: 200 });
  const patch = { spec: { template: { spec: { containers: [{ name: 'app', image: 'registry.test/restaurant:v2' }] } } } };
  const type = 'application/strategic-merge-patch+json';
  await sandbox.api.patch(`${collections.deployments(namespace)}/restaurant`, patch, type);
  await rolledOut(sandbox.api, namespace, 'restaurant');
  await load.until(({ versions }) => (versions.v2?.sent ?? 0) > 200);
  const { total, versions } = await load.stop();
  expect(total.lost).toBe(0);
  expect(Object.keys(versions).toSorted()).toEqual(['v1', 'v2']);
});

test('a backend gets the share that its weight is, and none without an endpoint', async () => {
  const namespace = await createNamespace(sandbox.api);
  await deployRestaurant(sandbox.api, namespace, options());
  const { url } = await sandbox.startRouter(namespace, 'restaurant');
  await setBackends(namespace, { restaurant: 3, nobody: 1 });
  const load = await startLoad({ url, rps: 400 });
  await load.until(({ total }) => total.lost > 20);
  const startedAt = Date.now();
  await load.until(() => load.between(startedAt, Date.now()).total.sent > 800);
  const { total, reasons } = load.between(startedAt, Date.now());
  await load.stop();
  expect(Object.keys(reasons)).toEqual(['503']);
  expect(total.lost / total.sent).toBeGreaterThan(0.18);
  expect(total.lost / total.sent).toBeLessThan(0.32);
});

test('where there is only one loopback address, pods are reached all the same: by the router and through the API server', async () => {
  const small = await startSandbox({ hasOneAddress: true });
  const namespace = await createNamespace(small.api);
  await deployRestaurant(small.api, namespace, { route: true, port: small.podPort });
  const { url } = await small.startRouter(namespace, 'restaurant');
  expect([url, small.server].map((address) => new URL(address).hostname)).toEqual(['127.0.0.1', '127.0.0.1']);
  const load = await startLoad({ url, rps: 200 });
  await load.until(({ total }) => total.sent > 200);
  expect((await load.stop()).total.lost).toBe(0);
  const { items } = await small.api.get<{ items: Array<{ metadata: { name: string } }> }>(collections.pods(namespace));
  const pages = items.map(({ metadata }) =>
    small.api.text('GET', `${collections.pods(namespace)}/${metadata.name}:8080/proxy/metrics`),
  );
  const answered = (await Promise.all(pages)).map((page) => Number(/http_requests_total\{status="200"\} (\d+)/.exec(page)?.[1]));
  expect(answered.every((count) => count > 20)).toBe(true);
  const [first] = items;
  const other = await small.api.exchange('GET', `${collections.pods(namespace)}/${first?.metadata.name}:9999/proxy/metrics`);
  expect(other.status).toBe(503);
  await small.close();
});

test('faults can be ordered while pods run, and be taken back', async () => {
  const namespace = await createNamespace(sandbox.api);
  await deployRestaurant(sandbox.api, namespace, options());
  const { url } = await sandbox.startRouter(namespace, 'restaurant');
  sandbox.setFaults({ namespace, faults: 'errors-100' });
  expect(await statusOf(url)).toBe(500);
  sandbox.setFaults({ namespace, faults: null });
  expect(await statusOf(url)).toBe(200);
});
