import { expect, test } from '@jest/globals';
import { isPassedBy } from '../../../../../src/platforms/kubernetes/preflight/passed-by.js';
import type { Release } from '../../../../../src/release/record/record.js';

test('requests past the split are known from what leads there, from what is declared, and from what was measured', () => {
  const steps = [{ measured: { share: 8, low: 7, high: 9, proven: false, uncovered: 20 } }] as unknown as Release['steps'];
  expect([isPassedBy([], 0), isPassedBy([], 0, { steps: [] })]).toEqual([false, false]);
  expect([isPassedBy(['Ingress menu'], 0), isPassedBy([], 5), isPassedBy([], 0, { steps })]).toEqual([true, true, true]);
});
