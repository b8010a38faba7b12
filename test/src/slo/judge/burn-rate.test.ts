import { expect, test } from '@jest/globals';
import { BURN_WINDOWS, burnRate, judgeBurn, secondsToFire } from '../../../../src/slo/judge/burn-rate.js';

const BUDGET = 0.001;
const HOUR = 3600;
/** The same bad share over all windows. */
const always = (badShare: number) => () => badShare;
/** A bad share in the last so many seconds, none before. */
const since = (seconds: number, badShare: number) => (window: number) => badShare * Math.min(1, seconds / window);

test('the table is that of the SRE Workbook: part of the budget · 30 days / long window, the short one a twelfth', () => {
  const parts = [0.02, 0.05, 0.1, 0.1];
  for (const [i, { factor, longSeconds, shortSeconds }] of BURN_WINDOWS.entries()) {
    expect(factor).toBeCloseTo(((parts[i] ?? 0) * 30 * 24 * HOUR) / longSeconds, 12);
    expect(longSeconds).toBe(12 * shortSeconds);
  }
  expect(BURN_WINDOWS.map(({ factor }) => factor)).toEqual([14.4, 6, 3, 1]);
});

test.each([
  [0, 'pass'],
  [0.9 * BUDGET, 'pass'],
  [1.1 * BUDGET, 'warn'],
  [5.9 * BUDGET, 'warn'],
  [6.1 * BUDGET, 'fail'],
  [1, 'fail'],
])('a bad share of %p all the time is a %s', (badShare, verdict) => {
  expect(judgeBurn(BUDGET, always(badShare)).verdict).toBe(verdict);
});

test('trouble that is over does not count, however much it burnt', () => {
  const over = (window: number) => (window <= 6 * HOUR && window !== HOUR ? 0 : 0.5);
  expect(judgeBurn(BUDGET, over).verdict).toBe('pass');
});

test('a short blip that does not matter in the long window does not count', () => {
  expect(judgeBurn(BUDGET, since(20, 1)).verdict).toBe('pass');
  const { verdict, burning } = judgeBurn(BUDGET, since(60, 1));
  expect(verdict).toBe('fail');
  expect(burning[0]).toMatchObject({ window: { factor: 14.4 }, long: expect.closeTo(burnRate(60 / HOUR, BUDGET), 9) });
});

test('windows without data never pass, and do not hide those that burn', () => {
  const young = (window: number) => (window > HOUR ? undefined : 0);
  expect(judgeBurn(BUDGET, young)).toEqual({
    verdict: 'inconclusive',
    burning: [],
    missing: [2, 6, 24, 72].map((hours) => hours * HOUR),
  });
  expect(judgeBurn(BUDGET, (window) => (window > HOUR ? Number.NaN : 0.5)).verdict).toBe('fail');
});

test.each([
  [1, 51.84],
  [0.1, 518.4],
  [0.05, 1036.8],
])('a service that turns %p bad is seen by the fastest windows after %p s', (badShare, seconds) => {
  const [fastest] = BURN_WINDOWS;
  if (!fastest) throw new Error('no window');
  expect(secondsToFire(fastest, badShare, BUDGET)).toBeCloseTo(seconds, 6);
  expect(judgeBurn(BUDGET, since(seconds + 1, badShare)).burning.map(({ window }) => window)).toContain(fastest);
  expect(judgeBurn(BUDGET, since(seconds - 1, badShare)).burning.map(({ window }) => window)).not.toContain(fastest);
  expect(secondsToFire(fastest, 14 * BUDGET, BUDGET)).toBe(Number.POSITIVE_INFINITY);
});

test('a budget that is none is refused', () => {
  expect(() => judgeBurn(0, always(0))).toThrow(RangeError);
});
