import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { BackendRef, HttpRoute, HttpRouteRule } from '../../../../../../src/platforms/kubernetes/api/http-route.js';
import {
  leadsTo,
  namedBackends,
  rememberWeights,
  withCanaryShare,
  withoutCanary,
  withZeroWeight,
} from '../../../../../../src/platforms/kubernetes/routers/http-route/weights.js';

const BACKENDS = { stable: 'restaurant', canary: 'restaurant-canary', namespace: 'shop' };
const routeOf = (rules: HttpRouteRule[]): HttpRoute => ({ metadata: { namespace: 'shop' }, spec: { rules } });
const remember = (rules: HttpRouteRule[]) => rememberWeights(routeOf(rules), BACKENDS);

/** As the API server hands rules out: other backends have their weight, since the resource definition defaults it to 1. */
const weight = fc.integer({ min: 0, max: 10_000 });
const stableRef: fc.Arbitrary<BackendRef> = fc
  .option(fc.integer({ min: 1, max: 10_000 }), { nil: undefined })
  .map((own) => ({ name: BACKENDS.stable, port: 80, ...(own !== undefined && { weight: own }) }));
const otherRef: fc.Arbitrary<BackendRef> = fc.record(
  {
    name: fc.constantFrom('menu', 'orders', 'legacy'),
    port: fc.constant(8080),
    weight,
  },
  { noNullPrototype: true },
);
const backends = fc
  .tuple(fc.option(stableRef, { nil: undefined }), fc.array(otherRef, { maxLength: 3 }), fc.nat(3))
  .map(([stable, others, place]) => (stable ? others.toSpliced(place, 0, stable) : others));
const rules: fc.Arbitrary<HttpRouteRule[]> = fc
  .array(backends, { minLength: 1, maxLength: 4 })
  .map((all) => all.map((backendRefs, index) => ({ matches: [{ path: { value: `/${index}` } }], backendRefs })));
const percent = fc.integer({ min: 0, max: 100 });
const percents = fc.array(percent, { minLength: 1, maxLength: 4 });

const raised = (before: HttpRouteRule[], steps: readonly number[]) => {
  const memory = remember(before);
  return steps.reduce<HttpRouteRule[]>((current, share) => withCanaryShare(current, BACKENDS, memory, share), before);
};
const weightOf = (rule: HttpRouteRule | undefined, name: string) => {
  const found = rule?.backendRefs?.find((backend) => backend.name === name);
  return found && (found.weight ?? 1);
};
const sumOf = (rule: HttpRouteRule) => (rule.backendRefs ?? []).reduce((sum, backend) => sum + (backend.weight ?? 1), 0);

test('after any steps and their undoing the route is as it was, to the letter', () => {
  fc.assert(
    fc.property(rules, percents, (before, steps) => {
      expect(withoutCanary(raised(before, steps), BACKENDS, remember(before))).toStrictEqual(before);
    }),
  );
});

test('the canary gets exactly its share of what stable had, whatever steps came before', () => {
  fc.assert(
    fc.property(rules, percents, (before, steps) => {
      const share = steps.at(-1) ?? 0;
      for (const rule of raised(before, steps)) {
        const [stable, canary] = [weightOf(rule, BACKENDS.stable), weightOf(rule, BACKENDS.canary)];
        if (stable === undefined) expect(canary).toBeUndefined();
        else expect((canary ?? Number.NaN) * (100 - share)).toBe(stable * share);
      }
    }),
  );
});

test('other backends of a rule keep their share of its traffic exactly', () => {
  fc.assert(
    fc.property(rules, percents, (before, steps) => {
      for (const [index, after] of raised(before, steps).entries()) {
        const original = before[index];
        const isOther = ({ name }: BackendRef) => name !== BACKENDS.stable && name !== BACKENDS.canary;
        const weights = (rule: HttpRouteRule | undefined) =>
          (rule?.backendRefs ?? []).filter(isOther).map((one) => one.weight ?? 1);
        const scaled = (list: number[], factor: number) => list.map((one) => one * factor);
        expect(scaled(weights(after), sumOf(original ?? {}))).toEqual(scaled(weights(original), sumOf(after)));
      }
    }),
  );
});

test('writing a share twice changes nothing, and no rule that leads elsewhere is touched', () => {
  fc.assert(
    fc.property(rules, percent, (before, share) => {
      const once = raised(before, [share]);
      expect(raised(before, [share, share])).toStrictEqual(once);
      for (const [index, rule] of before.entries())
        if (weightOf(rule, BACKENDS.stable) === undefined) expect(once[index]).toBe(rule);
    }),
  );
});

test('weight 0 is written where the canary is listed; an early abort adds it nowhere', () => {
  fc.assert(
    fc.property(rules, percent, (before, share) => {
      const memory = remember(before);
      expect(withZeroWeight(before, BACKENDS, memory)).toStrictEqual(before);
      for (const rule of withZeroWeight(raised(before, [share]), BACKENDS, memory))
        expect(weightOf(rule, BACKENDS.canary) ?? 0).toBe(0);
    }),
  );
});

