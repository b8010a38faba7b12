import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatAttributes, readAttributes } from '../../../../src/image/bake/attributes.js';

const name = fc.stringMatching(/^[a-z][a-z.-]{0,8}$/);
const value = fc.stringMatching(/^[^\n\r]{0,20}$/);

test('attributes that are written and read again are the same, whatever their values hold', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(name, value), { minLength: 1, selector: ([key]) => key }), (entries) => {
      const attributes = Object.fromEntries(entries);
      expect(readAttributes(formatAttributes(attributes))).toEqual(attributes);
    }),
  );
});

test('an object, as newer versions of buildx print it, is taken as it is', () => {
  expect(readAttributes({ type: 'gha', scope: 'web' })).toEqual({ type: 'gha', scope: 'web' });
});

test('a path alone is a directory, and a dash the standard output', () => {
  expect(readAttributes('out')).toEqual({ type: 'local', dest: 'out' });
  expect(readAttributes('-')).toEqual({ type: 'tar', dest: '-' });
});
