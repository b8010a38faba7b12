import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Child } from '../../../../../../src/platforms/kubernetes/routers/traefik/objects.js';
import { shareIn } from '../../../../../../src/platforms/kubernetes/routers/traefik/share.js';
import {
  type ListEdit,
  rememberWeights,
  withCanaryShare,
  withoutCanary,
} from '../../../../../../src/platforms/kubernetes/routers/traefik/weights.js';

const BACKENDS = { stable: 'restaurant', canary: 'restaurant-canary', namespace: 'shop' };
const editOf = (before: readonly Child[], isRule = false): ListEdit => ({
  backends: BACKENDS,
  memory: rememberWeights(before),
  isRule,
});

/** As the API server hands lists out: nothing fills in a weight. */
const weight = fc.option(fc.integer({ min: 0, max: 10_000 }), { nil: undefined });
const own = fc.option(fc.integer({ min: 1, max: 10_000 }), { nil: undefined });
const child = (name: string, port: Child['port'], of: number | undefined, more: Partial<Child> = {}): Child => ({
  name,
  ...(port !== undefined && { port }),
  ...(of !== undefined && { weight: of }),
  ...more,
});
const stableChild = fc
  .tuple(
    own,
    fc.constantFrom<Child['port']>(80, 'http'),
    fc.constantFrom<Partial<Child>>({}, { namespace: 'shop' }, { kind: 'Service' }),
  )
  .map(([of, port, more]) => child(BACKENDS.stable, port, of, more));
const otherChild = fc
  .tuple(
    fc.constantFrom<[string, Partial<Child>]>(
      ['menu', {}],
      ['orders', {}],
      ['restaurant', { kind: 'TraefikService' }],
      ['restaurant', { namespace: 'other-team' }],
    ),
    weight,
  )
  .map(([[name, more], of]) => child(name, more.kind === undefined ? 8080 : undefined, of, more));
const distinct = (children: readonly Child[]) =>
  new Set(rememberWeights(children).map((one) => one.child)).size === children.length;
const list: fc.Arbitrary<{ readonly before: Child[]; readonly isRule: boolean }> = fc.record({
  before: fc
    .tuple(
      fc.uniqueArray(stableChild, { maxLength: 2, selector: ({ port }) => port }),
      fc.array(otherChild, { maxLength: 3 }),
      fc.nat(3),
    )
    .map(([stable, others, place]) => others.toSpliced(place, 0, ...stable))
    .filter(distinct),
  isRule: fc.boolean(),
});
const percent = fc.integer({ min: 0, max: 100 });
const percents = fc.array(percent, { minLength: 1, maxLength: 4 });

const raised = (before: readonly Child[], steps: readonly number[], edit: ListEdit): Child[] =>
  steps.reduce<Child[]>((current, share) => withCanaryShare(current, edit, share), [...before]);
const isStable = ({ name, kind = 'Service', namespace = 'shop' }: Child) =>
  name === BACKENDS.stable && kind === 'Service' && namespace === 'shop';
const isCanary = ({ name }: Child) => name === BACKENDS.canary;

test('after any steps and their undoing the list is as it was, to the letter', () => {
  fc.assert(
    fc.property(list, percents, ({ before, isRule }, steps) => {
      const edit = editOf(before, isRule);
      expect(withoutCanary(raised(before, steps, edit), edit)).toStrictEqual(before);
    }),
  );
});

test('share 0 is the list without the canary, so that its missing endpoints take no route away', () => {
  fc.assert(
    fc.property(list, percents, ({ before, isRule }, steps) => {
      expect(raised(before, [...steps, 0], editOf(before, isRule))).toStrictEqual(before);
    }),
  );
});

test('the canary gets exactly its share of what stable had, whatever steps came before', () => {
  fc.assert(
    fc.property(list, percents, ({ before, isRule }, steps) => {
      const after = raised(before, steps, editOf(before, isRule));
      expect(shareIn(after, BACKENDS, isRule)).toBe(before.some(isStable) ? steps.at(-1) : undefined);
    }),
  );
});

test('other services keep their share of the traffic exactly', () => {
  fc.assert(
    fc.property(list, percents, ({ before, isRule }, steps) => {
      const after = raised(before, steps, editOf(before, isRule));
      const weights = (children: readonly Child[]) =>
        children.filter((one) => !isStable(one) && !isCanary(one)).map((one) => one.weight ?? 1);
      const sum = (children: readonly Child[]) => children.reduce((all, one) => all + (one.weight ?? 1), 0);
      const scaled = (all: readonly number[], factor: number) => all.map((one) => one * factor);
      expect(scaled(weights(after), sum(before))).toEqual(scaled(weights(before), sum(after)));
    }),
  );
});

