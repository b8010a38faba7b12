import { expect, test } from '@jest/globals';
import { healthy, parseFaults, parseRequestFaults, unknownWords } from './faults.js';

test.each([
  ['v1', {}],
  ['errors-30', { errorPercent: 30 }],
  ['v2-errors-0.5-slow-200', { errorPercent: 0.5, slowMs: 200 }],
  ['start-5000.unready', { startMs: 5000, unready: true }],
  ['v3-stop-4000-resets-2', { stopMs: 4000, resetPercent: 2 }],
  ['abrupt', { ending: 'abrupt' }],
  ['v4-nostop_leak-50', { ending: 'never', leakPerSecond: 50 }],
  ['crash', { crash: true }],
  ['1.2.3-missing_nodata', { missing: true, noData: true }],
  ['crashless', {}],
  ['terrors-30', {}],
  ['nonstop', {}],
])('the tag %s has no other faults than it says', (tag, faults) => {
  expect(parseFaults(tag)).toEqual({ ...healthy, ...faults });
});

test('a mistyped fault is found beside good ones', () => {
  expect(unknownWords('errors-100, slow-20 crsh')).toEqual(['crsh']);
});

test('one request can be answered badly or late, but cannot make the app crash', () => {
  expect(parseRequestFaults('errors-100 slow-20')).toEqual({ ...healthy, errorPercent: 100, slowMs: 20 });
  expect(parseRequestFaults('errors-100 crash')).toBeUndefined();
  expect(parseRequestFaults('erors-100')).toBeUndefined();
});
