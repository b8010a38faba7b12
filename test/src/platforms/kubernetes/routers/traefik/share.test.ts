import { describe, expect, test } from '@jest/globals';
import type { Child, TraefikService } from '../../../../../../src/platforms/kubernetes/routers/traefik/objects.js';
import { departureOf, liveShareOf, shareIn } from '../../../../../../src/platforms/kubernetes/routers/traefik/share.js';
import type { Place } from '../../../../../../src/platforms/kubernetes/routers/traefik/ways.js';

const BACKENDS = { stable: 'restaurant', canary: 'restaurant-canary', namespace: 'shop' };
const place: Place = { kind: 'TraefikService', name: 'split' };
const list = (stable: number, canary?: number): Child[] => [
  { name: 'restaurant', port: 80, weight: stable },
  ...(canary === undefined ? [] : [{ name: 'restaurant-canary', port: 80, weight: canary }]),
  { name: 'menu', port: 80, weight: 100 },
];
const objects = (services: Child[], manager?: string) => {
  const fieldsV1 = { 'f:spec': { 'f:weighted': { 'f:services': {} } } };
  const managedFields = manager === undefined ? [] : [{ manager, operation: 'Update', fieldsV1 }];
  const split: TraefikService = { metadata: { name: 'split', managedFields }, spec: { weighted: { services } } };
  return { ingressRoutes: [], traefikServices: [split] };
};

test('the share is of what stable and canary get, other services left out', () => {
  expect(shareIn(list(75, 25), BACKENDS, false)).toBe(25);
  expect(shareIn(list(100), BACKENDS, false)).toBe(0);
  expect(shareIn(list(0, 100), BACKENDS, false)).toBe(100);
  expect(shareIn(list(0), BACKENDS, false)).toBeUndefined();
});

test('of several lists the one counts that is farthest from what was written', () => {
  const other: TraefikService = { metadata: { name: 'admin' }, spec: { weighted: { services: list(100) } } };
  const both = { ingressRoutes: [], traefikServices: [...objects(list(90, 10)).traefikServices, other] };
  const places: Place[] = [place, { kind: 'TraefikService', name: 'admin' }];
  expect(liveShareOf(both, places, BACKENDS, 10)).toBe(0);
  expect(liveShareOf(both, [place], BACKENDS, 10)).toBe(10);
  expect(liveShareOf(both, [], BACKENDS, 10)).toBe(0);
});

describe('a departure', () => {
  const departure = (services: Child[], percent: number, manager?: string) =>
    departureOf(objects(services, manager), [place], BACKENDS, percent);

  test('is none while the list gives what was written, to half a percent', () => {
    expect(departure(list(90, 10), 10)).toBeUndefined();
    expect(departure(list(897, 103), 10)).toBeUndefined();
  });

  test('names the list, the share and who wrote it', () => {
    expect(departure(list(100), 10, 'argocd-controller')).toBe(
      'The canary does not get the 10 % that were written: TraefikService shop/split gives it 0 % (written by argocd-controller).',
    );
    expect(departure(list(50, 50), 10, 'd9-actions')).toBe(
      'The canary does not get the 10 % that were written: TraefikService shop/split gives it 50 %.',
    );
  });

  test('is also a list that leads nowhere any more, and one that is gone', () => {
    expect(departure([], 10)).toContain('leads to neither restaurant nor restaurant-canary any more');
    expect(departureOf({ ingressRoutes: [], traefikServices: [] }, [place], BACKENDS, 10)).toContain('shop/split is gone');
  });

  test('of an IngressRoute is told by its rule', () => {
    const rule = 'Host(`restaurant.example`)';
    const web = { metadata: { name: 'web' }, spec: { routes: [{ match: rule, services: list(100) }] } };
    const where: Place = { kind: 'IngressRoute', name: 'web', rule };
    expect(departureOf({ ingressRoutes: [web], traefikServices: [] }, [where], BACKENDS, 5)).toContain(
      'IngressRoute shop/web, rule Host(`restaurant.example`) gives it 0 %',
    );
  });
});
