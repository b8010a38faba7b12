import { afterEach, describe, expect, test } from '@jest/globals';
import { CONFIG_MAP, HTTP_ROUTE } from '../../../../../src/platforms/kubernetes/api/kinds.js';
import { anySignal, connectTo } from '../bed.js';
import { answer, type Fault, FaultServer, refuse } from '../fault-server.js';

let server: FaultServer;
afterEach(() => server.stop());
const start = async (...script: Fault[]) => {
  server = await FaultServer.start(script);
  return connectTo({ server: server.url });
};
const MAP = { metadata: { name: 'a', resourceVersion: '1' } };

test('a missing object is undefined, and a refused one an error in the words of the API server', async () => {
  const cluster = await start(
    refuse(404, 'NotFound', 'configmaps "a" not found'),
    refuse(403, 'Forbidden', 'ci may not get configmaps'),
  );
  expect(await cluster.read(CONFIG_MAP, 'a', anySignal())).toBeUndefined();
  await expect(cluster.read(CONFIG_MAP, 'a', anySignal())).rejects.toMatchObject({
    name: 'ApiError',
    status: 403,
    reason: 'Forbidden',
    message: expect.stringContaining('ci may not get configmaps'),
  });
});

test('fields that nobody knows here yet survive, and time keeps its micro-seconds, whatever answers with an object', async () => {
  const object = { metadata: { name: 'a' }, spec: { fieldOfTheFuture: 1, renewTime: '2030-01-01T00:00:00.123456Z' } };
  const cluster = await start(answer(200, object));
  expect(await cluster.read(CONFIG_MAP, 'a', anySignal())).toEqual(object);
  expect(await cluster.merge(CONFIG_MAP, 'a', {}, anySignal())).toEqual(object);
  expect(await cluster.patch(CONFIG_MAP, 'a', [], anySignal())).toEqual(object);
  expect(await cluster.apply(CONFIG_MAP, object, { force: false }, anySignal())).toEqual(object);
  expect(JSON.parse(server.requests.at(-1)?.body ?? '')).toMatchObject(object);
  server.play(answer(200, { items: [object], metadata: {} }));
  expect(await cluster.list(CONFIG_MAP, {}, anySignal())).toEqual([object]);
});

test('an error page of a load balancer is an ApiError too', async () => {
  const cluster = await start(answer(413, '<html>too large</html>'));
  await expect(cluster.merge(CONFIG_MAP, 'a', {}, anySignal())).rejects.toMatchObject({
    status: 413,
    message: expect.stringContaining('too large'),
  });
});

test('objects are applied as server-side apply wants them', async () => {
  const cluster = await start(answer(200, MAP));
  await cluster.apply(HTTP_ROUTE, { metadata: { name: 'r', namespace: 'other' } }, { force: true }, anySignal());
  const [request] = server.requests;
  expect(request).toMatchObject({ method: 'PATCH', path: '/apis/gateway.networking.k8s.io/v1/namespaces/other/httproutes/r' });
  expect(request?.headers['content-type']).toBe('application/apply-patch+yaml');
  expect(Object.fromEntries(request?.query ?? [])).toEqual({ fieldManager: 'd9-actions', force: 'true' });
  expect(JSON.parse(request?.body ?? '')).toEqual({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'r', namespace: 'other' },
  });
});

test('a dry run sends nothing that would stay', async () => {
  server = await FaultServer.start([answer(200, MAP)]);
  const cluster = connectTo({ server: server.url }, { dryRun: true });
  await cluster.create(CONFIG_MAP, MAP, anySignal());
  await cluster.apply(CONFIG_MAP, MAP, { force: false }, anySignal());
  await cluster.patch(CONFIG_MAP, 'a', [], anySignal());
  await cluster.merge(CONFIG_MAP, 'a', {}, anySignal());
  await cluster.remove(CONFIG_MAP, 'a', {}, anySignal());
  await cluster.request({ method: 'POST', path: '/x' }, anySignal());
  await cluster.read(CONFIG_MAP, 'a', anySignal());
  expect(server.requests.map(({ query }) => query.get('dryRun'))).toEqual(['All', 'All', 'All', 'All', 'All', 'All', null]);
});

test('removing by uid leaves a namesake alone and counts as done', async () => {
  const cluster = await start(refuse(409, 'Conflict', 'the UID in the precondition does not match'));
  await cluster.remove(CONFIG_MAP, 'a', { uid: 'u-1' }, anySignal());
  expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject({ preconditions: { uid: 'u-1' } });
  await expect(cluster.remove(CONFIG_MAP, 'a', {}, anySignal())).rejects.toMatchObject({ status: 409 });
});

describe('list', () => {
  const page = (names: string[], next?: string) =>
    answer(200, {
      items: names.map((name) => ({ metadata: { name } })),
      metadata: { resourceVersion: '9', ...(next ? { continue: next } : {}) },
    });

  test('a long list is read to its end', async () => {
    const cluster = await start(page(['a'], 'n1'), page(['b'], 'n2'), page(['c']));
    const maps = await cluster.list(CONFIG_MAP, { labels: 'app=x', fields: 'metadata.name!=z' }, anySignal());
    expect(maps.map(({ metadata }) => metadata?.name)).toEqual(['a', 'b', 'c']);
    expect(server.requests.map(({ query }) => query.get('continue'))).toEqual([null, 'n1', 'n2']);
    expect(Object.fromEntries(server.requests[2]?.query ?? [])).toMatchObject({
      limit: '500',
      labelSelector: 'app=x',
      fieldSelector: 'metadata.name!=z',
    });
  });

  test('a list that expires between two pages is read again, without doubles', async () => {
    const cluster = await start(page(['a'], 'n1'), refuse(410, 'Expired', 'too old'), page(['a'], 'n2'), page(['b']));
    expect((await cluster.list(CONFIG_MAP, {}, anySignal())).map(({ metadata }) => metadata?.name)).toEqual(['a', 'b']);
  });
});

test('an app that answers 401 behind pods/proxy is not taken for bad credentials', async () => {
  const cluster = await start(answer(401, 'log in first'));
  const response = await cluster.request({ method: 'GET', path: '/api/v1/namespaces/shop/pods/p:80/proxy/metrics' }, anySignal());
  expect(response).toMatchObject({ status: 401, body: 'log in first' });
});
