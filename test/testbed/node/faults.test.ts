import { expect, test } from '@jest/globals';
import { healthy, parseFaults, unknownWords } from './faults.js';

test.each([
  ['v1', {}],
  ['errors-30', { errorPercent: 30 }],
  ['v2-errors-0.5-slow-200', { errorPercent: 0.5, slowMs: 200 }],
  ['start-5000.unready', { startMs: 5000, unready: true }],
  ['crash', { crash: true }],
  ['1.2.3-missing_nodata', { missing: true, noData: true }],
  ['crashless', {}],
  ['terrors-30', {}],
])('the tag %s has no other faults than it says', (tag, faults) => {
  expect(parseFaults(tag)).toEqual({ ...healthy, ...faults });
});

test('a mistyped fault is found beside good ones', () => {
  expect(unknownWords('errors-100, slow-20 crsh')).toEqual(['crsh']);
});
