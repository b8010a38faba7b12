import { describe, expect, test } from '@jest/globals';
import { grownLayers, overBudget, type PlatformImage } from '../../../src/image/image-size.js';

const image = (
  layers: ReadonlyArray<readonly [digest: string, bytes: number, instruction: string]>,
  platform = 'linux/amd64',
): PlatformImage => ({
  platform,
  layers: layers.map(([digest, bytes, instruction]) => ({ digest, bytes, instruction })),
  bytes: layers.reduce((sum, [, bytes]) => sum + bytes, 0),
});
const base = ['b', 1_000_000, 'FROM'] as const;
const before = image([base, ['d1', 500_000, 'RUN npm ci'], ['a1', 100_000, 'COPY . .']]);

describe('which layers have grown', () => {
  test('a layer is compared with the one that the same instruction made before', () => {
    const now = image([base, ['d2', 900_000, 'RUN npm ci'], ['a2', 90_000, 'COPY . .'], ['n', 50_000, 'RUN docs']]);
    expect(grownLayers(now, before)).toEqual([
      { digest: 'd2', instruction: 'RUN npm ci', bytes: 900_000, before: 500_000 },
      { digest: 'n', instruction: 'RUN docs', bytes: 50_000, before: undefined },
    ]);
  });

  test('an instruction that stands there twice is matched twice', () => {
    const twice = (first: number, second: number) =>
      image([
        [`x${first}`, first, 'COPY'],
        [`y${second}`, second, 'COPY'],
      ]);
    expect(grownLayers(twice(30, 50), twice(10, 20)).map(({ before }) => before)).toEqual([20, 10]);
  });
});

describe('a budget', () => {
  const none = { maxBytes: undefined, maxGrowth: undefined };

  test('what is within it is said nothing about', () => {
    expect(overBudget([before], [before], { maxBytes: 1_600_000, maxGrowth: { percent: 0 } })).toEqual([]);
  });

  test('a first image has nothing to have grown from', () => {
    expect(overBudget([before], [], { ...none, maxGrowth: { percent: 0 } })).toEqual([]);
  });

  test('an image that is too large is told with its largest layers', () => {
    expect(overBudget([before], [], { ...none, maxBytes: 1_000_000 })).toEqual([
      'The image for linux/amd64 has 1.6 MB, more than `max-size` allows (1 MB).\n  1 MB  FROM\n  500 kB  RUN npm ci\n  100 kB  COPY . .',
    ]);
  });

  test('one that is too large without having grown is told with its largest layers too', () => {
    expect(overBudget([before], [before], { ...none, maxBytes: 1_000_000 })).toEqual([expect.stringContaining('  1 MB  FROM')]);
  });

  test('a layer of which the image does not say what made it goes by its digest', () => {
    const imported = image([[`sha256:${'e'.repeat(64)}`, 2_000_000, '']]);
    expect(overBudget([imported], [], { ...none, maxBytes: 1_000_000 })).toEqual([
      expect.stringContaining('  2 MB  sha256:eeeeeeeeeeee'),
    ]);
  });

  test('one that has grown too much is told with the layers that grew', () => {
    const now = image([base, ['d2', 900_000, 'RUN npm ci'], ['a1', 100_000, 'COPY . .']]);
    expect(overBudget([now], [before], { ...none, maxGrowth: { percent: 10 } })).toEqual([
      'The image for linux/amd64 has grown by 400 kB (25.0 %) to 2 MB, more than `max-growth` allows (10 %).\n  +400 kB  RUN npm ci (500 kB → 900 kB)',
    ]);
    expect(overBudget([now], [before], { ...none, maxGrowth: { bytes: 400_000 } })).toEqual([]);
    expect(overBudget([now], [before], { ...none, maxGrowth: { bytes: 399_999 } })).toHaveLength(1);
  });

  test('each platform is judged by itself', () => {
    const arm = image([base], 'linux/arm64');
    const grown = image([base, ['n', 2_000_000, 'RUN x']], 'linux/arm64');
    expect(overBudget([before, grown], [before, arm], { ...none, maxGrowth: { percent: 50 } })).toEqual([
      expect.stringContaining('for linux/arm64 has grown'),
    ]);
  });
});
