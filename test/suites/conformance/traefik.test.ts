import { expect, test } from '@jest/globals';
import { collections } from '../../../testbed/fixture.js';
import { APPLY, JSON_PATCH, MERGE, owners, STRATEGIC, type Thing, target } from './target.js';

const at = target();
const services = () => collections.traefikServices(at().namespace);
const routes = () => collections.ingressRoutes(at().namespace);

const apiVersion = 'traefik.io/v1alpha1';
const child = (name: string, weight?: number) => ({ name, port: 80, ...(weight !== undefined && { weight }) });
const weighted = (name: string, ...children: object[]) => ({
  apiVersion,
  kind: 'TraefikService',
  metadata: { name },
  spec: { weighted: { services: children } },
});
const ingressRoute = (name: string, ...children: object[]) => ({
  apiVersion,
  kind: 'IngressRoute',
  metadata: { name },
  spec: { entryPoints: ['web'], routes: [{ kind: 'Rule', match: 'Host(`restaurant.example`)', services: children }] },
});

type Split = Thing & {
  readonly spec: { readonly weighted: { readonly services: readonly object[] } };
  readonly status?: unknown;
};

test('nothing is filled in: a weight that is left out stays so', async () => {
  const { body } = await at().ask<Split>('POST', services(), weighted('filled', child('restaurant'), child('menu', 0)));
  expect(body.spec).toEqual({ weighted: { services: [child('restaurant'), child('menu', 0)] } });
  expect(body.metadata.generation).toBe(1);
  const route = await at().ask<Thing>('POST', routes(), ingressRoute('filled', child('restaurant')));
  expect(route.body).toMatchObject({ spec: ingressRoute('filled', child('restaurant')).spec });
});

