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
  problems.add('app-missing', 'There is no Service shop/menu.');
  expect(thrownBy(problems)).toMatchObject({
    code: 'app-missing',
    message: 'There is no Service shop/menu.',
    coded: 'There is no Service shop/menu. [app-missing]',
  });
});

test('several are numbered, those of several lines are kept together, and none is said twice', () => {
  const problems = new Problems();
  problems.add('app-missing', 'one\nand more');
  problems.add('name-taken', 'two');
  problems.add('app-missing', 'one\nand more');
  expect(thrownBy(problems)).toMatchObject({
    code: 'app-missing',
    message: '2 things are wrong:\n1. one\n   and more\n2. two',
    coded: '2 things are wrong:\n1. one\n   and more\n   [app-missing]\n2. two [name-taken]',
  });
});

test('what a check finds is gathered, and a defect in the check goes on up', async () => {
  const problems = new Problems();
  expect(await problems.gather(() => 7)).toBe(7);
  expect(await problems.gather(() => Promise.reject(new UserError('name-taken', 'bad')))).toBeUndefined();
  expect(problems.all).toEqual([{ code: 'name-taken', text: 'bad' }]);
  const defect = () => {
    throw new TypeError('a defect');
  };
  await expect(problems.gather(defect)).rejects.toThrow(TypeError);
});

test('what is said after an error stands before its code, and after those of several', () => {
  const one = new UserError('name-taken', 'Lease menu is there.', { brief: 'It is there.' });
  expect(one.followedBy('Nothing has been changed.')).toMatchObject({
    code: 'name-taken',
    message: 'Lease menu is there.\nNothing has been changed.',
    coded: 'Lease menu is there.\nNothing has been changed.\n[name-taken]',
    cause: one,
  });
  const problems = new Problems();
  problems.add('app-missing', 'one');
  problems.add('name-taken', 'two');
  const several = thrownBy(problems) as UserError;
  expect(several.followedBy('The release stays.').coded).toBe(`${several.coded}\nThe release stays.`);
});
