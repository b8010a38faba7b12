import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatSize, parseGrowth, parseSize } from '../../../src/image/size.js';

test.each([
  ['180MB', 180_000_000],
  ['1.5GiB', 1_610_612_736],
  ['900 kB', 900_000],
  ['12b', 12],
])('%s', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each(['', '100', 'MB', '-1MB', '1,5MB', '10%', '1 parsec'])('"%s" is no size, and is told how to write one', (text) => {
  expect(() => parseSize(text)).toThrow(/180MB/);
});

test('a growth is a percentage or a size', () => {
  expect(parseGrowth('10%')).toEqual({ percent: 10 });
  expect(parseGrowth('2.5 %')).toEqual({ percent: 2.5 });
  expect(parseGrowth('20MB')).toEqual({ bytes: 20_000_000 });
  expect(() => parseGrowth('much')).toThrow(/10% or 20MB/);
});

test('a size that is shown has the right order of magnitude', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000_000_000_000 }), (bytes) => {
      const shown = formatSize(bytes);
      expect(Math.abs(parseSize(shown) - bytes) / bytes).toBeLessThan(0.05);
    }),
  );
  expect([0, 999, 1000, 1_080_165, 312_000_000].map(formatSize)).toEqual(['0 B', '999 B', '1 kB', '1.1 MB', '312 MB']);
});
