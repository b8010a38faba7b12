import { expect, test } from '@jest/globals';
import { readEnvironment } from '../../../../../src/kernel/environment.js';
import { uncoveredInputs } from '../../../../../src/platforms/kubernetes/inputs/uncovered-inputs.js';

const read = (raw: string) => uncoveredInputs.uncovered.parse(raw, readEnvironment({}, '/w'));

test.each([
  ['20', 20],
  ['2.5 %', 2.5],
  ['0.2%', 0.2],
  ['0', 0],
  ['0.0', 0],
  ['1', 1],
])('%s is so many percent', (raw, share) => {
  expect(read(raw)).toBe(share);
});

test.each(['0.2', '0.05', '0.99'])('%s may be a fraction or a percentage, and is asked back for', (raw) => {
  expect(() => read(raw)).toThrow(new RegExp(`may be meant as ${100 * Number(raw)} % or as ${raw} %; write the sign`));
});
