import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compare, lnRelativeEvidence, lnRelativeGain, nothingCompared, RATIOS } from '../../../../src/slo/judge/relative.js';

type Pair = readonly [number, number];
const look = ([good, bad]: Pair, [stableGood, stableBad]: Pair) => ({
  canary: { good, bad },
  stable: { good: stableGood, bad: stableBad },
});

/** ln(n!) from the sum of logarithms. */
const lnFactorial = (n: number): number => {
  let sum = 0;
  for (let i = 2; i <= n; i++) sum += Math.log(i);
  return sum;
};
const binomial = (n: number, k: number, p: number): number =>
  p === 0
    ? Number(k === 0)
    : Math.exp(lnFactorial(n) - lnFactorial(k) - lnFactorial(n - k) + k * Math.log(p) + (n - k) * Math.log1p(-p));

/** What E is expected to be after one look at `n` canary and `m` stable requests: the sum over all that could be seen. */
function expectedE(n: number, m: number, canaryShare: number, stableShare: number): number {
  let sum = 0;
  for (let k = 0; k <= n; k++) {
    for (let l = 0; l <= m; l++) {
      const lnE = lnRelativeEvidence(compare(nothingCompared, look([n - k, k], [m - l, l])));
      sum += binomial(n, k, canaryShare) * binomial(m, l, stableShare) * Math.exp(lnE);
    }
  }
  return sum;
}

test('if the canary fails no more often than stable, E is not expected to grow, whatever the traffic and the rate of errors', () => {
  for (const [n, m] of [
    [1, 1],
    [3, 40],
    [20, 20],
    [40, 5],
  ] as const) {
    for (const share of [0, 0.001, 0.01, 0.1, 0.5, 0.9]) {
      expect(expectedE(n, m, share, share)).toBeLessThanOrEqual(1 + 1e-9);
      expect(expectedE(n, m, share / 3, share)).toBeLessThanOrEqual(1 + 1e-9);
    }
    expect(expectedE(n, m, 0.3, 0.01)).toBeGreaterThan(1.01);
  }
});

test('the likelihood ratios are those of where the bad requests fell', () => {
  const [n, m, k, l] = [60, 940, 4, 3];
  const lnByRatio = compare(nothingCompared, look([n - k, k], [m - l, l]));
  for (const [j, ratio] of RATIOS.entries()) {
    const s0 = n / (n + m);
    const s = (ratio * n) / (ratio * n + m);
    const byDefinition = binomial(k + l, k, s) / binomial(k + l, k, s0);
    expect(lnByRatio[j]).toBeCloseTo(Math.log(byDefinition), 9);
  }
});

/** The same ratio with whole numbers only, so without rounding: (r·(n+m))^k · (n+m)^l / (r·n+m)^(k+l) for a whole r, as its logarithm. */
function lnExactly(ratio: bigint, [n, m, k, l]: readonly [bigint, bigint, bigint, bigint]): number {
  // 200 more binary digits than needed, then the leading 53 bits and the number of the rest.
  const numerator = (ratio * (n + m)) ** k * (n + m) ** l;
  const denominator = (ratio * n + m) ** (k + l);
  return lnOf(numerator) - lnOf(denominator);
}
function lnOf(value: bigint): number {
  const digits = value.toString(16);
  const leading = Number(`0x${digits.slice(0, 13)}`);
  return Math.log(leading) + (digits.length - Math.min(13, digits.length)) * Math.log(16);
}

test('they are exact to nine digits for up to a million requests', () => {
  let worst = 0;
  for (const [n, m] of [
    [1, 1],
    [7, 993],
    [50_000, 950_000],
    [500_000, 500_000],
    [999_999, 1],
  ] as const) {
    for (const [k, l] of [
      [0, 1],
      [1, 0],
      [3, 2],
      [300, 40],
      [2000, 2100],
    ] as const) {
      if (k > n || l > m) continue;
      const lnByRatio = compare(nothingCompared, look([n - k, k], [m - l, l]));
      const ratio = RATIOS.at(-1) ?? 0;
      const exact = lnExactly(BigInt(ratio), [BigInt(n), BigInt(m), BigInt(k), BigInt(l)]);
      worst = Math.max(worst, Math.abs((lnByRatio.at(-1) ?? 0) - exact) / Math.max(1, Math.abs(exact)));
    }
  }
  expect(RATIOS.at(-1)).toBe(1000);
  expect(worst).toBeLessThan(1e-9);
});

test('nothing seen, or seen on one side only, is no evidence', () => {
  expect(lnRelativeEvidence(nothingCompared)).toBeCloseTo(0, 12);
  for (const nothing of [look([0, 0], [0, 0]), look([0, 9], [0, 0]), look([0, 0], [5, 5]), look([100, 0], [100, 0])]) {
    expect(compare(nothingCompared, nothing)).toEqual(nothingCompared);
  }
});

const count = fc.nat(5000);
const side = fc.tuple(fc.integer({ min: 1, max: 5000 }), count);

test('it grows with the canary’s bad requests, falls with stable’s bad ones and with the canary’s good ones', () => {
  fc.assert(
    fc.property(side, side, (canary, stable) => {
      const lnE = (c: Pair, s: Pair) => lnRelativeEvidence(compare(nothingCompared, look(c, s)));
      const now = lnE(canary, stable);
      const slack = 1e-9 * Math.max(1, Math.abs(now));
      expect(lnE([canary[0] - 1, canary[1] + 1], stable)).toBeGreaterThan(now - slack);
      expect(lnE(canary, [stable[0] - 1, stable[1] + 1])).toBeLessThan(now + slack);
      expect(lnE([canary[0] + 1, canary[1]], stable)).toBeLessThan(now + slack);
    }),
  );
});

test('the mixture is never above its best alternative', () => {
  fc.assert(
    fc.property(side, side, (canary, stable) => {
      const lnByRatio = compare(nothingCompared, look(canary, stable));
      expect(lnRelativeEvidence(lnByRatio)).toBeLessThanOrEqual(lnRelativeGain(lnByRatio) + 1e-9);
    }),
  );
});
