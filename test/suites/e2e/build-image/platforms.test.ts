import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fetchEngine } from '../../../../testbed/engine/programs.js';
import type { EngineBed } from './engine-bed.js';
import { connectFarm, type Farm } from './farm.js';

/** Each platform that is asked for is really there, whatever builds: a base image of one platform would serve all of them its files. */
let bed: EngineBed;
let farm: Farm;
const shop = (name: string) => `${bed.engine.registry}/shop/${name}`;

beforeAll(async () => {
  farm = await connectFarm();
  ({ bed } = farm);
  copyFileSync((await fetchEngine()).busybox, join(bed.workspace, 'busybox'));
  bed.write('program', 'FROM scratch\nCOPY busybox /bin/sh\n');
  await bed.step({ file: 'program', tags: shop('amd64-alone:1'), platforms: 'linux/amd64' });
  await bed.step({ file: 'program', tags: shop('both:1'), platforms: 'linux/amd64,linux/arm64' });
  bed.write('foreign', `FROM ${shop('amd64-alone:1')} AS base\nFROM base\nCOPY program /program\n`);
  bed.write('right', `FROM ${shop('both:1')}\nCOPY program /program\n`);
  bed.write('named', 'FROM base\nCOPY program /program\n');
  await bed.step({ file: 'program', tags: shop('v7-alone:1'), platforms: 'linux/arm/v7' });
  // Parts with the same layers could not be told apart, and need not be.
  bed.write('program-of-arch', 'FROM scratch\nCOPY busybox /bin/sh\nARG TARGETARCH\nCOPY program /for-$TARGETARCH\n');
  await bed.step({ file: 'program-of-arch', tags: shop('differing:1'), platforms: 'linux/amd64,linux/arm64' });
  bed.write('of-builder', `FROM --platform=$BUILDPLATFORM ${shop('differing:1')}\nCOPY program /program\n`);
  bed.write('pinned', `FROM --platform=linux/amd64 ${shop('differing:1')}\nCOPY program /program\n`);
  bed.write('newer-variant', `FROM ${shop('v7-alone:1')}\nCOPY program /program\n`);
});
afterAll(async () => {
  await farm?.close();
});

const FOREIGN = /amd64-alone:1 is for linux\/amd64 alone, and it is built on for linux\/arm64/;

