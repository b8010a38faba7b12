import { describe, expect, test } from '@jest/globals';
import { ForeignBases } from '../../../src/image/buildah/foreign-bases.js';
import { normalized, serves } from '../../../src/image/platforms/compare.js';
import { foreignStages } from '../../../src/image/platforms/foreign-stages.js';
import { usedBase } from '../../../src/image/platforms/used-bases.js';
import { parseDockerfile } from '../../../src/image/review/dockerfile.js';

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
  ['of a stage, where one platform is built', `[build 1/2] FROM base:1@${digest}`, ['base:1', digest, undefined]],
  ['of a named context', '[context base] reg:5000/shop/base:1', ['reg:5000/shop/base:1', undefined, undefined]],
])('the engine says which image it took: %s', (_name, step, [image, of, platform]) => {
  expect(usedBase(step)).toEqual({ image, digest: of, platform, ofStage: !step.startsWith('[context') });
});

test.each([
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

test.each([
  ['linux/arm/v6', 'linux/arm/v7', true],
  ['linux/arm/v7', 'linux/arm/v6', false],
  ['linux/arm/v7', 'linux/arm', true],
  ['linux/arm', 'linux/arm/v6', true],
  ['linux/amd64', 'linux/amd64/v3', true],
  ['linux/amd64/v3', 'linux/amd64', false],
  ['linux/amd64/v2', 'linux/amd64/v2', true],
  ['linux/arm64', 'linux/arm64/v8', true],
  ['linux/arm64', 'linux/arm/v7', false],
])('files for %s can be those of %s: %s', (files, asked, can) => {
  expect(serves(files, asked)).toBe(can);
});

describe('a stage that ships and names its platform', () => {
  const plain = { target: undefined, buildArgs: [], contexts: [] };
  const two = ['linux/amd64', 'linux/arm64'];
  const foreign = (content: string, asked: readonly string[]) =>
    foreignStages({ path: '/w/Dockerfile', shownAs: 'Dockerfile', content: parseDockerfile(content) }, plain, asked);

  test.each([
    ['the builder’s, for two machines', 'FROM --platform=$BUILDPLATFORM base', two, /^Dockerfile:1 .*\$BUILDPLATFORM, which is/],
    ['a constant', 'FROM --platform=linux/amd64 base', ['linux/arm64'], /^Dockerfile:1 .*: linux\/arm64\.$/],
    ['a constant among two', 'FROM --platform=linux/amd64 base', two, /: linux\/arm64\.$/],
    ['in another spelling', 'FROM --platform=aarch64 base', two, /: linux\/amd64\.$/],
    ['a newer variant', 'FROM --platform=linux/arm/v7 base', ['linux/arm/v6'], /: linux\/arm\/v6\.$/],
    ['of the stage below', 'FROM --platform=$BUILDPLATFORM base AS one\nFROM one', two, /^Dockerfile:1/],
    ['by an argument', 'ARG P=linux/amd64\nFROM --platform=$P base', two, /^Dockerfile:2/],
  ])('is told: %s', (_name, content, asked, text) => {
    expect(foreign(content, asked)).toEqual([expect.stringMatching(text)]);
  });

  test.each([
    ['a stage that only compiles', 'FROM --platform=$BUILDPLATFORM go AS build\nFROM base\nCOPY --from=build /x /x', two],
    ['the target', 'FROM --platform=$TARGETPLATFORM base', two],
    ['no machine code', 'FROM --platform=$BUILDPLATFORM scratch\nCOPY page /', two],
    ['the one that is asked for', 'FROM --platform=linux/arm64/v8 base', ['linux/arm64']],
    ['the builder’s for one, which only layers tell', 'FROM --platform=$BUILDPLATFORM base', ['linux/arm64']],
    ['what the engine is for', 'FROM --platform=linux/amd64 base', []],
    [
      'a stage for each',
      'FROM --platform=linux/amd64 a AS base-amd64\nFROM --platform=linux/arm64 b AS base-arm64\nFROM base-$TARGETARCH',
      two,
    ],
  ])('is right: %s', (_name, content, asked) => {
    expect(foreign(content, asked)).toEqual([]);
  });
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
