import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judgeSeries, mannWhitney } from '../../../../src/slo/judge/mann-whitney.js';

// U and p of scipy.stats.mannwhitneyu(canary, stable, alternative='greater', method='asymptotic'), SciPy 1.17.
const CANARY = [
  10.2, 12.5, 8.1, 12.0, 9.5, 9.5, 13.8, 10.3, 9.9, 11.5, 12.3, 9.9, 11.2, 8.1, 9.3, 9.1, 7.3, 7.0, 6.7, 9.5, 9.7, 9.4, 10.1, 7.3,
];
const STABLE = [
  8.8, 9.5, 10.5, 7.3, 8.2, 5.0, 8.0, 4.6, 6.2, 11.2, 4.6, 10.6, 9.7, 8.4, 9.9, 10.1, 11.1, 8.5, 7.8, 7.8, 7.0, 8.9, 7.4, 11.1,
  5.3, 6.8, 7.1, 4.8, 12.8, 4.2,
];
const TIED = [1, 2, 2, 3, 3, 3, 4, 5, 5, 6, 7, 7, 7, 8, 9, 9, 10, 10, 11, 12];
const TIED_STABLE = [1, 1, 2, 2, 2, 3, 3, 4, 4, 4, 5, 5, 6, 6, 6, 7, 7, 8, 8, 9];

test.each([
  ['few ties', CANARY, STABLE, 500.5, 0.0073783484833438474],
  ['many ties', TIED, TIED_STABLE, 255, 0.0692494611676895],
  ['the other way round', TIED_STABLE, TIED, 145, 0.9342976710267693],
])('gives what SciPy gives: %s', (_, canary, stable, u, p) => {
  const test = mannWhitney(canary, stable);
  expect(test.u).toBe(u);
  expect(test.p / p).toBeCloseTo(1, 6);
  expect(test.effect).toBeCloseTo(u / (canary.length * stable.length), 12);
});

const values = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 30 });

test('swapping the sides turns the effect round, and neither order nor scale matters', () => {
  fc.assert(
    fc.property(values, values, (canary, stable) => {
      const { effect } = mannWhitney(canary, stable);
      expect(effect + mannWhitney(stable, canary).effect).toBeCloseTo(1, 12);
      const scaled = mannWhitney(
        canary.toReversed().map((value) => 3 * value + 1),
        stable.map((value) => 3 * value + 1),
      );
      expect(scaled.effect).toBe(effect);
    }),
  );
});

describe('a series, judged once', () => {
  const around = (centre: number, points: number) => Array.from({ length: points }, (_, i) => centre + ((i * 7) % 10));

  test('fails when it is plainly worse, in the direction that is worse', () => {
    expect(judgeSeries(around(15, 25), around(10, 25))).toMatchObject({ verdict: 'fail', cause: 'worse-than-stable' });
    expect(judgeSeries(around(5, 25), around(10, 25), 'lower').verdict).toBe('fail');
    expect(judgeSeries(around(5, 25), around(10, 25)).verdict).toBe('pass');
  });

  test('passes when a large difference is excluded', () => {
    expect(judgeSeries(around(10, 40), around(10, 40))).toMatchObject({ verdict: 'pass', cause: 'ruled-out' });
    expect(judgeSeries(Array(30).fill(5), Array(30).fill(5)).verdict).toBe('pass');
  });

  test('is inconclusive with fewer than twenty usable points on a side', () => {
    expect(judgeSeries(around(90, 19), around(10, 100))).toEqual({ verdict: 'inconclusive', cause: 'too-few-points' });
    expect(judgeSeries([...around(90, 19), Number.NaN], around(10, 100)).verdict).toBe('inconclusive');
  });

  test('is not failed for a difference too small to matter, however many points prove it', () => {
    const stable = Array.from({ length: 20_000 }, (_, i) => i);
    const canary = stable.map((value) => value + 600);
    expect(judgeSeries(canary, stable)).toMatchObject({ verdict: 'warn', cause: 'worse-than-stable' });
  });
});

test('no values, or values that are none, are refused', () => {
  expect(() => mannWhitney([], [1])).toThrow(RangeError);
  expect(() => mannWhitney([Number.NaN], [1])).toThrow(RangeError);
});
