import { expect, test } from '@jest/globals';
import { otherWays } from '../../../../../src/platforms/kubernetes/surroundings/other-ways.js';
import { someApp } from '../app/apps.js';

const app = someApp({
  labels: { app: 'restaurant', tier: 'web' },
  matched: { app: 'restaurant' },
  selector: { app: 'restaurant' },
});
const service = (name: string, selector?: Record<string, string>) => ({
  metadata: { name },
  spec: { ...(selector && { selector }) },
});
const routeTo = (service: string, name: string) => ({
  kind: 'HTTPRoute',
  name,
  leadsTo: (other: string) => other === service,
});
const backend = { service: { name: 'restaurant', port: { number: 80 } } };

const entrances = {
  ingresses: [
    { metadata: { name: 'by-path' }, spec: { rules: [{ http: { paths: [{ pathType: 'Prefix', backend }] } }] } },
    { metadata: { name: 'by-default' }, spec: { defaultBackend: backend } },
    { metadata: { name: 'elsewhere' }, spec: { defaultBackend: { service: { name: 'menu' } } } },
  ],
  routes: [routeTo('restaurant', 'public'), routeTo('restaurant', 'internal'), routeTo('menu', 'menu')],
  services: [
    service('restaurant', { app: 'restaurant' }),
    service('admin', { app: 'restaurant', tier: 'web' }),
    service('everything', { tier: 'web' }),
    service('menu', { app: 'menu' }),
    service('external'),
    service('old-canary', { app: 'restaurant-canary' }),
    service('restaurant-canary', { app: 'restaurant-canary' }),
  ],
};

test('what leads to stable past the split is listed, and what leads to the canary whatever its weight', () => {
  expect(otherWays(entrances, app, { kind: 'HTTPRoute', name: 'public' })).toEqual({
    uncovered: ['Ingress by-path', 'Ingress by-default', 'HTTPRoute internal', 'Service admin'],
    leaking: ['Service everything', 'Service old-canary'],
  });
});

test('an object of another kind that is called as the one that is split is a way of its own', () => {
  const direct = { ...routeTo('restaurant', 'public'), kind: 'IngressRoute' };
  const { uncovered } = otherWays({ ...entrances, routes: [direct] }, app, { kind: 'TraefikService', name: 'public' });
  expect(uncovered).toContain('IngressRoute public');
});

test('the ratio of pods covers every way', () => {
  expect(otherWays(entrances, app, undefined)).toEqual({ uncovered: [], leaking: [] });
});

test('a Service with a load balancer of its own is a way past the split', () => {
  const [own, ...services] = entrances.services;
  const open = { ...own, spec: { ...own?.spec, type: 'LoadBalancer' } };
  const { uncovered } = otherWays({ ...entrances, services: [open, ...services] }, app, { kind: 'HTTPRoute', name: 'public' });
  expect(uncovered).toContain('the load balancer of Service restaurant');
});
