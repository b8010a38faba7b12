import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type FakeBuildx, fakeBuildx } from '../../src/image/fake-buildx.js';
import { FakeRegistry } from '../../src/image/fake-registry.js';
import { runBundle } from './run-bundle.js';

let registry: FakeRegistry;
let digest: string;
let fake: FakeBuildx;

beforeEach(async () => {
  registry = await FakeRegistry.start();
  digest = registry.addImage(['layer']);
  fake = fakeBuildx({
    inspect: {
      stdout: 'Name:   farm\nDriver: remote\n\nNodes:\nName:     farm0\nEndpoint: tcp://farm:1234\nStatus:   running\n',
    },
    build: { metadata: { 'containerimage.digest': digest }, pushes: registry.manifests.get(digest)?.content },
  });
});
afterEach(async () => {
  fake.remove();
  await registry.stop();
});

/** Runs the committed bundle with the fake in place of buildx. */
const step = (inputs: Record<string, string>, env: Record<string, string> = {}) => {
  const { workspace, variables } = fake.environment;
  const given = { tags: tag('1'), 'retry-for': '0s', ...inputs };
  return runBundle('build-image', { inputs: given, cwd: workspace, env: { ...(variables as Record<string, string>), ...env } });
};
const tag = (name: string) => `${registry.name}/shop/app:${name}`;
const buildArguments = () => fake.calls().find(({ args }) => args[0] === 'build')?.args ?? [];
const valuesOf = (flag: string) => buildArguments().filter((_, index, args) => args[index - 1] === flag);

describe('lists', () => {
  test('values of several lines and in quotes reach the engine, and those of build arguments not the log', async () => {
    const { exitCode, stdout, outputs } = await step({
      'build-args': '"MULTI=line one\nhunter2\nline=three"\n"CLOUD=hunter3"',
      labels: '"org.opencontainers.image.authors=a, b"\n"note=x\n::error::y"',
    });
    expect(exitCode).toBe(0);
    expect(outputs.digest).toBe(digest);
    expect(valuesOf('--build-arg')).toEqual(['MULTI=line one\nhunter2\nline=three', 'CLOUD=hunter3']);
    expect(valuesOf('--label').slice(-2)).toEqual(['org.opencontainers.image.authors=a, b', 'note=x\n::error::y']);
    expect(stdout).not.toMatch(/hunter|line one|^::error/m);
  });

  test.each([
    [
      'a quote that is not closed',
      { 'build-args': 'A=1\n"B=hunter2' },
      /^Input `build-args`: line 2 opens a quote that is not closed/,
    ],
    ['an empty entry', { platforms: 'linux/amd64,,linux/arm64' }, /^Input `platforms`: line 1 has an empty entry/],
  ])('%s is one sentence, and nothing is built', async (_name, inputs, message) => {
    const { exitCode, stdout, errors } = await step(inputs as unknown as Record<string, string>);
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(message)]);
    expect(stdout).not.toContain('hunter2');
    expect(fake.calls()).toEqual([]);
    expect(registry.requests).toEqual([]);
  });
});

