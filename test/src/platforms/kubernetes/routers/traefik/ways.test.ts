import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Child, IngressRoute, TraefikService } from '../../../../../../src/platforms/kubernetes/routers/traefik/objects.js';
import { listAt, ruleIdentity, waysTo } from '../../../../../../src/platforms/kubernetes/routers/traefik/ways.js';

const ingressRoute = (name: string, ...rules: readonly Child[][]): IngressRoute => ({
  metadata: { name },
  spec: { routes: rules.map((services, index) => ({ match: `Host(\`${name}-${index}.example\`)`, services })) },
});
const traefikService = (name: string, spec: TraefikService['spec']): TraefikService => ({ metadata: { name }, spec: spec ?? {} });
const app: Child = { name: 'restaurant', port: 80 };
const to = (name: string): Child => ({ kind: 'TraefikService', name });
const ways = (ingressRoutes: IngressRoute[], ...traefikServices: TraefikService[]) =>
  waysTo({ ingressRoutes, traefikServices }, 'restaurant', 'shop');

test('an IngressRoute that names the Service itself has the list', () => {
  expect(ways([ingressRoute('web', [{ name: 'menu', port: 80 }], [app])])).toEqual([
    {
      ingressRoute: 'web',
      rule: 1,
      through: [],
      place: { kind: 'IngressRoute', name: 'web', rule: 'Host(`web-1.example`)' },
      outer: [],
    },
  ]);
});

test('a TraefikService that several rules and IngressRoutes share is one list', () => {
  const found = ways(
    [ingressRoute('web', [to('split')], [to('split')]), ingressRoute('api', [to('split')])],
    traefikService('split', { weighted: { services: [app] } }),
  );
  expect(found.map(({ ingressRoute: name, rule, through }) => [name, rule, through])).toEqual([
    ['web', 0, ['split']],
    ['web', 1, ['split']],
    ['api', 0, ['split']],
  ]);
});

test('a TraefikService in another is followed, and a circle of them ends', () => {
  const inner = traefikService('inner', { weighted: { services: [app, to('outer')] } });
  const outer = traefikService('outer', { weighted: { services: [to('inner'), { name: 'menu', port: 80 }] } });
  const found = ways([ingressRoute('web', [to('outer')])], outer, inner);
  expect(found.map(({ through, place }) => [through, place])).toEqual([
    [['outer', 'inner'], { kind: 'TraefikService', name: 'inner' }],
  ]);
});

test('a Service of another namespace, or something else of that name, is another', () => {
  const others: Child[] = [{ ...app, namespace: 'other-team' }, to('restaurant')];
  expect(ways([ingressRoute('web', ...others.map((child) => [child]))])).toEqual([]);
  expect(ways([ingressRoute('web', [{ ...app, namespace: 'shop', kind: 'Service' }])])).toHaveLength(1);
});

test('a TraefikService that no rule names brings nobody anywhere', () => {
  expect(ways([], traefikService('split', { weighted: { services: [app] } }))).toEqual([]);
});

test('a reference by `NAMESPACE-NAME@kubernetescrd` is followed too', () => {
  const split = traefikService('split', { weighted: { services: [app] } });
  expect(ways([ingressRoute('web', [to('shop-split@kubernetescrd')])], split)).toHaveLength(1);
  expect(ways([ingressRoute('web', [to('shop-split@file')])], split)).toEqual([]);
});

describe('what the weights do not decide is said', () => {
  const through = (spec: TraefikService['spec'], ...more: TraefikService[]) =>
    ways([ingressRoute('web', [to('split')])], traefikService('split', spec), ...more).map(({ place, outer }) => [
      place !== undefined,
      outer,
    ]);

  test('a sticky cookie of a list before the one that is split, which keeps clients where they are', () => {
    const sticky = { cookie: { name: 'table' } };
    expect(through({ weighted: { services: [app], sticky } })).toEqual([[true, []]]);
    expect(through({ weighted: { services: [{ ...app, sticky }] } })).toEqual([[true, []]]);
    expect(
      through({ weighted: { services: [to('inner')], sticky } }, traefikService('inner', { weighted: { services: [app] } })),
    ).toEqual([[true, [expect.stringContaining('weighted.sticky')]]]);
  });

  test('mirroring has one service and no weights, and a mirror gets copies, which its pods count like any request', () => {
    expect(through({ mirroring: { ...app, mirrors: [{ name: 'menu', port: 80 }] } })).toEqual([[false, []]]);
    expect(through({ mirroring: { name: 'menu', port: 80, mirrors: [app] } })).toEqual([
      [false, [expect.stringContaining('mirroring')]],
    ]);
  });

  test('a choice by the address of the client, and a fallback', () => {
    expect(through({ highestRandomWeight: { services: [app] } })).toEqual([
      [false, [expect.stringContaining('highestRandomWeight')]],
    ]);
    expect(through({ failover: { service: { name: 'menu', port: 80 }, fallback: app } })).toEqual([
      [false, [expect.stringContaining('failover')]],
    ]);
  });

  test('all of them are kept, from the outside', () => {
    const spec = { failover: { service: to('sticky'), fallback: { name: 'menu', port: 80 } } };
    const sticky = traefikService('sticky', { weighted: { services: [to('inner')], sticky: { cookie: {} } } });
    expect(through(spec, sticky, traefikService('inner', { weighted: { services: [app] } }))).toEqual([
      [true, [expect.stringContaining('failover'), expect.stringContaining('weighted.sticky')]],
    ]);
  });

  test('mirroring before the list leaves the list its weights', () => {
    expect(through({ mirroring: to('inner') }, traefikService('inner', { weighted: { services: [app] } }))).toEqual([[true, []]]);
  });
});

test('a rule is found again after others were added before it and its services were changed', () => {
  const matches = fc.array(fc.constantFrom('Host(`a`)', 'Host(`b`)', 'PathPrefix(`/`)', 'x'.repeat(2000)), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(matches, fc.nat(4), (all, at) => {
      const index = at % all.length;
      const before: IngressRoute = { metadata: { name: 'web' }, spec: { routes: all.map((match) => ({ match })) } };
      const rule = ruleIdentity(before, index);
      expect(rule.length).toBeLessThanOrEqual(1010);
      const rules = all.map((match, other) => ({ match, services: other === index ? [app] : [] }));
      const after: IngressRoute = { metadata: { name: 'web' }, spec: { routes: [{ match: 'Host(`new`)' }, ...rules] } };
      const objects = { ingressRoutes: [after], traefikServices: [] };
      expect(listAt(objects, { kind: 'IngressRoute', name: 'web', rule })).toEqual([app]);
    }),
  );
});

test('a list that is gone is not there', () => {
  const none = { ingressRoutes: [], traefikServices: [] };
  expect(listAt(none, { kind: 'TraefikService', name: 'split' })).toBeUndefined();
  expect(listAt(none, { kind: 'IngressRoute', name: 'web', rule: '' })).toBeUndefined();
});
