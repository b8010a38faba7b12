import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lnAtMost, lnTotal } from '../../../../src/slo/judge/mixture.js';
import { compare, nothingCompared } from '../../../../src/slo/judge/relative.js';
import { chances } from './chances.js';

type Pair = readonly [number, number];
const look = ([good, bad]: Pair, [stableGood, stableBad]: Pair) => ({
  canary: { good, bad },
  stable: { good: stableGood, bad: stableBad },
});

/** E after one look at `n` canary and `m` stable requests, for each number of bad ones on either side. */
const evidenceOf = ([n, m]: Pair): number[][] =>
  Array.from({ length: n + 1 }, (_, k) =>
    Array.from({ length: m + 1 }, (_, l) => Math.exp(lnTotal(compare(nothingCompared, look([n - k, k], [m - l, l]))))),
  );

const TRAFFIC = ([[1, 1], [3, 40], [20, 20], [40, 5], [60, 40]] as const).map((traffic) => ({ traffic, evidence: evidenceOf(traffic) })); // biome-ignore format: a table

/** What E is expected to be: the sum over all that could be seen. */
function expectedE(evidence: number[][], [n, m]: Pair, canaryShare: number, stableShare: number, correlation: number): number {
  const stable = chances(m, stableShare, correlation);
  const given = (row: readonly number[]) => row.reduce((sum, e, l) => sum + e * (stable[l] ?? 0), 0);
  return chances(n, canaryShare, correlation).reduce((sum, chance, k) => sum + chance * given(evidence[k] ?? []), 0);
}

test.each([0, 0.001, 0.01, 0.05])(
  'if the canary fails no more often than stable, E is not expected to grow, with a correlation of %p within the second',
  (correlation) => {
    for (const { traffic, evidence } of TRAFFIC) {
      for (const share of [0, 0.001, 0.01, 0.1, 0.5, 0.9]) {
        expect(expectedE(evidence, traffic, share, share, correlation)).toBeLessThanOrEqual(1 + 1e-9);
        expect(expectedE(evidence, traffic, share / 3, share, correlation)).toBeLessThanOrEqual(1 + 1e-9);
      }
      expect(expectedE(evidence, traffic, 0.3, 0.01, correlation)).toBeGreaterThan(1.01);
    }
  },
);

test('more correlation than is allowed for makes it grow: the bound is used up', () => {
  expect(expectedE(evidenceOf([40, 40]), [40, 40], 0.02, 0.02, 0.5)).toBeGreaterThan(1.01);
});

test('nothing seen, or seen on one side only, is no evidence', () => {
  expect(lnTotal(nothingCompared)).toBeCloseTo(0, 12);
  for (const nothing of [look([0, 0], [0, 0]), look([0, 9], [0, 0]), look([0, 0], [5, 5]), look([100, 0], [100, 0])]) {
    expect(compare(nothingCompared, nothing)).toEqual(nothingCompared);
  }
});

const count = fc.nat(5000);
const side = fc.tuple(fc.integer({ min: 1, max: 5000 }), count);

test('it grows with the canary’s bad requests, falls with stable’s bad ones and with the canary’s good ones', () => {
  fc.assert(
    fc.property(side, side, (canary, stable) => {
      const lnE = (c: Pair, s: Pair) => lnTotal(compare(nothingCompared, look(c, s)));
      const now = lnE(canary, stable);
      const slack = 1e-9 * Math.max(1, Math.abs(now));
      expect(lnE([canary[0] - 1, canary[1] + 1], stable)).toBeGreaterThan(now - slack);
      expect(lnE(canary, [stable[0] - 1, stable[1] + 1])).toBeLessThan(now + slack);
      expect(lnE([canary[0] + 1, canary[1]], stable)).toBeLessThan(now + slack);
    }),
  );
});

test('the quick upper bound is one', () => {
  fc.assert(
    fc.property(side, side, (canary, stable) => {
      const wealth = compare(nothingCompared, look(canary, stable));
      expect(lnTotal(wealth)).toBeLessThanOrEqual(lnAtMost(wealth) + 1e-9);
    }),
  );
});