describe('outputs that push', () => {
  const served = () => [...registry.tags.entries()];
  const imagesOf = (outputs: Readonly<Record<string, string>>) => JSON.parse(outputs['images-json'] ?? '[]');

  test('by digest, as Docker’s documentation teaches it: the digest is handed on, and no tag is made', async () => {
    const { exitCode, outputs } = await step({
      builder: 'farm',
      tags: `${registry.name}/shop/app`,
      outputs: 'type=image,push-by-digest=true,name-canonical=true,push=true',
    });
    expect(exitCode).toBe(0);
    expect(valuesOf('--output')).toEqual([
      `type=image,oci-mediatypes=true,name=${registry.name}/shop/app,push-by-digest=true,name-canonical=true,push=true`,
    ]);
    expect(valuesOf('--tag')).toEqual([]);
    expect(outputs).toMatchObject({ image: `${registry.name}/shop/app@${digest}`, digest, tags: '', platforms: 'linux/amd64' });
    expect(imagesOf(outputs)).toMatchObject([{ image: `${registry.name}/shop/app@${digest}`, digest, tags: [] }]);
    expect(served()).toEqual([]);
  });

  test('by digest, with the push in the input', async () => {
    const output = 'type=image,push-by-digest=true,name-canonical=true';
    const inputs = { builder: 'farm', tags: `${registry.name}/shop/app`, outputs: output };
    const { outputs } = await step({ ...inputs, push: 'true' });
    expect(outputs).toMatchObject({ digest, tags: '' });
    expect(valuesOf('--output')[0]).toMatch(/push-by-digest=true/);
    expect(served()).toEqual([]);
    expect((await step({ ...inputs, tags: tag('1'), push: 'false' })).exitCode).toBe(0);
  });

  test('by digest, with the name in the output', async () => {
    const name = `${registry.name}/shop/app`;
    const output = `type=image,name=${name},push-by-digest=true,name-canonical=true,push=true`;
    const { outputs } = await step({ builder: 'farm', tags: '', outputs: output });
    expect(outputs).toMatchObject({ image: `${name}@${digest}`, digest });
  });

  test.each([
    ['a registry', 'type=registry'],
    ['an image', 'type=image,push=true'],
    ['several, of which one pushes', 'type=registry\ntype=oci,dest=out.tar'],
  ])('under tags: %s', async (_name, output) => {
    const { exitCode, outputs } = await step({ outputs: output });
    expect(exitCode).toBe(0);
    expect(valuesOf('--output')[0]).toBe(`type=image,oci-mediatypes=true,name=${tag('1')},push=true`);
    expect(outputs).toMatchObject({ digest, tags: tag('1') });
    expect(imagesOf(outputs)).toHaveLength(1);
    expect(served()).toEqual([['shop/app:1', digest]]);
  });

  test('under the names of the output', async () => {
    const { outputs } = await step({ tags: '', outputs: `type=image,"name=${tag('1')},${tag('2')}",push=true` });
    expect(outputs).toMatchObject({ digest, tags: `${tag('1')}\n${tag('2')}` });
    expect(served()).toEqual([
      ['shop/app:1', digest],
      ['shop/app:2', digest],
    ]);
  });

  test('beside `push: true` they and the inputs say how the one image is made', async () => {
    const { outputs } = await step({
      push: 'true',
      outputs: 'type=image,name=target,force-compression=true,annotation-manifest.a=b',
      compression: 'zstd',
      'compression-level': '9',
      'oci-mediatypes': 'false',
    });
    const made = 'oci-mediatypes=false,force-compression=true,annotation-manifest.a=b,compression=zstd,compression-level=9';
    expect(valuesOf('--output')).toEqual([`type=image,${made},name=${tag('1')},push=true`]);
    expect(outputs.digest).toBe(digest);
  });

  test('a file needs no name of a registry, and nothing is pushed', async () => {
    const { exitCode, outputs } = await step({ tags: 'myimage:latest', outputs: 'type=docker,dest=out.tar' });
    expect(exitCode).toBe(0);
    expect(valuesOf('--output')).toEqual(['type=docker,dest=out.tar']);
    expect(valuesOf('--tag')).toEqual(['docker.io/library/myimage:latest']);
    expect(outputs.digest).toBe('');
    expect(registry.requests).toEqual([]);
  });

  test('what is loaded to be tested first is not published, and the log says so', async () => {
    const { exitCode, stdout } = await step({ load: 'true' });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Built and kept in the engine, not pushed: `load` alone publishes nothing/m);
    expect(registry.requests).toEqual([]);
  });

  test('what is loaded beside a push has all its names in the engine, by one output', async () => {
    const directory = fake.environment.temporary;
    writeFileSync(join(directory, 'docker'), `#!/bin/sh\necho "$@" >> '${directory}/asked'\n`);
    chmodSync(join(directory, 'docker'), 0o755);
    const { exitCode } = await step({ load: 'true', push: 'true', tags: `${tag('1')}\n${tag('2')}` }, { PATH: directory });
    expect(exitCode).toBe(0);
    expect(valuesOf('--output')).toEqual([`type=image,oci-mediatypes=true,name=${tag('1')},push=true`]);
    const asked = readFileSync(join(directory, 'asked'), 'utf8');
    expect(asked).toBe(`--host ${fake.environment.variables.DOCKER_HOST} image tag ${tag('1')} ${tag('2')}\n`);
  });

  test('two that contradict each other are one sentence, and nothing is built', async () => {
    const { exitCode, errors } = await step({ outputs: 'type=image,push-by-digest=true,push=true\ntype=registry' });
    expect(exitCode).toBe(1);
    expect(errors).toEqual([
      expect.stringMatching(/^Input `outputs` pushes the image by its digest in one place and under a name in another/),
    ]);
    expect(fake.calls()).toEqual([]);
  });
});

describe('passwords and tokens that stand in addresses and attributes', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`;
  const key = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
  const hex = 'a1b2c3d4e5'.repeat(4);
  test.each<[string, Record<string, string>, string]>([
    ['a token in a context', { context: `https://x:${token}@github.com/a/b.git` }, token],
    ['a password in a named context', { 'build-contexts': 'lib=https://u:correct-horse@git.example/a.git' }, 'correct-horse'],
    ['a token alone in one', { 'build-contexts': `lib=https://${hex}@git.example/a.git` }, hex],
    ['a key of a cache', { 'cache-to': `type=s3,region=eu,bucket=b,secret_access_key=${key}` }, key],
    ['a token of a cache', { 'cache-from': 'type=gha,token=correct-horse,url=x' }, 'correct-horse'],
  ])('%s: masked, and left out of the command', async (_name, inputs, secret) => {
    const { exitCode, stdout, warnings } = await step(inputs);
    expect(exitCode).toBe(0);
    const lines = stdout.split('\n');
    expect(lines).toContain(`::add-mask::${secret}`);
    expect(lines.filter((line) => line.includes(secret) && !line.startsWith('::add-mask::'))).toEqual([]);
    expect(warnings.some((text) => /holds a password/.test(text))).toBe(
      !Object.keys(inputs).some((name) => name.startsWith('cache')),
    );
    expect(buildArguments().join(' ')).toContain(secret);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    [
      'in the provenance',
      { context: 'https://u:correct-horse@git.example/a.git', provenance: 'mode=max' },
      /^Input `context`: an address in it holds a password, and `provenance` would publish it/,
    ],
    [
      'in an annotation of an output',
      { outputs: `type=image,push=true,annotation.a=${token}` },
      /^Input `outputs`: annotation\.a holds a GitHub token/,
    ],
  ])('%s: refused', async (_name, inputs, message) => {
    const { exitCode, errors, stdout } = await step(inputs);
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(message)]);
    expect(stdout.split('\n').filter((line) => /correct-horse|ghp_/.test(line) && !line.startsWith('::add-mask'))).toEqual([]);
    expect(fake.calls().filter(({ args }) => args[0] === 'build')).toEqual([]);
  });
});
