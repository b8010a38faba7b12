import { expect, test } from '@jest/globals';
import { maskLines } from '../../../../src/hosts/github-actions/mask.js';

const masked = (secret: string): string[] => {
  const lines: string[] = [];
  maskLines(secret, (line) => lines.push(line));
  return lines;
};

test('a secret of one line is hidden however short it is', () => {
  expect([masked('482913'), masked(' 7\n'.trim()), masked('')]).toEqual([['482913'], ['7'], []]);
});

test('of several lines those are hidden that would not blot out ordinary words', () => {
  expect(masked('{\n  "key": "abcdefgh"\n}')).toEqual(['"key": "abcdefgh"']);
  expect(masked('482913\n593021')).toEqual(['482913', '593021']);
});
