import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { estimateSplit } from '../../../src/release/split-proof.js';

test.each([
  ['10 % from 0 arrived', 60, 600, 10, 0, 'proven'],
  ['30 % from 10 arrived', 48, 160, 30, 10, 'proven'],
  ['100 % arrived', 200, 200, 100, 50, 'proven'],
  ['0 % arrived', 0, 300, 0, 10, 'proven'],
  ['the router ignores the weight', 0, 600, 10, 0, 'contradicted'],
  ['the router sends 14 where 10 was asked', 280, 2000, 10, 0, 'contradicted'],
  ['the canary keeps traffic at 0', 30, 600, 0, 10, 'contradicted'],
  ['the canary keeps half of little traffic at 0', 50, 100, 0, 50, 'contradicted'],
  ['the canary gets none of little traffic at 50', 0, 30, 50, 10, 'contradicted'],
  ['a handful of requests', 1, 10, 10, 0, 'undecided'],
  ['a handful of requests, one of them a straggler', 1, 10, 0, 50, 'undecided'],
  ['30 from 25 with too few to tell them apart', 48, 160, 30, 25, 'undecided'],
  ['no request is no proof of 0', 0, 0, 0, 10, 'undecided'],
  ['no request is no proof of 10', 0, 0, 10, 0, 'undecided'],
  ['the same share again', 60, 600, 10, 10, 'proven'],
])('%s: %p of %p at %p %% after %p %% is %6$s', (_what, canary, total, asked, previous, state) => {
  expect(estimateSplit({ canary, total }, asked, previous).state).toBe(state);
});

test('no request measures nothing, instead of 0 %', () => {
  expect(estimateSplit({ canary: 0, total: 0 }, 10, 0)).toEqual({ share: undefined, low: 0, high: 100, state: 'undecided' });
});

const counts = fc.nat(20_000).chain((total) => fc.record({ total: fc.constant(total + 1), canary: fc.nat(total + 1) }));
const percent = fc.integer({ min: 0, max: 100 });

test('the measured share lies within its interval, and the interval within 0 and 100', () => {
  fc.assert(
    fc.property(counts, percent, percent, (seen, asked, previous) => {
      const { share, low, high } = estimateSplit(seen, asked, previous);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(100);
      expect(share).toBeGreaterThanOrEqual(low);
      expect(share).toBeLessThanOrEqual(high);
    }),
  );
});

test('proven means: the asked share is within, the previous is not, and the interval is narrow', () => {
  fc.assert(
    fc.property(counts, percent, percent, (seen, asked, previous) => {
      const { low, high, state } = estimateSplit(seen, asked, previous);
      const isWithin = low <= asked && asked <= high;
      if (state === 'contradicted') expect(isWithin).toBe(false);
      if (state !== 'proven') return;
      expect(isWithin).toBe(true);
      expect((high - low) / 2).toBeLessThanOrEqual(Math.max(3, asked / 3));
      if (previous !== asked) expect(low <= previous && previous <= high).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

test('what is said of the canary at one share is said of stable at the other', () => {
  fc.assert(
    fc.property(counts, ({ canary, total }) => {
      const one = estimateSplit({ canary, total }, 50, 0);
      const other = estimateSplit({ canary: total - canary, total }, 50, 100);
      expect(other.low).toBeCloseTo(100 - one.high, 9);
      expect(other.high).toBeCloseTo(100 - one.low, 9);
    }),
  );
});

describe('as many requests as announced prove a share that really arrived', () => {
  const needed = (asked: number, previous: number): number => {
    let total = 1;
    while (estimateSplit({ canary: (total * asked) / 100, total }, asked, previous).state !== 'proven') total++;
    return total;
  };

  test.each([
    [10, 0, 500, 600],
    [30, 10, 120, 170],
    [50, 30, 40, 100],
    [0, 10, 60, 150],
  ])('%p %% after %p %%: between %p and %p', (asked, previous, least, most) => {
    expect(needed(asked, previous)).toBeGreaterThanOrEqual(least);
    expect(needed(asked, previous)).toBeLessThanOrEqual(most);
  });
});
