import { expect, test } from '@jest/globals';
import { secretIn, secretsInImage } from '../../../src/image/secret-values.js';

test.each([
  [`ghs_${'a'.repeat(36)}`, 'a GitHub token'],
  ['AKIAIOSFODNN7EXAMPLE', 'an AWS access key'],
  [`glpat-${'x'.repeat(20)}`, 'a GitLab token'],
  ['-----BEGIN OPENSSH PRIVATE KEY-----\nx', 'a private key'],
])('%s is told by its form', (text, kind) => {
  expect(secretIn(`prefix ${text}`)).toBe(kind);
});

test.each(['1.2.3', 'production', 'https://example.com/?token=', 'sha256:0123', 'AKIA', 'ghp_short'])('%s is none', (text) => {
  expect(secretIn(text)).toBeUndefined();
});

test('a known secret is found wherever it stands in a value; short ones meet by chance', () => {
  const readable = [{ input: 'build-args', values: ['URL=https://ci:correct-horse@host/', 'A=true'] }];
  expect(secretsInImage(readable, ['correct-horse', 'true'])).toEqual([expect.stringMatching(/^Input `build-args`: URL holds/)]);
});
