import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { exceed, nothingAbove } from '../../../../src/slo/judge/above-max.js';
import { lnTotal } from '../../../../src/slo/judge/mixture.js';
import { chances } from './chances.js';

const counts = (total: number, bad: number) => ({ good: total - bad, bad });
const lnE = (max: number, total: number, bad: number, stable?: { good: number; bad: number }) =>
  lnTotal(exceed(nothingAbove, max, counts(total, bad), stable));

/** What E is expected to be after one look at so many requests. */
const expectedE = (max: number, total: number, share: number, correlation: number): number =>
  chances(total, share, correlation).reduce((sum, chance, bad) => sum + chance * Math.exp(lnE(max, total, bad)), 0);

test.each([0, 0.001, 0.01, 0.05])(
  'while the bad share is at most max, E is not expected to grow, with a correlation of %p within the second',
  (correlation) => {
    for (const max of [0.0001, 0.01, 0.1, 0.6]) {
      for (const total of [1, 2, 7, 50, 51, 400]) {
        for (const part of [1, 0.5, 0]) expect(expectedE(max, total, part * max, correlation)).toBeLessThanOrEqual(1 + 1e-9);
        expect(expectedE(max, total, Math.min(1, 8 * max), correlation)).toBeGreaterThan(1);
      }
    }
  },
);

test('more correlation than is allowed for makes it grow: the bound is used up', () => {
  expect(expectedE(0.01, 50, 0.01, 0.5)).toBeGreaterThan(1.01);
});

test('while stable is plainly above max, what both suffer from speaks for nothing', () => {
  for (const share of [0.1, 0.5, 1]) {
    for (const correlation of [0, 0.01]) {
      const stable = chances(200, share, correlation);
      let expected = 0;
      for (const [bad, chance] of chances(12, share, correlation).entries())
        for (const [l, q] of stable.entries()) expected += chance * q * Math.exp(lnE(0.01, 12, bad, counts(200, l)));
      expect(expected).toBeLessThan(1.001);
    }
  }
  expect(lnE(0.01, 12, 12, counts(200, 12))).toBeGreaterThan(1);
});

test('it grows with bad requests, and falls with good ones', () => {
  const max = fc.double({ min: 1e-4, max: 0.9, noNaN: true });
  const stable = fc.option(fc.record({ good: fc.nat(300), bad: fc.nat(300) }), { nil: undefined });
  fc.assert(
    fc.property(max, fc.integer({ min: 1, max: 300 }), fc.nat(), stable, (limit, total, some, beside) => {
      const bad = some % total;
      expect(lnE(limit, total, bad + 1, beside)).toBeGreaterThanOrEqual(lnE(limit, total, bad, beside));
      expect(lnE(limit, total, 0)).toBeLessThanOrEqual(1e-12);
    }),
  );
});

test('broken counts are judged no more boldly than whole ones', () => {
  for (const total of [1, 3, 20, 50]) {
    for (const bad of [1, total]) expect(lnE(0.01, total + 1e-6, bad)).toBeLessThanOrEqual(lnE(0.01, total, bad) + 0.5);
  }
});
