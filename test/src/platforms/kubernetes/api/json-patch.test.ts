import { expect, test } from '@jest/globals';
import { mergedWith, patchedBy } from '../../../../../src/platforms/kubernetes/api/json-patch.js';

const route = { metadata: { labels: { 'd9.dev/fence': '1' } }, spec: { rules: [{ name: 'a' }, { name: 'b' }] } };

test('a patch reaches labels with a slash and places in lists, and leaves what it began with as it is', () => {
  const before = structuredClone(route);
  const after = patchedBy(route, [
    { op: 'test', path: '/metadata/labels/d9.dev~1fence', value: '1' },
    { op: 'remove', path: '/metadata/labels/d9.dev~1fence' },
    { op: 'add', path: '/spec/rules/1', value: { name: 'between' } },
    { op: 'add', path: '/spec/rules/-', value: { name: 'last' } },
    { op: 'replace', path: '/spec/rules/0', value: { name: 'first' } },
  ]);
  expect(after).toEqual({
    metadata: { labels: {} },
    spec: { rules: [{ name: 'first' }, { name: 'between' }, { name: 'b' }, { name: 'last' }] },
  });
  expect(route).toEqual(before);
});

test.each([
  { op: 'test', path: '/spec/rules/0/name', value: 'b' } as const,
  { op: 'remove', path: '/spec/gone' } as const,
  { op: 'replace', path: '/spec/gone', value: 1 } as const,
  { op: 'add', path: '/status/inner', value: 1 } as const,
])('what the API server refuses is refused: $op $path', (operation) => {
  expect(() => patchedBy(route, [operation])).toThrow(expect.objectContaining({ status: 422 }));
});

test('a merge takes away what is null, goes into objects and replaces lists', () => {
  const value = { data: { a: '1', b: '2' }, list: [1, 2] };
  expect(mergedWith(value, { data: { a: null, c: '3' }, list: [3] })).toEqual({ data: { b: '2', c: '3' }, list: [3] });
});
