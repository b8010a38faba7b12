import { expect, test } from '@jest/globals';
import type { EndpointSlice, KubeObject, TraefikReference, TraefikService } from '../client/objects.js';
import { TraefikObjects } from './traefik-objects.js';
import { type Branch, buildRoute } from './traefik-route.js';

type Endpoint = NonNullable<EndpointSlice['endpoints']>[number];

const metadata = (name: string, labels = {}) => ({ name, labels });
const object = (name: string, spec: object): KubeObject => ({ apiVersion: '', kind: '', metadata: metadata(name), spec });
const serviceOf = (name: string) => object(name, { ports: [{ name: 'http', port: 80 }] });
const sliceOf = (service: string, endpoints: readonly Endpoint[]): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: metadata(service, { 'kubernetes.io/service-name': service }),
  ports: [{ name: 'http', port: 8080 }],
  endpoints,
});
const ready = (address: string): Endpoint => ({ addresses: [address], conditions: { ready: true, serving: true } });

interface Scene {
  readonly services?: readonly string[];
  readonly endpoints?: Readonly<Record<string, readonly Endpoint[]>>;
  readonly traefikServices?: Readonly<Record<string, TraefikService['spec']>>;
  readonly allowsEmptyServices?: boolean;
}

const usual = { restaurant: [ready('10.0.0.1')], canary: [ready('10.0.0.2')] };

function route(children: readonly TraefikReference[], scene: Scene = {}): Branch | undefined {
  const { services = ['restaurant', 'canary'], endpoints = usual, traefikServices = {}, allowsEmptyServices } = scene;
  const slices = new Map(Object.entries(endpoints).map(([name, all]) => [name, sliceOf(name, all)]));
  const objects = new TraefikObjects('shop', slices, allowsEmptyServices);
  const [ingressRoutes, ofTraefik, ofKubernetes] = objects.kinds.map(({ follower }) => follower);
  ingressRoutes?.onList([object('web', { routes: [{ services: children }] })]);
  ofTraefik?.onList(Object.entries(traefikServices).map(([name, spec]) => object(name, spec)));
  ofKubernetes?.onList(services.map(serviceOf));
  return buildRoute(objects, 'web');
}

const stable: TraefikReference = { name: 'restaurant', port: 80, weight: 100 };
const canary: TraefikReference = { name: 'canary', port: 80, weight: 0 };
const split = (...services: TraefikReference[]): TraefikService['spec'] => ({ weighted: { services } });
const to = (name: string): TraefikReference => ({ kind: 'TraefikService', name });

const toStable = { service: 'restaurant', endpoints: ['10.0.0.1:8080'] };
const toCanary = { service: 'canary', endpoints: ['10.0.0.2:8080'] };

test('children have their weights, by a list in the rule or in a TraefikService', () => {
  const both = {
    branches: [
      { weight: 100, to: toStable },
      { weight: 0, to: toCanary },
    ],
  };
  expect(route([stable, canary])).toEqual(both);
  expect(route([to('split')], { traefikServices: { split: split(stable, canary) } })).toEqual(both);
});

test('one alone in a rule has all traffic whatever its weight; a port may be named', () => {
  expect(route([{ name: 'restaurant', port: 'http', weight: 0 }])).toEqual(toStable);
});

test.each<[string, readonly TraefikReference[], Scene]>([
  ['has no endpoints', [stable, canary], { endpoints: { restaurant: [ready('10.0.0.1')] } }],
  ['is not there', [stable, canary], { services: ['restaurant'] }],
  ['has no such port', [stable, { ...canary, port: 81 }], {}],
  ['names no port', [stable, { name: 'canary', weight: 0 }], {}],
  ['is of another namespace', [stable, { ...canary, namespace: 'other-team' }], {}],
  ['is a TraefikService that is not there', [stable, to('split')], {}],
  ['is a TraefikService without endpoints', [to('split')], { traefikServices: { split: split(canary) }, endpoints: {} }],
  ['leads back to itself', [to('split')], { traefikServices: { split: split(stable, to('split')) } }],
])('a child that %s takes the whole route away, at weight 0 too', (_what, children, scene) => {
  expect(route(children, scene)).toBeUndefined();
});

test("where empty services are allowed, as in Traefik's chart, a child without endpoints costs its share alone", () => {
  expect(route([stable, canary], { endpoints: { restaurant: [ready('10.0.0.1')] }, allowsEmptyServices: true })).toEqual({
    branches: [
      { weight: 100, to: toStable },
      { weight: 0, to: { service: 'canary', endpoints: [] } },
    ],
  });
});

test('a pod that ends still counts for the route, and gets no request', () => {
  const ending: Endpoint = { addresses: ['10.0.0.3'], conditions: { ready: false, serving: true, terminating: true } };
  const unready: Endpoint = { addresses: ['10.0.0.4'], conditions: { ready: false, serving: false } };
  const endpoints = { restaurant: [ready('10.0.0.1'), ending, unready], canary: [ending] };
  expect(route([stable, canary], { endpoints })).toEqual({
    branches: [
      { weight: 100, to: toStable },
      { weight: 0, to: { service: 'canary', endpoints: [] } },
    ],
  });
});

test('a child that is asked by its Service’s address is there without an endpoint too, and costs its share alone', () => {
  const alone = { ...canary, nativeLB: true };
  const empty = { services: ['restaurant', 'canary'], endpoints: { restaurant: usual.restaurant } };
  expect(route([stable, alone], empty)).toEqual({
    branches: [
      { weight: 100, to: toStable },
      { weight: 0, to: { service: 'canary', endpoints: [] } },
    ],
  });
});

test('mirroring leads to its main service, and a mirror without endpoints takes the route away', () => {
  const mirrored = { mirroring: { ...stable, mirrors: [canary] } };
  expect(route([to('mirrored')], { traefikServices: { mirrored } })).toEqual(toStable);
  expect(
    route([to('mirrored')], { traefikServices: { mirrored }, endpoints: { restaurant: [ready('10.0.0.1')] } }),
  ).toBeUndefined();
});
