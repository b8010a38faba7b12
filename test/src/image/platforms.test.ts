import { describe, expect, test } from '@jest/globals';
import { ForeignBases } from '../../../src/image/buildah/foreign-bases.js';
import { normalized } from '../../../src/image/platforms/compare.js';
import { usedBase } from '../../../src/image/platforms/used-bases.js';

const digest = `sha256:${'a'.repeat(64)}`;

test.each([
  ['of a stage', `[linux/arm64 base 1/2] FROM reg:5000/shop/base:1@${digest}`, ['reg:5000/shop/base:1', digest, 'linux/arm64']],
  ['of a target of a bake file', `[web linux/arm/v7 1/2] FROM base:1@${digest}`, ['base:1', digest, 'linux/arm/v7']],
  [
    'of a stage that builds for another platform',
    `[linux/amd64->arm64 build 1/4] FROM go:1@${digest}`,
    ['go:1', digest, 'linux/amd64'],
  ],
  ['that COPY takes from', `[linux/arm64] FROM tools:1@${digest}`, ['tools:1', digest, 'linux/arm64']],
  ['of a named context', '[context base] reg:5000/shop/base:1', ['reg:5000/shop/base:1', undefined, undefined]],
])('the engine says which image it took: %s', (_name, step, [image, of, platform]) => {
  expect(usedBase(step)).toEqual({ image, digest: of, platform });
});

test.each([
  `[build 1/2] FROM base:1@${digest}`,
  '[linux/amd64 2/2] COPY x /x',
  '[linux/arm64 internal] load metadata for base:1',
  '[context base] load metadata for reg:5000/shop/base:1',
  '[context base] load from client',
  '[context src] https://github.com/o/r.git#main',
  'exporting to image',
])('what is no image of a platform: %s', (step) => {
  expect(usedBase(step)).toBeUndefined();
});

test('platforms that go by two names are one', () => {
  expect(['linux/arm64/v8', 'linux/arm', 'linux/amd64/v1', 'linux/arm/v6', 'linux/amd64/v3'].map(normalized)).toEqual([
    'linux/arm64',
    'linux/arm/v7',
    'linux/amd64',
    'linux/arm/v6',
    'linux/amd64/v3',
  ]);
});

describe("buildah's warning of a base image for another platform", () => {
  const refusal = (...lines: string[]) => {
    const foreign = new ForeignBases();
    for (const line of lines) foreign.take(line);
    return foreign.refusal;
  };

  test.each([
    ['1.28', 'WARNING: image platform ({amd64 linux  [] }) does not match the expected platform ({arm64 linux  [] })'],
    [
      'later',
      'time="2026-01-01" level=warning msg="image platform (linux/amd64) does not match the expected platform (linux/arm64)"',
    ],
  ])('is understood in the form of %s', (_version, line) => {
    expect(refusal('Trying to pull reg:5000/shop/base:1...', 'Storing signatures', line)).toMatch(
      /^Base image reg:5000\/shop\/base:1 is for linux\/amd64 alone, and it is built on for linux\/arm64\.\nThe image would claim/,
    );
  });

  test('is not seen in what a step prints', () => {
    expect(refusal('Trying to pull reg:5000/shop/base:1...', 'the image platform does not match')).toBeUndefined();
  });
});