test('a list of weights belongs as a whole to whoever wrote it, by a compare-and-swap', async () => {
  const created = await at().ask<Split>('POST', `${services()}?fieldManager=owner`, weighted('split', child('restaurant')));
  const { resourceVersion } = created.body.metadata;
  const list = [child('restaurant', 90), child('restaurant-canary', 10)];
  const swap = [
    { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
    { op: 'replace', path: '/spec/weighted/services', value: list },
  ];
  const path = `${services()}/split?fieldManager=d9-actions`;
  const { body } = await at().ask<Split>('PATCH', path, swap, JSON_PATCH);
  expect(body.metadata.generation).toBe(2);
  expect(body.spec.weighted.services).toEqual(list);
  expect(owners(body)).toContainEqual(['d9-actions', 'Update', { 'f:spec': { 'f:weighted': { 'f:services': {} } } }]);
  expect(owners(body)).toContainEqual(['owner', 'Update', { 'f:spec': { '.': {}, 'f:weighted': {} } }]);
  expect(await at().refused('PATCH', path, swap, JSON_PATCH)).toMatchObject({ code: 422, reason: 'Invalid' });
  const stale = { ...weighted('split', child('restaurant')), metadata: { name: 'split', resourceVersion } };
  expect(await at().refused('PUT', `${services()}/split`, stale)).toMatchObject({ code: 409, reason: 'Conflict' });
});

test("an IngressRoute's rules belong as a whole to whoever wrote them", async () => {
  await at().ask('POST', `${routes()}?fieldManager=owner`, ingressRoute('web', child('restaurant')));
  const { spec } = ingressRoute('web', child('restaurant', 90), child('restaurant-canary', 10));
  const path = `${routes()}/web?fieldManager=d9-actions`;
  const swap = [{ op: 'replace', path: '/spec/routes', value: spec.routes }];
  const { body } = await at().ask<Thing>('PATCH', path, swap, JSON_PATCH);
  expect(owners(body)).toContainEqual(['d9-actions', 'Update', { 'f:spec': { 'f:routes': {} } }]);
  expect(owners(body)).toContainEqual(['owner', 'Update', { 'f:spec': { '.': {}, 'f:entryPoints': {} } }]);
});

test('a GitOps tool that applies its weights again conflicts with whoever wrote the list since', async () => {
  const path = `${services()}/applied`;
  const own = weighted('applied', child('restaurant', 1));
  expect((await at().ask('PATCH', `${path}?fieldManager=gitops`, own, APPLY)).code).toBe(201);
  const list = [child('restaurant', 90), child('restaurant-canary', 10)];
  await at().ask('PATCH', `${path}?fieldManager=d9-actions`, { spec: { weighted: { services: list } } }, MERGE);
  expect(await at().refused('PATCH', `${path}?fieldManager=gitops`, own, APPLY)).toMatchObject({
    code: 409,
    reason: 'Conflict',
    message: 'Apply failed with 1 conflict: conflict with "d9-actions" using traefik.io/v1alpha1: .spec.weighted.services',
  });
  const forced = await at().ask<Split>('PATCH', `${path}?fieldManager=gitops&force=true`, own, APPLY);
  expect(forced.body.spec.weighted.services).toEqual([child('restaurant', 1)]);
});

test('a field that the kind does not have is dropped without a word, and is a 400 where that is asked for', async () => {
  const misspelt = weighted('misspelt', { ...child('restaurant'), wieght: 5 });
  const { code, body } = await at().ask<Split>('POST', services(), { ...misspelt, status: { load: 1 } });
  expect(code).toBe(201);
  expect(body.spec.weighted.services).toEqual([child('restaurant')]);
  expect(body.status).toBeUndefined();
  expect(await at().refused('POST', `${services()}?dryRun=All&fieldValidation=Strict`, misspelt)).toMatchObject({
    code: 400,
    reason: 'BadRequest',
    message:
      'TraefikService in version "v1alpha1" cannot be handled as a TraefikService: strict decoding error: unknown field "spec.weighted.services[0].wieght"',
  });
});

test.each([
  [
    'a weight below 0',
    () => weighted('flawed', child('restaurant', -1)),
    'TraefikService.traefik.io "flawed" is invalid: spec.weighted.services[0].weight: Invalid value: -1: spec.weighted.services[0].weight in body should be greater than or equal to 0',
  ],
  [
    'a weight in words',
    () => weighted('flawed', { ...child('restaurant'), weight: '10' }),
    'TraefikService.traefik.io "flawed" is invalid: spec.weighted.services[0].weight: Invalid value: "string": spec.weighted.services[0].weight in body must be of type integer: "string"',
  ],
  [
    'a child without a name',
    () => weighted('flawed', { port: 80 }),
    'TraefikService.traefik.io "flawed" is invalid: spec.weighted.services[0].name: Required value',
  ],
  [
    'a child of another kind',
    () => weighted('flawed', { ...child('restaurant'), kind: 'Deployment' }),
    'TraefikService.traefik.io "flawed" is invalid: spec.weighted.services[0].kind: Unsupported value: "Deployment": supported values: "Service", "TraefikService"',
  ],
])('%s is refused', async (_what, body, message) => {
  expect(await at().refused('POST', services(), body())).toMatchObject({ code: 422, reason: 'Invalid', message });
});

test('there is no status to write, and no strategic merge patch', async () => {
  await at().ask('POST', services(), weighted('plain', child('restaurant')));
  expect((await at().refused('PATCH', `${services()}/plain/status`, { status: {} }, MERGE)).code).toBe(404);
  expect((await at().refused('PATCH', `${services()}/plain`, { spec: {} }, STRATEGIC)).code).toBe(415);
});

test('a watch tells of a change of weights', async () => {
  await at().ask('POST', services(), weighted('watched', child('restaurant')));
  const resourceVersion = await at().version(services());
  const watched = at().watch(services(), { resourceVersion }, ({ type }) => type === 'MODIFIED');
  await at().ask('PATCH', `${services()}/watched`, { spec: { weighted: { services: [child('restaurant', 3)] } } }, MERGE);
  const events = await watched;
  expect(events.at(-1)).toMatchObject({ type: 'MODIFIED', object: { metadata: { name: 'watched', generation: 2 } } });
});
