import { expect, test } from '@jest/globals';
import { gapsIn } from '../../../../../src/platforms/kubernetes/surroundings/pod-policies.js';

const STABLE = { app: 'restaurant', 'part-of': 'shop' };
const CANARY = { app: 'restaurant-canary', 'part-of': 'shop', 'd9.dev/track': 'canary' };
const gaps = (spec: unknown, kind = 'NetworkPolicy') =>
  gapsIn([{ kind, metadata: { name: 'p' }, spec }], STABLE, CANARY).map(({ path }) => path);

test('a policy that covers stable and not the canary is found, as target and as peer', () => {
  const own = { podSelector: { matchLabels: { app: 'restaurant' } } };
  expect(gaps(own)).toEqual(['spec.podSelector']);
  const database = {
    podSelector: { matchLabels: { app: 'db' } },
    ingress: [
      { from: [{ podSelector: { matchLabels: { app: 'menu' } } }, { podSelector: { matchLabels: { app: 'restaurant' } } }] },
    ],
  };
  expect(gaps(database)).toEqual(['spec.ingress[0].from[1].podSelector']);
  expect(gapsIn([{ kind: 'NetworkPolicy', metadata: { name: 'db' }, spec: own }], STABLE, CANARY)[0]?.policy).toBe(
    'NetworkPolicy db',
  );
});

test('a policy that covers both, or neither, is none', () => {
  expect(gaps({ podSelector: {} })).toEqual([]);
  expect(gaps({ podSelector: { matchLabels: { 'part-of': 'shop' } } })).toEqual([]);
  expect(gaps({ podSelector: { matchLabels: { app: 'menu' } } })).toEqual([]);
  const both = [{ key: 'app', operator: 'In', values: ['restaurant', 'restaurant-canary'] }];
  expect(gaps({ podSelector: { matchExpressions: both } })).toEqual([]);
  expect(gaps({ ingress: [{ from: [{ namespaceSelector: { matchLabels: { app: 'restaurant' } } }] }] })).toEqual([]);
});

test.each([
  ['Cilium', { endpointSelector: { matchLabels: { 'k8s:app': 'restaurant' } } }, ['spec.endpointSelector']],
  ['Calico', { selector: "app == 'restaurant' && part-of == 'shop'" }, ['spec.selector']],
  ['Calico', { ingress: [{ source: { selector: 'app == "restaurant"' } }] }, ['spec.ingress[0].source.selector']],
  ['Calico', { selector: "part-of == 'shop'" }, []],
  ['Istio', { selector: { matchLabels: { app: 'restaurant' } }, rules: [{}] }, ['spec.selector']],
])('%s says it in its own way', (kind, spec, paths) => {
  expect(gaps(spec, kind)).toEqual(paths);
});
