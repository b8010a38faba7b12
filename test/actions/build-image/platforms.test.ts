import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { buildImage as definition } from '../../../actions/build-image/action.js';
import { buildImage } from '../../../actions/build-image/main.js';
import { openToolCache } from '../../../src/hosts/github-actions/open-tool-cache.js';
import { inputVariable, readInputs } from '../../../src/hosts/github-actions/read-inputs.js';
import { run } from '../../../src/image/process.js';
import { systemClock } from '../../../src/kernel/clock.js';
import { query } from '../../../src/kernel/query.js';
import { type FakeBuildx, fakeBuildx, recordedLog } from '../../src/image/fake-buildx.js';
import { FakeRegistry } from '../../src/image/fake-registry.js';

let fake: FakeBuildx;
let registry: FakeRegistry;
beforeEach(async () => {
  registry = await FakeRegistry.start();
});
afterEach(async () => {
  fake.remove();
  await registry.stop();
});

const FARM = { stdout: 'Name:   farm\nDriver: remote\n\nNodes:\nName:     farm0\nEndpoint: tcp://farm:1\nStatus:   running\n' };
const about = (platform: string, layers: readonly string[]) => {
  const [os, architecture, variant] = platform.split('/');
  return { os, architecture, variant, rootfs: { diff_ids: layers } };
};
const image = (platform: string, layers: readonly string[], tag?: string) =>
  registry.addImage(layers, [], tag, about(platform, layers));
const steps = (...names: string[]) =>
  `${JSON.stringify({ vertexes: names.map((name, index) => ({ digest: `sha256:${index}`, name, completed: '2026-01-01T00:00:00Z' })) })}\n`;

async function build(digest: string, stderr: string, given: Record<string, string> = {}, dockerfile?: string) {
  fake = fakeBuildx({
    inspect: FARM,
    build: { metadata: { 'containerimage.digest': digest }, stderr, layout: registry.layoutOf(digest) },
  });
  if (dockerfile !== undefined) writeFileSync(join(fake.environment.workspace, 'Dockerfile'), dockerfile);
  const asked = { tags: `${registry.name}/shop/app:1`, 'retry-for': '0', builder: 'farm', ...given };
  const variables = Object.fromEntries(Object.entries(asked).map(([name, value]) => [inputVariable(name), value]));
  const inputs = await readInputs(definition, { ...fake.environment, variables });
  const { signal } = new AbortController();
  const { environment } = fake;
  const state = { save: () => {}, read: () => '' };
  const effects = { log: recordedLog(), signal, environment, run, query, clock: systemClock, random: Math.random, state };
  const { failure, ...result } = await buildImage(inputs, { ...effects, tools: openToolCache });
  return { ...result, failure: failure?.text, code: failure?.code };
}

const two = { platforms: 'linux/amd64,linux/arm64' };
const bothFrom = (base: string) => steps(`[linux/amd64 1/2] FROM ${base}`, `[linux/arm64 1/2] FROM ${base}`);