describe('what others change meanwhile stays', () => {
  const before: HttpRouteRule[] = [
    {
      matches: [{ path: { value: '/' } }],
      backendRefs: [
        { name: 'restaurant', port: 80, weight: 3 },
        { name: 'menu', weight: 1 },
      ],
    },
  ];
  const memory = remember(before);
  const [during] = raised(before, [30]);
  const leave = (edited: HttpRouteRule[]) => withoutCanary(edited, BACKENDS, memory);

  test('a rule that was added, before ours too', () => {
    const added: HttpRouteRule = { matches: [{ path: { value: '/new' } }], backendRefs: [{ name: 'menu', weight: 7 }] };
    expect(leave([added, during ?? {}])).toEqual([added, ...before]);
  });

  test('a rule that was removed', () => {
    expect(leave([])).toEqual([]);
  });

  test('a filter, a timeout and any field that we do not know', () => {
    const edit = { filters: [{ type: 'RequestHeaderModifier' }], timeouts: { request: '5s' } };
    expect(leave([{ ...during, ...edit }])).toEqual([{ ...before[0], ...edit }]);
  });

  test('a backend that was added', () => {
    const added = { name: 'orders', weight: 5 };
    const edited = { ...during, backendRefs: [...(during?.backendRefs ?? []), added] };
    expect(leave([edited])[0]?.backendRefs).toContainEqual(added);
  });

  test('a route that was put back to its own text by Helm or Argo CD is not touched', () => {
    expect(leave(before)).toStrictEqual(before);
  });

  test('what a rule matches, without the traffic of its backends shifting', () => {
    const [after] = leave([{ ...during, matches: [{ path: { value: '/v2' } }] }]);
    expect([weightOf(after, 'restaurant'), weightOf(after, 'menu')]).toEqual([3, 1]);
  });

  test('and a rule that somebody adds with stable in it gets the split, and gets rid of it', () => {
    const added: HttpRouteRule = { matches: [{ path: { value: '/new' } }], backendRefs: [{ name: 'restaurant', weight: 2 }] };
    const [, split] = withCanaryShare([during ?? {}, added], BACKENDS, memory, 50);
    expect([weightOf(split, 'restaurant'), weightOf(split, 'restaurant-canary')]).toEqual([100, 100]);
    const [, again] = withCanaryShare([during ?? {}, split ?? {}], BACKENDS, memory, 25);
    expect([weightOf(again, 'restaurant'), weightOf(again, 'restaurant-canary')]).toEqual([150, 50]);
    expect(leave([split ?? {}])).toEqual([added]);
  });
});

test('the canary’s backend takes over the port and the filters of stable’s', () => {
  const stable: BackendRef = { name: 'restaurant', port: 8080, filters: [{ type: 'X' }] };
  const [rule] = raised([{ backendRefs: [stable] }], [10]);
  expect(rule?.backendRefs).toEqual([
    { ...stable, weight: 90 },
    { ...stable, name: 'restaurant-canary', weight: 10 },
  ]);
});

test('only a Service of that name is stable; something else of that name is not', () => {
  for (const other of [{ kind: 'ServiceImport' }, { group: 'example.com' }, { namespace: 'other-team' }]) {
    const elsewhere: HttpRouteRule = { backendRefs: [{ ...other, name: 'restaurant' }] };
    expect(leadsTo(routeOf([elsewhere]), 'restaurant')).toBe(false);
    expect(raised([elsewhere], [10])).toEqual([elsewhere]);
  }
  for (const same of [{}, { group: '', kind: 'Service' }, { namespace: 'shop' }])
    expect(leadsTo(routeOf([{ backendRefs: [{ ...same, name: 'restaurant' }] }]), 'restaurant')).toBe(true);
});

test("another team's Service of the same name beside stable keeps its share, and the canary goes beside stable", () => {
  const theirs: BackendRef = { name: 'restaurant', namespace: 'other-team', weight: 1 };
  const ours: BackendRef = { name: 'restaurant', namespace: 'shop', weight: 1 };
  const [rule] = raised([{ backendRefs: [theirs, ours] }], [10]);
  expect(rule?.backendRefs).toEqual([
    { ...theirs, weight: 100 },
    { ...ours, weight: 90 },
    { ...ours, name: 'restaurant-canary', weight: 10 },
  ]);
  expect(namedBackends(routeOf([{ backendRefs: [theirs, ours] }]))).toEqual([
    'restaurant (namespace other-team, rule 0)',
    'restaurant (rule 0)',
  ]);
});

test('a named rule is known by its name, also after its match was changed', () => {
  const before: HttpRouteRule[] = [{ name: 'web', matches: [1], backendRefs: [{ name: 'restaurant', weight: 4 }] }];
  const during = raised(before, [30]).map((rule) => ({ ...rule, matches: [2] }));
  expect(withoutCanary(during, BACKENDS, remember(before))).toEqual([{ ...before[0], matches: [2] }]);
});

test('a record that somebody changed does not decide what stable gets back: the route says it', () => {
  fc.assert(
    fc.property(rules, percent, fc.option(weight), (before, share, forged) => {
      const memory = remember(before).map(({ rule }) => ({ rule, weight: forged }));
      for (const [index, after] of withoutCanary(raised(before, [share]), BACKENDS, memory).entries())
        expect(weightOf(after, BACKENDS.stable)).toBe(weightOf(before[index], BACKENDS.stable));
    }),
  );
});

test('a rule that matches more than the record can hold is known all the same', () => {
  const matches = Array.from({ length: 64 }, (_, index) => ({ path: { value: `/${index}${'x'.repeat(1000)}` } }));
  const before: HttpRouteRule[] = [{ matches, backendRefs: [{ name: 'restaurant' }] }];
  expect(remember(before)[0]?.rule).toHaveLength(64);
  expect(withoutCanary(raised(before, [30]), BACKENDS, remember(before))).toStrictEqual(before);
});

test('messages name the Services that a route leads to, with their rules', () => {
  const route = routeOf([{ backendRefs: [{ name: 'restaurant-web' }] }, { backendRefs: [{ name: 'menu' }] }, {}]);
  expect(namedBackends(route)).toEqual(['restaurant-web (rule 0)', 'menu (rule 1)']);
  expect(namedBackends({})).toEqual([]);
});
