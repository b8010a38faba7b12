import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseFileCommands } from './file-commands.js';

test('an output of several lines arrives whole, whatever it looks like', () => {
  const value = fc.array(fc.string().map((line) => line.replaceAll(/[\r\n]/g, ' '))).map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z][a-z-]*$/), value), (outputs) => {
      const file = Object.entries(outputs).map(
        ([name, text], index) => `${name}<<end_${index}_\u0001\n${text}\nend_${index}_\u0001\n`,
      );
      expect({ ...parseFileCommands(file.join('')) }).toEqual({ ...outputs });
    }),
  );
});

test('a plain name=value keeps further equals signs', () => {
  expect(parseFileCommands('url=https://a/?b=c\n')).toEqual({ url: 'https://a/?b=c' });
});

test('a value that never ends is an error, not an empty output', () => {
  expect(() => parseFileCommands('a<<end\nb\n')).toThrow('closing end');
});
