import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compilePattern } from '../../../../../src/slo/objective/pattern/pattern.js';

test.each([
  ['5..', '503', true],
  ['5..', '5030', false],
  ['5xx|4xx', '4xx', true],
  ['', '', true],
  ['a{2,3}b?', 'aaab', true],
  ['a{2,3}b?', 'aaaab', false],
  ['a{,3}', 'a{,3}', true],
  ['[^0-9]+', 'abc', true],
  ['[]a-]+', ']-a', true],
  ['[[:digit:]\\s]+', '1 2', true],
  ['(?i)get|Post', 'POST', true],
  ['a(?i)b(?-i)c', 'aBc', true],
  ['a(?i)b(?-i)c', 'aBC', false],
  ['(?i:a)b', 'AB', false],
  ['(?P<code>5\\d\\d)', '500', true],
  ['\\Q5.*\\E', '5.*', true],
  ['\\x{1F600}.', '😀x', true],
  ['\\pL+', 'größe', true],
  ['\\p{Greek}+', 'αβγ', true],
  ['^/api/\\w+$', '/api/orders', true],
  ['/a\\b/b', '/a/b', true],
  ['a*?', 'aaa', true],
  ['.*', 'two\nlines', true],
  ['(?-s).*', 'two\nlines', false],
])('%s on %j matches as RE2 does: %p', (pattern, text, expected) => {
  expect(compilePattern(pattern).matches(text)).toBe(expected);
});

test.each([
  ['(', 'lacks a closing parenthesis'],
  [')', 'has a closing parenthesis too many'],
  ['[a', 'lacks a closing bracket'],
  ['*a', 'has nothing to repeat before *'],
  ['a**', 'repeats a repetition'],
  ['a{1001}', 'repeats more than 1000 times'],
  ['[z-a]', 'has a range that ends before it begins'],
  ['(?=a)', 'has a group that RE2 does not know'],
  ['\\1', 'has the escape \\1, which RE2 does not know'],
  ['\\pX', 'has the unknown class \\p{X}'],
  ['a\\', 'ends in a backslash'],
  ['((a{1000}){1000})', 'is too long a pattern'],
])('%s is refused with words', (pattern, words) => {
  expect(() => compilePattern(pattern)).toThrow(words);
});

test('a pattern over which other engines think for hours is answered at once', () => {
  const startedMs = performance.now();
  expect(compilePattern('(x+x+)+y').matches('x'.repeat(5000))).toBe(false);
  expect(compilePattern('(a|a)*(b|a?){30}c').matches('a'.repeat(500))).toBe(false);
  expect(performance.now() - startedMs).toBeLessThan(1500);
});

/** Patterns that JavaScript reads as RE2 does, so that its engine can be the judge. */
const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '\\w', '5');
const pattern: fc.Arbitrary<string> = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    atom,
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => a + b),
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `(${a}|${b})`),
    fc.tuple(tie('tree'), fc.constantFrom('*', '+', '?', '{2}', '{0,2}', '{1,}', '*?')).map(([a, b]) => `(?:${a})${b}`),
  ),
})).tree;

test('every pattern matches what JavaScript’s own engine matches', () => {
  fc.assert(
    fc.property(pattern, fc.string({ unit: fc.constantFrom('a', 'b', '5', '\n'), maxLength: 8 }), (source, text) => {
      expect(compilePattern(source).matches(text)).toBe(new RegExp(`^(?:${source})$`, 'us').test(text));
    }),
    { numRuns: 2000 },
  );
});
