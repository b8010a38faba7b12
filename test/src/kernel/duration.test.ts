import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../../src/kernel/duration.js';

test.each([
  ['0', 0],
  ['500ms', 500],
  ['90s', 90_000],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['6h', 21_600_000],
  ['1d', 86_400_000],
  [' 5m ', 300_000],
])('%s is read as %p ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '5', '-5s', '5 m', '5min', 's', '1.5.5s', '1e3s', '5s!', '٣s', 'Infinity'])(
  '"%s" is refused with an example of what is allowed',
  (text) => {
    expect(() => parseDuration(text)).toThrow(RangeError);
    expect(() => parseDuration(text)).toThrow(/is not a duration.*30s/);
  },
);

test('a duration too large for a number is refused and not waited for until the end of time', () => {
  expect(() => parseDuration(`${'9'.repeat(400)}s`)).toThrow(RangeError);
});

test('no text at all makes a wait that is negative or endless', () => {
  const almost = fc.stringMatching(/^[0-9.]{1,6}(ms|s|m|h|d)[0-9]{0,3}(ms|s|m|h|d)?$/);
  fc.assert(
    fc.property(fc.oneof(fc.string(), almost), (text) => {
      let ms: number;
      try {
        ms = parseDuration(text);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        return;
      }
      expect(Number.isFinite(ms) && ms >= 0).toBe(true);
    }),
  );
});

test('a duration that is printed reads back as the same, to the precision that is shown', () => {
  fc.assert(
    fc.property(fc.oneof(fc.nat(1000), fc.nat(60_000), fc.nat(24 * 86_400_000)), (ms) => {
      const shownTo = ms < 1000 ? 0 : ms < 60_000 ? 50 : 500;
      expect(Math.abs(parseDuration(formatDuration(ms)) - ms)).toBeLessThanOrEqual(shownTo);
    }),
  );
});

test('whole seconds, minutes, hours and days are printed without loss', () => {
  const parts = fc.tuple(fc.nat(9), fc.nat(23), fc.nat(59), fc.nat(59));
  fc.assert(
    fc.property(parts, ([days, hours, minutes, seconds]) => {
      const ms = ((days * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1000;
      expect(parseDuration(formatDuration(ms))).toBe(ms);
    }),
  );
});