test('writing a share twice changes nothing, and a list that leads elsewhere is not touched', () => {
  fc.assert(
    fc.property(list, percent, ({ before, isRule }, share) => {
      const edit = editOf(before, isRule);
      const once = raised(before, [share], edit);
      expect(raised(before, [share, share], edit)).toStrictEqual(once);
      if (!before.some(isStable)) expect(once).toStrictEqual(before);
    }),
  );
});

test('a record that somebody changed does not decide what stable gets back: the list says it', () => {
  fc.assert(
    fc.property(
      list,
      fc.integer({ min: 1, max: 100 }),
      fc.option(fc.integer({ min: 1, max: 9 })),
      ({ before }, share, forged) => {
        const edit = editOf(before);
        const memory = edit.memory.map((one) => ({ ...one, weight: forged }));
        const after = withoutCanary(raised(before, [share], edit), { ...edit, memory });
        expect(after.filter(isStable).map((one) => one.weight ?? 1)).toEqual(
          before.filter(isStable).map((one) => one.weight ?? 1),
        );
      },
    ),
  );
});

describe('what others change meanwhile stays', () => {
  const before: Child[] = [child('restaurant', 80, 3), child('menu', 80, undefined)];
  const edit = editOf(before);
  const during = raised(before, [30], edit);

  test('a service that was added, with a weight that we would not have written', () => {
    const added = child('orders', 80, 5);
    expect(withoutCanary([...during, added], edit)).toEqual([...before, added]);
  });

  test('a field of a service', () => {
    const edited = during.map((one) => ({ ...one, passHostHeader: false }));
    expect(withoutCanary(edited, edit)).toEqual(before.map((one) => ({ ...one, passHostHeader: false })));
  });

  test('a list that was put back to its own text by Helm or Argo CD', () => {
    expect(withoutCanary(before, edit)).toStrictEqual(before);
  });

  test("stable's port: the canary is taken out with the old one, and gets the new one when a share is written", () => {
    const [stable, canary, menu] = during as [Child, Child, Child];
    const moved = [{ ...stable, port: 8080 }, canary, menu];
    expect(
      withCanaryShare(moved, edit, 50)
        .filter(isCanary)
        .map(({ port }) => port),
    ).toEqual([8080]);
    expect(withoutCanary(moved, edit).map(({ name }) => name)).toEqual(['restaurant', 'menu']);
  });

  test('a canary that a person took out: the weights that were left behind go too, and are not multiplied again', () => {
    const left = during.filter((one) => !isCanary(one));
    expect(withoutCanary(left, edit)).toEqual(before);
    expect(withCanaryShare(left, edit, 50)).toEqual(withCanaryShare(before, edit, 50));
  });

  test('weights that Argo Rollouts or a person wrote between: what stable had comes from the record', () => {
    const [stable, canary, menu] = during as [Child, Child, Child];
    const edited = [{ ...stable, weight: 7 }, { ...canary, weight: 1 }, menu];
    expect(withoutCanary(edited, edit)).toEqual(before);
  });
});

test("the canary takes over what stable's entry says: port, scheme, sticky cookie, transport", () => {
  const stable = {
    name: 'restaurant',
    port: 'grpc',
    scheme: 'h2c',
    passHostHeader: false,
    serversTransport: 'internal',
    sticky: { cookie: { name: 'table' } },
  };
  expect(withCanaryShare([stable], editOf([stable], true), 10)).toEqual([
    { ...stable, weight: 90 },
    { ...stable, name: 'restaurant-canary', weight: 10 },
  ]);
});

test('an app that is listed by two ports is split on both', () => {
  const before = [child('restaurant', 80, 1), child('restaurant', 'admin', 1)];
  const after = withCanaryShare(before, editOf(before), 25);
  expect(after.map(({ name, port, weight: of }) => [name, port, of])).toEqual([
    ['restaurant', 80, 75],
    ['restaurant-canary', 80, 25],
    ['restaurant', 'admin', 75],
    ['restaurant-canary', 'admin', 25],
  ]);
});

test('a service alone in a rule has all its traffic whatever its weight, and gets that weight back', () => {
  for (const alone of [child('restaurant', 80, 0), child('restaurant', 80, undefined), child('restaurant', 80, 7)]) {
    const edit = editOf([alone], true);
    const during = raised([alone], [20, 40], edit);
    expect(shareIn(during, BACKENDS, true)).toBe(40);
    expect(withoutCanary(during, edit)).toEqual([alone]);
  }
});

test('a stable that its owner has switched off stays off, and no canary is listed for it', () => {
  const before = [child('restaurant', 80, 0), child('menu', 80, 1)];
  expect(withCanaryShare(before, editOf(before), 50)).toEqual(before);
  expect(shareIn(before, BACKENDS, false)).toBeUndefined();
});

test('a weight beyond what stays exact is refused', () => {
  const before = [child('restaurant', 80, Number.MAX_SAFE_INTEGER)];
  expect(() => withCanaryShare(before, editOf(before), 50)).toThrow(RangeError);
});
