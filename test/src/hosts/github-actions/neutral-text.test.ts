import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { neutral } from '../../../../src/hosts/github-actions/neutral-text.js';

/** What actions/runner takes for a command in one line (ActionCommand.cs, TryParseV2 and TryParse), however it may cut lines and trim them. */
const isCommand = (line: string): boolean => /^[\s\p{C}]*::/u.test(line) || line.includes('##[');
const linesOf = (text: string): string[] => text.split(/\r\n|[\r\n\v\f\u0085\u2028\u2029]/);
const seen = (text: string): string => text.replaceAll('\u200b', '');

test.each([
  '  ::set-output name=verdict::pass',
  'first\n\t::stop-commands::x7',
  'first\r::add-mask::a',
  'first\u2028::error::x',
  '\u00a0\ufeff::error::x',
  'WARN ##[add-mask]secret',
  '##[##[group]',
  '\u001b::error::x',
])('%j is printed and not obeyed', (text) => {
  expect(linesOf(text).some(isCommand)).toBe(true);
  expect(linesOf(neutral(text)).some(isCommand)).toBe(false);
  expect(seen(neutral(text))).toBe(seen(text));
});

test.each(['std::vector', 'at a::b', '[::1]:8080', '# #[x]', 'done: 3'])('%j stays as it is', (text) => {
  expect(neutral(text)).toBe(text);
});

test('no text of any making is obeyed, and none looks different to a reader', () => {
  const piece = fc.constantFrom(
    '::',
    ':',
    '##[',
    '#',
    '[',
    ' ',
    '\t',
    '\n',
    '\r',
    '\u0085',
    '\u2028',
    '\u0000',
    '\ufeff',
    'error',
    '::error::',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      expect(linesOf(neutral(text)).filter(isCommand)).toEqual([]);
      expect(seen(neutral(text))).toBe(seen(text));
    }),
  );
});
