import { expect, test } from '@jest/globals';
import type { HttpRoute } from '../../../testbed/client/objects.js';
import { isAccepted } from '../../../testbed/fixture.js';
import { publicGateway, service } from '../../../testbed/restaurant.js';
import { JSON_PATCH, MERGE, owners, paths, type Thing, target } from './target.js';

const at = target();
const here = () => paths(at().namespace);

type Route = Thing & Pick<HttpRoute, 'spec' | 'status'>;

const route = (name: string, rules: readonly object[] = [{ backendRefs: [{ name: 'restaurant', port: 80 }] }]) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name },
  spec: { parentRefs: [{ name: 'public' }], rules },
});
const backend = (name: string, weight: number) => ({ group: '', kind: 'Service', name, port: 80, weight });
const everything = [{ path: { type: 'PathPrefix', value: '/' } }];
const create = async (name: string) =>
  (await at().ask<Route>('POST', `${here().httpRoutes}?fieldManager=owner`, route(name))).body;

test('a route is filled in, with its fields in alphabetical order', async () => {
  const { spec, metadata, ...rest } = await create('filled');
  expect(JSON.stringify(spec)).toBe(
    JSON.stringify({
      parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' }],
      rules: [{ backendRefs: [backend('restaurant', 1)], matches: everything }],
    }),
  );
  expect(metadata.generation).toBe(1);
  expect(rest.status).toBeUndefined();
  const headers = [{ name: 'x-canary', value: 'always' }];
  const matched = await at().ask<Route>('POST', here().httpRoutes, route('matched', [{ name: 'r', matches: [{ headers }] }]));
  expect(matched.body.spec.rules).toEqual([
    { name: 'r', matches: [{ headers: [{ name: 'x-canary', type: 'Exact', value: 'always' }], ...everything[0] }] },
  ]);
});

test('a change of the rules raises the generation, and belongs as a whole to whoever made it', async () => {
  const created = await create('weighted');
  const rules = [{ matches: everything, backendRefs: [backend('restaurant', 90), backend('restaurant-canary', 10)] }];
  const swap = (version: string) => [
    { op: 'test', path: '/metadata/resourceVersion', value: version },
    { op: 'replace', path: '/spec/rules', value: rules },
  ];
  const path = `${here().httpRoutes}/weighted?fieldManager=d9-actions`;
  const { metadata } = created;
  const { body } = await at().ask<Route>('PATCH', path, swap(metadata.resourceVersion), JSON_PATCH);
  expect(body.metadata.generation).toBe(2);
  expect(body.spec.rules).toEqual(rules);
  expect(owners(body)).toContainEqual(['d9-actions', 'Update', { 'f:spec': { 'f:rules': {} } }]);
  expect(owners(body)).toContainEqual(['owner', 'Update', { 'f:spec': { '.': {}, 'f:parentRefs': {} } }]);
  expect(await at().refused('PATCH', path, swap(metadata.resourceVersion), JSON_PATCH)).toMatchObject({
    code: 422,
    reason: 'Invalid',
  });

  const mine = (await at().ask<Route>('GET', `${here().httpRoutes}/weighted`)).body;
  const kept = mine.metadata.managedFields?.filter(({ manager }) => manager !== 'd9-actions');
  const giveUp = [{ op: 'replace', path: '/metadata/managedFields', value: kept }];
  const given = await at().ask<Route>('PATCH', path, giveUp, JSON_PATCH);
  expect(given.body.metadata.generation).toBe(2);
  expect(JSON.stringify(owners(given.body))).not.toContain('d9-actions');
});

test('labels, annotations and status raise no generation', async () => {
  await create('quiet');
  const path = `${here().httpRoutes}/quiet`;
  await at().ask('PATCH', path, { metadata: { labels: { a: '1' }, annotations: { b: '2' } } }, MERGE);
  const lastTransitionTime = '2030-01-01T00:00:00Z';
  const conditions = [{ type: 'Accepted', status: 'True', reason: 'Accepted', message: '', lastTransitionTime }];
  const status = { parents: [{ parentRef: { name: 'public' }, controllerName: 'example.com/x', conditions }] };
  const ignored = await at().ask<Route>('PATCH', path, { status }, MERGE);
  expect(JSON.stringify(ignored.body.status ?? {})).not.toContain('example.com/x');
  const written = await at().ask<Route>('PATCH', `${path}/status?fieldManager=gateway`, { status }, MERGE);
  expect(written.body.metadata.generation).toBe(1);
  expect(JSON.stringify(written.body.status)).toContain('example.com/x');
  expect(JSON.stringify(owners(written.body))).toContain('"gateway","Update status"');
});

test('weights out of bounds, and a Service without a port, are refused', async () => {
  const refusal = await at().refused(
    'POST',
    here().httpRoutes,
    route('heavy', [{ backendRefs: [backend('restaurant', 1_000_001)] }]),
  );
  expect(refusal).toMatchObject({
    code: 422,
    message:
      'HTTPRoute.gateway.networking.k8s.io "heavy" is invalid: spec.rules[0].backendRefs[0].weight: Invalid value: 1000001: spec.rules[0].backendRefs[0].weight in body should be less than or equal to 1000000',
  });
  expect(await at().refused('POST', here().httpRoutes, route('portless', [{ backendRefs: [{ name: 'a' }] }]))).toMatchObject({
    code: 422,
    message:
      'HTTPRoute.gateway.networking.k8s.io "portless" is invalid: spec.rules[0].backendRefs[0]: Invalid value: Must have port for Service reference',
  });
});

test('its controller accepts a route, resolves its backends, and says which generation it means', async () => {
  await at().api.create(here().gateways, publicGateway);
  await at().api.create(here().httpRoutes, route('judged'));
  const isUnresolved = (live: Route | undefined) =>
    live?.status?.parents?.[0]?.conditions.some(
      ({ type, status, reason }) => type === 'ResolvedRefs' && status === 'False' && reason === 'BackendNotFound',
    ) ?? false;
  await at().api.until<Route>(here().httpRoutes, 'judged', isUnresolved);
  await at().api.create(here().services, service('restaurant', { app: 'restaurant' }));
  const accepted = await at().api.until<Route>(here().httpRoutes, 'judged', isAccepted);
  expect(accepted?.metadata.generation).toBe(1);
  const rules = [{ backendRefs: [backend('restaurant', 2)] }];
  await at().ask('PATCH', `${here().httpRoutes}/judged`, { spec: { rules } }, MERGE);
  const again = await at().api.until<Route>(
    here().httpRoutes,
    'judged',
    (live) => live?.metadata.generation === 2 && isAccepted(live),
  );
  const types = again?.status?.parents?.[0]?.conditions.map(({ type, observedGeneration }) => [type, observedGeneration]);
  expect(types).toEqual([
    ['Accepted', 2],
    ['ResolvedRefs', 2],
  ]);
});
