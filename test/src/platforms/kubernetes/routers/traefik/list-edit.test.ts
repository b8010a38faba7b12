import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { withoutShare, withShare } from '../../../../../../src/platforms/kubernetes/routers/traefik/list-edit.js';
import type { Child } from '../../../../../../src/platforms/kubernetes/routers/traefik/objects.js';
import { rememberWeights } from '../../../../../../src/platforms/kubernetes/routers/traefik/weights.js';

const backends = { stable: 'restaurant', canary: 'restaurant-canary', namespace: 'shop' };
const stable: Child = { name: 'restaurant', port: 80 };
const editOf = (children: readonly Child[], nativeLB: boolean | null = null) => ({
  backends,
  memory: { children: rememberWeights(children), nativeLB },
});

test('the canary is asked by its Service’s address at every share, and not listed without one', () => {
  const edit = editOf([stable]);
  expect(withShare([stable], edit, 25)).toEqual([
    { name: 'restaurant', port: 80, weight: 75 },
    { name: 'restaurant-canary', port: 80, weight: 25, nativeLB: true },
  ]);
  expect(withShare([stable], edit, 0)).toEqual([stable]);
});

test('stable is not listed while the canary has everything', () => {
  const edit = editOf([stable]);
  expect(withShare([stable], edit, 100)).toEqual([{ name: 'restaurant-canary', port: 80, weight: 100, nativeLB: true }]);
});

const child = fc.record(
  {
    name: fc.constant('restaurant'),
    port: fc.constantFrom<number | string>(80, 'http'),
    weight: fc.integer({ min: 1, max: 1000 }),
    scheme: fc.constantFrom('h2c', 'https'),
    passHostHeader: fc.boolean(),
    nativeLB: fc.boolean(),
  },
  { requiredKeys: ['name', 'port'] },
);
const percent = fc.integer({ min: 0, max: 100 });

test('whatever shares it is given, one after the other, what a person wrote of stable stands there again afterwards', () => {
  fc.assert(
    fc.property(child, fc.array(percent, { maxLength: 5 }), (own, shares) => {
      const before: readonly Child[] = [own as Child];
      const edit = editOf(before, own.nativeLB ?? null);
      const moved = shares.reduce<readonly Child[]>((children, share) => withShare(children, edit, share), before);
      expect(withoutShare(moved, edit)).toEqual(before);
    }),
  );
});

test('without a record the weights themselves say what they were, at all traffic too', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), percent, (weight, share) => {
      const before: readonly Child[] = [{ ...stable, weight }];
      const moved = withShare(before, editOf(before), share);
      expect(withoutShare(moved, { backends, memory: { children: [], nativeLB: null } })).toEqual(before);
    }),
  );
});

test('what has no share of ours is left as it is', () => {
  const others: readonly Child[] = [{ name: 'menu', port: 80, weight: 3 }];
  expect(withoutShare(others, editOf([stable]))).toEqual(others);
});

test('a list that somebody emptied while the canary had everything gets stable back as it was, and one that leads elsewhere is left', () => {
  fc.assert(
    fc.property(fc.record({ name: fc.constant('restaurant'), port: fc.constantFrom<number | string>(80, 'http') }), (own) => {
      const edit = editOf([own], true);
      expect(withoutShare([], edit)).toEqual([{ ...own, nativeLB: true }]);
      expect(withoutShare([], editOf([{ ...own, weight: 3 }]))).toEqual([{ ...own, weight: 3 }]);
    }),
  );
  const elsewhere = [{ name: 'maintenance', port: 80 }];
  expect(withoutShare(elsewhere, editOf([stable]))).toEqual(elsewhere);
});
