import { existsSync, mkdtempSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BASE_IMAGE, connectEngine, type EngineBed } from './engine-bed.js';

/** What the review and the engine must mean by the same thing. */
let bed: EngineBed;
beforeAll(async () => {
  bed = await connectEngine();
});
afterAll(() => bed.close());

test('a Dockerfile that is a link has an ignore file of its own', async () => {
  bed.write('Dockerfile', `FROM ${BASE_IMAGE}\nCOPY . /out/\n`);
  bed.write('link.dockerignore', 'secret.env\n');
  bed.write('secret.env', 'PIN=1\n');
  symlinkSync('Dockerfile', join(bed.workspace, 'link'));
  const out = mkdtempSync(join(bed.root, 'out-'));
  const { failure } = await bed.step({ file: 'link', outputs: `type=local,dest=${out}` });
  expect(failure).toBeUndefined();
  expect(['link', 'secret.env'].map((name) => existsSync(join(out, 'out', name)))).toEqual([true, false]);
});

test('stages that a variable chooses are stages for the engine too', async () => {
  const arch = ['$', '{TARGETARCH}'].join('');
  const debug = ['$', '{DEBUG:+-debug}'].join('');
  bed.write(
    'by-variable',
    `ARG DEBUG\nFROM ${BASE_IMAGE} AS base-amd64\nUSER 65534\nFROM ${BASE_IMAGE} AS base-amd64-debug\nUSER root\nFROM "base-${arch}${debug}"\nHEALTHCHECK NONE\n`,
  );
  const step = (inputs: Record<string, string>) =>
    bed.step({ file: 'by-variable', outputs: 'type=cacheonly', 'review-ignore': 'BaseImageWithoutDigest', ...inputs });
  const plain = await step({ review: 'fail' });
  expect(plain.failure).toBeUndefined();
  const debugged = await step({ review: 'fail', 'build-args': 'DEBUG=1' });
  expect(debugged.failure).toMatch(/by-variable:5 {2}RootUser/);
});

test('a named context is no image that may change', async () => {
  bed.write('named', 'FROM base\nCOPY link /link\n');
  const inputs = {
    file: 'named',
    outputs: 'type=cacheonly',
    'build-contexts': `base=docker-image://${BASE_IMAGE}`,
    review: 'fail',
  };
  expect((await bed.step(inputs)).failure).toBeUndefined();
});
