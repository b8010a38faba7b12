import { expect, test } from '@jest/globals';
import { Problems, UserError } from '../../../src/kernel/errors.js';

const thrownBy = (problems: Problems): unknown => {
  try {
    problems.throwIfAny();
  } catch (error) {
    return error;
  }
  return undefined;
};

test('without a problem nothing is thrown', () => {
  expect(thrownBy(new Problems())).toBeUndefined();
});

test('a single problem is said as it is, without a number', () => {
  const problems = new Problems();
  problems.add('There is no Service shop/menu.');
  expect(thrownBy(problems)).toEqual(new UserError('There is no Service shop/menu.'));
});

test('several are numbered, those of several lines are kept together, and none is said twice', () => {
  const problems = new Problems();
  for (const text of ['one\nand more', 'two', 'one\nand more']) problems.add(text);
  expect(thrownBy(problems)).toEqual(new UserError('2 things are wrong:\n1. one\n   and more\n2. two'));
});

test('what a check finds is gathered, and a defect in the check goes on up', async () => {
  const problems = new Problems();
  expect(await problems.gather(() => 7)).toBe(7);
  expect(await problems.gather(() => Promise.reject(new UserError('bad')))).toBeUndefined();
  expect(problems.texts).toEqual(['bad']);
  const defect = () => {
    throw new TypeError('a defect');
  };
  await expect(problems.gather(defect)).rejects.toThrow(TypeError);
});