describe('a base image of one platform under an image of two', () => {
  const built = () => {
    const parts = { amd64: image('linux/amd64', ['base', 'one']), arm64: image('linux/arm64', ['base', 'two']) };
    return registry.addIndex({ 'linux/amd64': parts.amd64, 'linux/arm64': parts.arm64 });
  };

  test('stops the step before a tag moves', async () => {
    const base = image('linux/amd64', ['base'], 'shop/base:1');
    const { failure, outputs, summary } = await build(built(), bothFrom(`${registry.name}/shop/base:1@${base}`), two);
    expect(failure).toMatch(/^Base image \S+\/shop\/base:1 is for linux\/amd64 alone, and it is built on for linux\/arm64\.\n/);
    expect(failure).toContain('review-ignore: InvalidBaseImagePlatform');
    expect(outputs.digest).toBe('');
    expect(summary).toContain('linux/arm64');
    expect([...registry.tags.keys()]).toEqual(['shop/base:1']);
  });

  test('is found before an engine pushes that alone reaches the registry', async () => {
    const base = image('linux/amd64', ['base'], 'shop/base:1');
    const given = { ...two, tags: '127.0.0.1:1/shop/app:1,127.0.0.1:1/shop/app:2' };
    const { failure } = await build(built(), bothFrom(`${registry.name}/shop/base:1@${base}`), given);
    expect(failure).toMatch(/^Base image \S+\/shop\/base:1 is for linux\/amd64 alone/);
    expect(fake.calls().filter(({ args }) => args.join(' ').includes('push=true'))).toEqual([]);
  });

  test('is let through where the rule is passed over', async () => {
    const base = image('linux/amd64', ['base'], 'shop/base:1');
    const ignoring = { ...two, 'review-ignore': 'InvalidBaseImagePlatform' };
    expect((await build(built(), bothFrom(`${registry.name}/shop/base:1@${base}`), ignoring)).failure).toBeUndefined();
  });

  test('is found by the layers where its registry does not have it', async () => {
    const { failure } = await build(built(), bothFrom(`${registry.name}/shop/gone:1@sha256:${'0'.repeat(64)}`), two);
    expect(failure).toMatch(
      /gone:1 could not be looked at \(its registry does not have it\), and the images for linux\/amd64 and linux\/arm64 start with the same layer\./,
    );
  });

  test('that is a named context is found in the image that it became part of', async () => {
    image('linux/amd64', ['base'], 'shop/base:1');
    const context = { ...two, 'build-contexts': `base=docker-image://${registry.name}/shop/base:1` };
    const { failure } = await build(built(), steps(`[context base] ${registry.name}/shop/base:1`), context);
    expect(failure).toMatch(/is for linux\/amd64 alone, and it is built on for linux\/arm64/);
  });

  test('that only a stage of its own platform uses is right', async () => {
    const base = image('linux/amd64', ['tools'], 'shop/tools:1');
    const tools = steps(`[linux/amd64->arm64 build 1/2] FROM ${registry.name}/shop/tools:1@${base}`);
    expect((await build(built(), tools, two)).failure).toBeUndefined();
  });
});

test('a base image that has both platforms is right, also where both share their lowest layer', async () => {
  const parts = { 'linux/amd64': image('linux/amd64', ['data', 'a']), 'linux/arm64': image('linux/arm64', ['data', 'b']) };
  const base = registry.addIndex(parts, 'shop/base:1');
  const built = registry.addIndex({
    'linux/amd64': image('linux/amd64', ['data', 'a', 'one']),
    'linux/arm64': image('linux/arm64', ['data', 'b', 'two']),
  });
  const { failure, outputs } = await build(built, bothFrom(`${registry.name}/shop/base:1@${base}`), two);
  expect(failure).toBeUndefined();
  expect(registry.tags.get('shop/app:1')).toBe(outputs.digest);
});

