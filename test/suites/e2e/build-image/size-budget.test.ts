import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BASE_IMAGE, connectEngine, type EngineBed, REPOSITORY } from './engine-bed.js';

let bed: EngineBed;
let run = 0;
/** The registry may remember another run of this file. */
const thisTime = Date.now().toString(36);
beforeAll(async () => {
  bed = await connectEngine();
});
afterAll(() => bed.close());

/** A Dockerfile whose two layers transfer about so many bytes: what is random can't be compressed. */
function dockerfileOf(menuBytes: number, dishesBytes: number): void {
  bed.write('Dockerfile', `FROM ${BASE_IMAGE}\nCOPY menu /menu\nCOPY dishes /dishes\n`);
  writeFileSync(join(bed.workspace, 'menu'), randomBytes(menuBytes));
  writeFileSync(join(bed.workspace, 'dishes'), randomBytes(dishesBytes));
}

/** A tag of its own for each test, and what it stands for before the step that is tested. */
async function publishedBefore(
  menuBytes = 100_000,
  dishesBytes = 100_000,
): Promise<{ name: string; tags: string; digest: string }> {
  run += 1;
  const name = `size-${thisTime}-${run}`;
  dockerfileOf(menuBytes, dishesBytes);
  const { outputs, failure } = await bed.step({ tags: bed.tag(name) });
  expect(failure).toBeUndefined();
  return { name, tags: bed.tag(name), digest: outputs.digest };
}

describe('max-size', () => {
  test('lets an image through that is within it, and its size is an output', async () => {
    dockerfileOf(1_000, 1_000);
    const { failure, outputs } = await bed.step({ tags: bed.tag('small'), 'max-size': '20MB' });
    expect(failure).toBeUndefined();
    const { config, layers } = await bed.manifest(outputs.digest);
    expect(Number(outputs['size-bytes'])).toBe(config.size + layers.reduce((sum, { size }) => sum + size, 0));
  });

  test('stops a larger one before any tag moves, with its largest layers', async () => {
    const before = await publishedBefore();
    dockerfileOf(3_000_000, 1_000);
    const { exitCode, errors, outputs, summary } = await bed.bundle({
      tags: `${before.tags}\n${bed.tag('too-large')}`,
      'max-size': '2MB',
    });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([
      expect.stringMatching(
        /^The image for linux\/amd64 has \d+(\.\d)? MB, more than `max-size` allows \(2 MB\)\.\n {2}\+2\.9 MB {2}COPY menu \/menu \(10\d kB → 3 MB\)\n[\s\S]*No tag has been moved\. Make the image smaller, or raise the limit\.$/,
      ),
    ]);
    expect(outputs.digest).toBe('');
    expect(await bed.served(before.name)).toBe(before.digest);
    expect(await bed.served('too-large')).toBeNull();
    expect(summary).toMatch(/^### .*: failed/);
    expect(summary).toMatch(/\| COPY menu \/menu \| 3 MB \| \+2\.9 MB \| █{24} \|/);
  });
});

describe('max-growth', () => {
  test('is judged against what the tag stood for, and names the layers that grew', async () => {
    const before = await publishedBefore();
    dockerfileOf(100_000, 900_000);
    const { failure } = await bed.step({ tags: before.tags, 'max-growth': '100kB' });
    expect(failure).toMatch(
      /^The image for linux\/amd64 has grown by 80\d kB \(\d+\.\d %\) to .*, more than `max-growth` allows \(100 kB\)\.\n {2}\+80\d kB {2}COPY dishes \/dishes \(10\d kB → 90\d kB\)/,
    );
    expect(failure).toContain(`Compared with ${before.tags} as it stood before (${before.digest.slice(0, 19)}).`);
    expect(await bed.served(before.name)).toBe(before.digest);
  });

  test('lets through what is within it, with the change in the summary', async () => {
    const before = await publishedBefore();
    dockerfileOf(100_000, 150_000);
    const { failure, outputs, summary } = await bed.step({ tags: before.tags, 'max-growth': '50%' });
    expect(failure).toBeUndefined();
    expect(await bed.served(before.name)).toBe(outputs.digest);
    expect(summary).toMatch(
      /Size, linux\/amd64 \| .* \(\+\d+(\.\d)? kB, \+\d+\.\d % against 127\.0\.0\.1:5000\/shop\/restaurant:size-\S+ as it stood/,
    );
  });

  test.each<[string, (before: { name: string; digest: string }) => string]>([
    ['a tag', ({ name }) => name],
    ['a digest', ({ digest }) => digest],
    ['a whole name', ({ name }) => bed.tag(name)],
    ['a whole name with a digest', ({ digest }) => `${bed.engine.registry}/${REPOSITORY}@${digest}`],
  ])('may be judged against %s', async (_, compareTo) => {
    const before = await publishedBefore();
    dockerfileOf(100_000, 900_000);
    const fresh = `fresh-${thisTime}-${run}`;
    const inputs = { tags: bed.tag(fresh), 'compare-to': compareTo(before) };
    expect((await bed.step({ ...inputs, 'max-growth': '5%' })).failure).toMatch(/more than `max-growth` allows \(5 %\)/);
    expect(await bed.served(fresh)).toBeNull();
    expect((await bed.step({ ...inputs, 'max-growth': '1MB' })).failure).toBeUndefined();
    expect(await bed.served(fresh)).not.toBeNull();
  });

  test('against an image in another repository', async () => {
    dockerfileOf(1_000, 1_000);
    const elsewhere = `${bed.engine.registry}/shop/baseline:1`;
    expect((await bed.step({ tags: elsewhere })).failure).toBeUndefined();
    dockerfileOf(1_000, 500_000);
    const { failure } = await bed.step({ tags: bed.tag('elsewhere'), 'compare-to': elsewhere, 'max-growth': '1%' });
    expect(failure).toMatch(/Compared with 127\.0\.0\.1:5000\/shop\/baseline:1\./);
  });

  test('has nothing to judge at a first image, and warns when the one to compare with was named', async () => {
    dockerfileOf(1_000, 1_000);
    const unnamed = await bed.step({ tags: bed.tag(`first-${thisTime}`), 'max-growth': '1%' });
    expect({ failure: unnamed.failure, warnings: unnamed.log.warnings.filter((text) => /compare/.test(text)) }).toEqual({
      failure: undefined,
      warnings: [],
    });
    const named = await bed.step({ tags: bed.tag(`first-2-${thisTime}`), 'compare-to': 'nosuch', 'max-growth': '1%' });
    expect(named.failure).toBeUndefined();
    expect(named.log.warnings).toContainEqual(expect.stringMatching(/^There is no \S+:nosuch yet to compare the size with/));
  });
});

test('a budget holds for buildah too', async () => {
  const before = await publishedBefore();
  bed.write('Dockerfile', 'FROM scratch\nCOPY menu /menu\n');
  writeFileSync(join(bed.workspace, 'menu'), randomBytes(3_000_000));
  const { failure } = await bed.step({ tags: before.tags, engine: 'buildah', 'max-size': '1MB' });
  expect(failure).toMatch(/^The image for linux\/amd64 has 3 MB, more than `max-size` allows \(1 MB\)\./);
  expect(await bed.served(before.name)).toBe(before.digest);
});
