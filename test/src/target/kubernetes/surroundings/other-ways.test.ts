import { expect, test } from '@jest/globals';
import { otherWays } from '../../../../../src/target/kubernetes/surroundings/other-ways.js';

const STABLE = { app: 'restaurant', tier: 'web' };
const CANARY = { app: 'restaurant-canary', tier: 'web' };
const service = (name: string, selector?: Record<string, string>) => ({
  metadata: { name },
  spec: { ...(selector && { selector }) },
});
const backend = { service: { name: 'restaurant', port: { number: 80 } } };

const entrances = {
  ingresses: [
    { metadata: { name: 'by-path' }, spec: { rules: [{ http: { paths: [{ pathType: 'Prefix', backend }] } }] } },
    { metadata: { name: 'by-default' }, spec: { defaultBackend: backend } },
    { metadata: { name: 'elsewhere' }, spec: { defaultBackend: { service: { name: 'menu' } } } },
  ],
  routes: [
    { metadata: { name: 'public' }, spec: { rules: [{ backendRefs: [{ name: 'restaurant' }] }] } },
    { metadata: { name: 'internal' }, spec: { rules: [{ backendRefs: [{ name: 'restaurant' }] }] } },
    { metadata: { name: 'menu' }, spec: { rules: [{ backendRefs: [{ name: 'menu' }] }] } },
  ],
  services: [
    service('restaurant', { app: 'restaurant' }),
    service('admin', { app: 'restaurant', tier: 'web' }),
    service('everything', { tier: 'web' }),
    service('menu', { app: 'menu' }),
    service('external'),
  ],
};

test('what leads to stable past the split is listed, and what leads to the canary whatever its weight', () => {
  expect(otherWays(entrances, 'restaurant', 'public', STABLE, CANARY)).toEqual({
    uncovered: ['Ingress by-path', 'Ingress by-default', 'HTTPRoute internal', 'Service admin'],
    leaking: ['Service everything'],
  });
});

test('the ratio of pods covers every way', () => {
  expect(otherWays(entrances, 'restaurant', undefined, STABLE, STABLE)).toEqual({ uncovered: [], leaking: [] });
});

test('a Service with a load balancer of its own is a way past the split', () => {
  const [own, ...services] = entrances.services;
  const open = { ...own, spec: { ...own?.spec, type: 'LoadBalancer' } };
  const { uncovered } = otherWays({ ...entrances, services: [open, ...services] }, 'restaurant', 'public', STABLE, CANARY);
  expect(uncovered).toContain('the load balancer of Service restaurant');
});
