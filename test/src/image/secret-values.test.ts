import { expect, test } from '@jest/globals';
import { secretIn, secretsInImage } from '../../../src/image/secret-values.js';

test.each([
  [`ghs_${'a'.repeat(36)}`, 'a GitHub token'],
  ['AKIAIOSFODNN7EXAMPLE', 'an AWS access key'],
  [`glpat-${'x'.repeat(20)}`, 'a GitLab token'],
  [`gldt-${'x'.repeat(20)}`, 'a GitLab token'],
  [`glrt-${'x'.repeat(20)}`, 'a GitLab token'],
  [`dckr_pat_${'x'.repeat(27)}`, 'a Docker Hub token'],
  [`sk-proj-${'x'.repeat(40)}`, 'an OpenAI or Anthropic key'],
  [`sk-ant-api03-${'x'.repeat(40)}`, 'an OpenAI or Anthropic key'],
  ['-----BEGIN PGP PRIVATE KEY BLOCK-----\nx', 'a private key'],
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

const found = (value: string, secret: string, ignored: string[] = []) =>
  secretsInImage([{ input: 'labels', values: [`L=${value}`] }], [secret], ignored).length > 0;

test.each([
  ['restaurant-app', 'restaurant', false],
  ['restaurant', 'restaurant', true],
  ['a correct-horse', 'correct-horse', true],
  ['second-line-of-key', 'first line\nsecond-line-of-key\n', true],
  ['-----BEGIN CERTIFICATE-----', '-----BEGIN CERTIFICATE-----\nabcdefghijklmnop', false],
])('%s holds the secret %j: %s', (value, secret, is) => {
  expect(found(value, secret)).toBe(is);
});

test('a word that is a secret elsewhere is let through by name', () => {
  expect(found('restaurant', 'restaurant', ['SecretInInput:L'])).toBe(false);
});

test.each([
  ['https://u:hunter2x@x', true],
  ['https://user:password@x', false],
  ['https://x/a:b', false],
  ['git@github.com:o/r', false],
])('an address holds a password: %s', (value, is) => {
  expect(found(value, '')).toBe(is);
});

test('what frameworks put into the page for everybody, and the proxy that the history leaves out, are no secrets', () => {
  const key = `AIza${'a'.repeat(35)}`;
  const found = (value: string) => secretsInImage([{ input: 'build-args', values: [value] }], []);
  expect(found(`NEXT_PUBLIC_MAPS_KEY=${key}`)).toEqual([]);
  expect(found(`MAPS_KEY=${key}`)).toHaveLength(1);
  expect(found(`NEXT_PUBLIC_TOKEN=ghp_${'a'.repeat(36)}`)).toHaveLength(1);
  expect(found('HTTP_PROXY=http://ci:correct-horse@proxy.corp:3128')).toEqual([]);
  expect(found('DATABASE_URL=postgres://ci:correct-horse@db')).toHaveLength(1);
});
