import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { estimateSplit, type PastTheSplit, pastTheSplit } from '../../../../src/release/proof/split-proof.js';

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

describe('requests past the split', () => {
  const past = (declared: number, share?: number): PastTheSplit => ({
    declared,
    isPossible: true,
    ...(share !== undefined && { earlier: { share, low: share * 0.85, high: share * 1.15 } }),
  });

  test.each([
    ['half of all, from 0', 32, 630, 10, 0, past(0), 'short'],
    ['a fourteenth of all, at 100', 102, 110, 100, 10, past(0, 9.1), 'short'],
    ['two thirds of all, declared', 43, 721, 10, 0, past(70), 'proven'],
    ['two fifths of all, declared as less', 120, 2000, 10, 0, past(20), 'short'],
    ['declared, and the canary gets nothing', 0, 720, 10, 0, past(60), 'contradicted'],
    ['and the canary gets nothing', 0, 600, 10, 0, past(0), 'contradicted'],
    ['and the canary gets two strays', 2, 700, 10, 0, past(0), 'contradicted'],
    ['and the canary gets more than its share', 280, 2000, 10, 0, past(0), 'contradicted'],
    ['declared, and the canary gets more than its share', 280, 2000, 10, 0, past(50), 'contradicted'],
    ['as before, after a change', 150, 3000, 50, 10, past(0, 5), 'contradicted'],
    ['as before, after a fall', 150, 3000, 2, 10, past(0, 5), 'contradicted'],
    ['that were a half before and are a half', 750, 3000, 50, 10, past(0, 5), 'short'],
    ['that were a half before and are a fifth', 1200, 3000, 50, 10, past(0, 5), 'short'],
    ['and less than before after a rise', 60, 3000, 50, 10, past(0, 5), 'contradicted'],
    ['and nobody measured before', 200, 2000, 50, 10, past(0), 'contradicted'],
    ['do not excuse what is left at 0', 30, 600, 0, 10, past(50), 'contradicted'],
  ] as const)('%s: %p of %p at %p %% after %p %%', (_what, canary, total, asked, previous, known, state) => {
    expect(estimateSplit({ canary, total }, asked, previous, known).state).toBe(state);
  });

  test('their share of all requests is what the canary lacks of its own', () => {
    expect(pastTheSplit({ share: 5, low: 4, high: 6 }, 10)).toEqual({ share: 50, low: 40, high: 60 });
    expect(pastTheSplit({ share: 11, low: 9, high: 13 }, 10)).toMatchObject({ share: 0, high: expect.closeTo(10) });
  });

  const asked = fc.integer({ min: 1, max: 100 });
  const many = fc.integer({ min: 20_000, max: 200_000 });

  test('whatever their share, a split that is right is never contradicted, and is proven where they are declared', () => {
    fc.assert(
      fc.property(asked, many, fc.integer({ min: 0, max: 95 }), (weight, total, share) => {
        const canary = Math.round((total * weight * (100 - share)) / 10_000);
        expect(estimateSplit({ canary, total }, weight, 0, past(0)).state).not.toBe('contradicted');
        expect(estimateSplit({ canary, total }, weight, 0, past(share)).state).toBe('proven');
      }),
    );
  });

  test('whatever their share, a router that ignores weights or changes is caught', () => {
    fc.assert(
      fc.property(asked, asked, many, fc.integer({ min: 0, max: 90 }), (weight, before, total, share) => {
        const canary = Math.round((total * before * (100 - share)) / 10_000);
        fc.pre(Math.abs(weight - before) > Math.max(5, before / 2));
        expect(estimateSplit({ canary: 0, total }, weight, 0, past(0)).state).toBe('contradicted');
        const earlier = { share: (100 * canary) / total, low: (95 * canary) / total, high: (105 * canary) / total };
        const known = { declared: 0, isPossible: true, earlier };
        // What it gave before may by chance be what is asked for now: then nothing is proven.
        expect(['contradicted', 'undecided']).toContain(estimateSplit({ canary, total }, weight, before, known).state);
      }),
    );
  });
});
