import { expect, test } from '@jest/globals';
import { meaningOf } from '../../../src/image/registry/refusal-kinds.js';

const meaning = (message: string, status = 403) =>
  meaningOf({ status, code: undefined, message }, 'r.example/shop/app', 'push the tag 1');

test.each([
  ['what a user may not', 'robot account has read-only access to the project', 403],
  ['a project', 'project already exists', 409],
  ['a place', 'the image already exists in another region', 409],
  ['a name', 'name exceeds limit of 255 characters', 403],
  ['a rate', 'requests from your plan exceed the rate limit', 403],
])('%s is neither a cache, an immutable tag nor a full disk', (_name, message, status) => {
  expect(meaning(message, status)).toBeUndefined();
});

test.each([
  ['tag already exists', /tags are immutable/],
  ['the registry is in read-only mode', /takes no pushes/],
  ['registry is read only', /takes no pushes/],
  ['storage would exceed the limit of 10 GiB', /no room left/],
  ['blob exceeds limit of 5 GB', /no room left/],
])('%s', (message, said) => {
  expect(meaning(message)).toMatch(said);
});
