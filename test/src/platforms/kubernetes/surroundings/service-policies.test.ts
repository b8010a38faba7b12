import { expect, test } from '@jest/globals';
import { policiesOfStableAlone } from '../../../../../src/platforms/kubernetes/surroundings/service-policies.js';

const policy = (kind: string, spec: object) => ({ kind, metadata: { name: 'tls' }, spec });
const target = (name: string, kind = 'Service') => ({ group: '', kind, name });
const found = (...policies: ReadonlyArray<ReturnType<typeof policy>>) =>
  policiesOfStableAlone(policies, 'restaurant', 'restaurant-canary', 'shop');

test.each([
  ['BackendTLSPolicy', { targetRefs: [target('menu'), target('restaurant')] }],
  ['HealthCheckPolicy', { targetRef: target('restaurant') }],
  ['DestinationRule', { host: 'restaurant' }],
  ['DestinationRule', { host: 'restaurant.shop.svc.cluster.local' }],
])('a %s that names the stable Service, as %j, is found', (kind, spec) => {
  expect(found(policy(kind, spec))).toEqual([`${kind} tls`]);
});

test('one that names the canary’s Service too, in the same object or another of its kind, holds for both', () => {
  expect(found(policy('BackendTLSPolicy', { targetRefs: [target('restaurant'), target('restaurant-canary')] }))).toEqual([]);
  const one = policy('DestinationRule', { host: 'restaurant' });
  expect(found(one, policy('DestinationRule', { host: 'restaurant-canary.shop' }))).toEqual([]);
  expect(found(one, policy('HealthCheckPolicy', { targetRef: target('restaurant-canary') }))).toEqual(['DestinationRule tls']);
});

test('what is about another Service, another namespace or a route is none', () => {
  expect(found(policy('DestinationRule', { host: 'restaurant.other' }))).toEqual([]);
  expect(found(policy('BackendTrafficPolicy', { targetRefs: [target('restaurant', 'HTTPRoute')] }))).toEqual([]);
  expect(found({ kind: 'DestinationRule', metadata: { name: 'empty' }, spec: undefined as never })).toEqual([]);
});