describe.each([
  ['driver docker', {}],
  ['driver remote', { builder: 'farm' }],
])('%s', (_name, builder) => {
  const step = (inputs: Record<string, string>) => bed.step({ ...builder, ...inputs }, { variables: farm.builders });
  const name = (of: string) => `${of}-${Object.keys(builder).length}`;

  test('a base image of one platform stops the step before a tag moves', async () => {
    const tags = shop(`app:${name('foreign')}`);
    const { failure } = await step({ file: 'foreign', tags, platforms: 'linux/amd64,linux/arm64' });
    expect(failure).toMatch(FOREIGN);
    expect(await bed.served(name('foreign'), 'shop/app')).toBeNull();
  });

  test('so does one that is a named context', async () => {
    const inputs = { file: 'named', tags: shop(`app:${name('named')}`), platforms: 'linux/amd64,linux/arm64' };
    const { failure } = await step({ ...inputs, 'build-contexts': `base=docker-image://${shop('amd64-alone:1')}` });
    expect(failure).toMatch(FOREIGN);
    expect(await bed.served(name('named'), 'shop/app')).toBeNull();
  });

  test('one that has both is built on for both', async () => {
    const tags = shop(`app:${name('right')}`);
    const { failure, outputs } = await step({ file: 'right', tags, platforms: 'linux/amd64,linux/arm64' });
    expect(failure).toBeUndefined();
    expect(outputs.platforms).toBe('linux/amd64\nlinux/arm64');
    expect(await bed.served(name('right'), 'shop/app')).toBe(outputs.digest);
  });

  test('so it is with a bake file', async () => {
    const target = { dockerfile: 'foreign', tags: [shop(`app:${name('bake')}`)], platforms: ['linux/amd64', 'linux/arm64'] };
    bed.write('docker-bake.json', JSON.stringify({ target: { default: target } }));
    expect((await step({ file: 'docker-bake.json' })).failure).toMatch(FOREIGN);
    expect(await bed.served(name('bake'), 'shop/app')).toBeNull();
  });

  // BuildKit writes the platform that was asked for into the image, and takes the files of the stage's own.
  test.each([
    [
      'the builder’s platform for two',
      'of-builder',
      'linux/amd64,linux/arm64',
      /of-builder:1 .*the builder’s, whatever is asked for/,
    ],
    [
      'the builder’s platform for another one',
      'of-builder',
      'linux/arm64',
      /the image for linux\/arm64 stands on its part for linux\/amd64/,
    ],
    ['a platform of its own', 'pinned', 'linux/amd64,linux/arm64', /pinned:1 .*--platform=linux\/amd64.*: linux\/arm64\./],
    [
      'files for a newer variant',
      'newer-variant',
      'linux/arm/v6,linux/arm/v7',
      /v7-alone:1 is for linux\/arm\/v7 alone, .* for linux\/arm\/v6/,
    ],
  ])('a stage that ships with %s stops the step before a tag moves', async (_of, file, platforms, said) => {
    const tag = name(`${file}-${platforms.includes(',') ? 'two' : 'one'}`);
    const { failure } = await step({ file, tags: shop(`app:${tag}`), platforms });
    expect(failure).toMatch(said);
    expect(await bed.served(tag, 'shop/app')).toBeNull();
  });

  test('a stage for the builder’s platform is right where that is the one that is asked for', async () => {
    const tag = name('of-builder-right');
    const { failure, outputs } = await step({ file: 'of-builder', tags: shop(`app:${tag}`), platforms: 'linux/amd64' });
    expect(failure).toBeUndefined();
    expect(await bed.served(tag, 'shop/app')).toBe(outputs.digest);
  });

  test('a program of another architecture is told as that', async () => {
    writeFileSync(join(bed.workspace, 'arm64-program'), arm64Program(), { mode: 0o755 });
    bed.write('no-qemu', 'FROM scratch\nCOPY arm64-program /program\nRUN --network=none ["/program"]\n');
    const { failure } = await step({ file: 'no-qemu', tags: shop('app:no-qemu'), platforms: 'linux/arm64' });
    expect(failure).toMatch(/^A RUN step needs a program that this runner cannot execute[\s\S]*docker\/setup-qemu-action/);
  });

  test('systems that have no containers are exported to', async () => {
    const out = mkdtempSync(join(bed.root, 'out-'));
    const { failure } = await step({
      file: 'program',
      outputs: `type=local,dest=${out}`,
      platforms: 'darwin/arm64,openbsd/amd64',
    });
    expect(failure).toBeUndefined();
  });
});

describe('buildah', () => {
  const variables = () => {
    const file = join(bed.root, 'registries.conf');
    writeFileSync(file, `[[registry]]\nlocation = "${bed.engine.registry}"\ninsecure = true\n`);
    return { CONTAINERS_REGISTRIES_CONF: file };
  };

  test.each(['linux/amd64,linux/arm64', 'linux/arm64'])('a base image of one platform stops the step: %s', async (platforms) => {
    const inputs = { engine: 'buildah', file: 'foreign', tags: shop('app:buildah'), platforms };
    const { failure } = await bed.step(inputs, { variables: variables() });
    expect(failure).toMatch(FOREIGN);
    expect(await bed.served('buildah', 'shop/app')).toBeNull();
  });

  test('one that has both is built on for both', async () => {
    const inputs = { engine: 'buildah', file: 'right', tags: shop('app:buildah-2'), platforms: 'linux/amd64,linux/arm64' };
    const { failure, outputs } = await bed.step(inputs, { variables: variables() });
    expect(failure).toBeUndefined();
    expect(outputs.platforms).toBe('linux/amd64\nlinux/arm64');
  });
});

/** The header of an ELF file for arm64 (elf(5)); no other machine gets further than that. */
function arm64Program(): Buffer {
  const file = Buffer.alloc(4096);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.writeUInt16LE(2, 16);
  file.writeUInt16LE(183, 18);
  file.writeUInt32LE(1, 20);
  return file;
}
