import { expect, test } from '@jest/globals';
import { annotations, codesOf } from './annotations.js';

const several =
  '::error::2 things are wrong:%0A1. No app.%0A   Name it.%0A   [app-missing]%0A2. No route. [route-missing]%0AIt stays.\n';

test('the codes of problems are told apart from what is said', () => {
  expect(codesOf(`first\n::error::No app. [app-missing]\n${several}`)).toEqual(['app-missing', 'app-missing', 'route-missing']);
  expect(annotations(several, 'error')).toEqual(['2 things are wrong:\n1. No app.\n   Name it.\n2. No route.\nIt stays.']);
});

test('brackets that are no code at the end of a line stay', () => {
  const said = '::error::Args [a, b] of [app] it%0A  [2026-11-30] GET /menu%0A[pod-crashes]\n';
  expect(annotations(said, 'error')).toEqual(['Args [a, b] of [app] it\n  [2026-11-30] GET /menu']);
});

test('an error without a code fails every test that meets it', () => {
  expect(() => codesOf('::error::No app.\n')).toThrow('An error without a code:\nNo app.');
  expect(codesOf('::warning::No app.\n')).toEqual([]);
});