describe('a stage that ships for a platform of its own', () => {
  const base = () =>
    registry.addIndex(
      { 'linux/amd64': image('linux/amd64', ['base-amd64']), 'linux/arm64': image('linux/arm64', ['base-arm64']) },
      'shop/base:1',
    );
  const from = (platform: string) => `FROM --platform=${platform} ${registry.name}/shop/base:1\nCOPY app /app\nUSER 1\n`;

  test.each([
    ['the builder’s', '$BUILDPLATFORM', 'linux/amd64,linux/arm64'],
    ['a constant', 'linux/amd64', 'linux/arm64'],
  ])('stops the step before anything is built: %s', async (_name, platform, platforms) => {
    const { failure } = await build(image('linux/arm64', ['x']), '', { platforms }, from(platform)).catch((error: unknown) => ({
      failure: String((error as Error).message),
    }));
    expect(failure).toMatch(/^Dockerfile:1 {2}The image is built on .*Nothing has been built\. Leave `--platform` out/s);
    expect(fake.calls().filter(({ args }) => args[0] === 'build')).toEqual([]);
  });

  test.each([
    ['wrong', 'base-amd64', /^Base image \S+base:1: the image for linux\/arm64 stands on its part for linux\/amd64\.\n/],
    ['right', 'base-arm64', undefined],
  ])('of the builder, for one platform, is told by the layers: %s', async (_name, layer, message) => {
    const steps1 = steps(`[1/2] FROM ${registry.name}/shop/base:1@${base()}`);
    const built = image('linux/arm64', [layer, 'x']);
    const { failure } = await build(built, steps1, { platforms: 'linux/arm64' }, from('$BUILDPLATFORM'));
    if (message === undefined) expect(failure).toBeUndefined();
    else expect(failure).toMatch(message);
    expect(registry.tags.has('shop/app:1')).toBe(message === undefined);
  });

  test('is told by the layers where its Dockerfile is not here', async () => {
    const index = base();
    const built = registry.addIndex({
      'linux/amd64': image('linux/amd64', ['base-amd64', 'x']),
      'linux/arm64': image('linux/arm64', ['base-amd64', 'x']),
    });
    const log = steps(`[linux/amd64 1/2] FROM ${registry.name}/shop/base:1@${index}`);
    const { failure } = await build(built, log, { ...two, context: 'https://github.com/o/r.git#main' });
    expect(failure).toMatch(/the image for linux\/arm64 stands on its part for linux\/amd64/);
  });
});

test('files for a newer variant are not for an older one', async () => {
  const base = image('linux/arm/v7', ['base'], 'shop/base:1');
  const built = registry.addIndex({
    'linux/arm/v6': image('linux/arm/v6', ['base', 'x']),
    'linux/arm/v7': image('linux/arm/v7', ['base', 'x']),
  });
  const from = `${registry.name}/shop/base:1@${base}`;
  const log = steps(`[linux/arm/v6 1/2] FROM ${from}`, `[linux/arm/v7 1/2] FROM ${from}`);
  const { failure } = await build(built, log, { platforms: 'linux/arm/v6,linux/arm/v7' });
  expect(failure).toMatch(/is for linux\/arm\/v7 alone, and it is built on for linux\/arm\/v6\./);
});

test('a platform that the engine left out is named', async () => {
  const built = registry.addIndex({ 'linux/amd64': image('linux/amd64', ['a']) });
  const { failure } = await build(built, '', two);
  expect(failure).toMatch(
    /^The engine built no image for linux\/arm64, without saying why; there is one for linux\/amd64\.\nDoes each [^\n]*\nNo tag has been moved\.$/,
  );
  expect(registry.tags.size).toBe(0);
});

test('an image that contradicts the index is not published', async () => {
  const built = registry.addIndex({ 'linux/amd64': image('linux/amd64', ['a']), 'linux/arm64': image('linux/amd64', ['b']) });
  expect((await build(built, '', two)).failure).toMatch(/lists for linux\/arm64 says of itself that it is for linux\/amd64/);
});

test('what FROM scratch exports without a platform is taken as it is', async () => {
  const built = registry.addImage(['a'], [], undefined, { os: undefined, architecture: undefined });
  expect((await build(built, '', { platforms: 'linux/arm64' })).failure).toBeUndefined();
});

test('variants that go without saying are no other platform', async () => {
  const built = registry.addIndex({ 'linux/arm/v7': image('linux/arm/v7', ['a']), 'linux/arm64': image('linux/arm64', ['b']) });
  expect((await build(built, '', { platforms: 'linux/arm,linux/arm64/v8' })).failure).toBeUndefined();
});

test('the platforms are told in the order in which they were asked for, whatever that of the index is', async () => {
  const built = registry.addIndex({ 'linux/arm64': image('linux/arm64', ['b']), 'linux/amd64': image('linux/amd64', ['a']) });
  const { outputs } = await build(built, '', { platforms: 'linux/amd64,linux/arm64/v8' });
  expect(outputs?.platforms).toBe('linux/amd64\nlinux/arm64');
});
