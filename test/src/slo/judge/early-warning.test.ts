import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { likelier, lnForWarning, lnLikelier, nothingLikelier } from '../../../../src/slo/judge/early-warning.js';
import { chances } from './chances.js';

type Pair = readonly [number, number];
const look = ([good, bad]: Pair, [stableGood, stableBad]: Pair) => ({
  canary: { good, bad },
  stable: { good: stableGood, bad: stableBad },
});
const lnAfter = (canary: Pair, stable: Pair) => lnLikelier(likelier(nothingLikelier, look(canary, stable)));

/** What E is expected to be after a look at `n` and `m` requests: the sum over all that could be seen. */
function expectedE([n, m]: Pair, canaryShare: number, stableShare: number, correlation: number): number {
  const stable = chances(m, stableShare, correlation);
  return chances(n, canaryShare, correlation).reduce(
    (sum, chance, k) =>
      sum + chance * stable.reduce((inner, other, l) => inner + other * Math.exp(lnAfter([n - k, k], [m - l, l])), 0),
    0,
  );
}

test('if the canary fails no more often than stable, E is not expected to grow, as long as requests are independent', () => {
  for (const traffic of [
    [1, 1],
    [3, 40],
    [20, 20],
    [40, 5],
  ] as const) {
    for (const share of [0, 0.001, 0.01, 0.1, 0.5, 0.9]) {
      expect(expectedE(traffic, share, share, 0)).toBeLessThanOrEqual(1 + 1e-9);
      expect(expectedE(traffic, share / 3, share, 0)).toBeLessThanOrEqual(1 + 1e-9);
    }
    expect(expectedE(traffic, 0.3, 0.01, 0)).toBeGreaterThan(1.01);
  }
});

test('requests that fail together make it grow, which is why it warns and fails nothing', () => {
  expect(expectedE([40, 40], 0.02, 0.02, 0.05)).toBeGreaterThan(1.01);
});

test('nothing seen, or seen on one side only, is no evidence', () => {
  expect(lnLikelier(nothingLikelier)).toBeCloseTo(0, 12);
  for (const nothing of [look([0, 0], [0, 0]), look([0, 9], [0, 0]), look([0, 0], [5, 5]), look([100, 0], [100, 0])])
    expect(likelier(nothingLikelier, nothing)).toEqual(nothingLikelier);
});

test('it grows with the canary’s bad requests, and falls with stable’s bad ones', () => {
  const side = fc.tuple(fc.integer({ min: 1, max: 5000 }), fc.nat(5000));
  fc.assert(
    fc.property(side, side, (canary, stable) => {
      const now = lnAfter(canary, stable);
      const slack = 1e-9 * Math.max(1, Math.abs(now));
      expect(lnAfter([canary[0] - 1, canary[1] + 1], stable)).toBeGreaterThan(now - slack);
      expect(lnAfter(canary, [stable[0] - 1, stable[1] + 1])).toBeLessThan(now + slack);
    }),
  );
});

test('what the canary did by itself counts for a tenth, and not at all where stable is above max itself', () => {
  expect(lnForWarning(0, 0)).toBeCloseTo(0, 12);
  expect(Math.exp(lnForWarning(Math.log(50), Math.log(600)))).toBeCloseTo(105, 9);
  expect(Math.exp(lnForWarning(Math.log(50), undefined))).toBeCloseTo(45, 9);
});
