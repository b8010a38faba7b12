import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeBuildContext } from '../../../../testbed/image/app-layer.js';
import { BASE_IMAGE, connectEngine, type EngineBed } from './engine-bed.js';

let bed: EngineBed;
beforeAll(async () => {
  bed = await connectEngine();
  await writeBuildContext(join(bed.workspace, 'app'));
});
afterAll(() => bed.close());

const app = { context: 'app' };

test('the digest that is handed on is the one that the registry serves, under every tag', async () => {
  const { outputs, failure } = await bed.step({
    ...app,
    tags: `${bed.tag('1')}\n${bed.tag('one')}`,
    'build-args': 'VERSION=1\nFAULTS=errors=5%,latency=200ms',
    labels: 'shop.example/owner=kitchen',
  });
  expect(failure).toBeUndefined();
  expect(outputs.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect([await bed.served('1'), await bed.served('one')]).toEqual([outputs.digest, outputs.digest]);
  expect(outputs.image).toBe(`${bed.engine.registry}/shop/restaurant@${outputs.digest}`);
  expect((await bed.config(outputs.digest)).config.Labels).toMatchObject({
    'org.opencontainers.image.version': '1',
    'dev.d9.faults': 'errors=5%,latency=200ms',
    'shop.example/owner': 'kitchen',
  });
  const { config, layers } = await bed.manifest(outputs.digest);
  expect(Number(outputs['size-bytes'])).toBe(config.size + layers.reduce((sum, { size }) => sum + size, 0));
  expect(outputs.platforms).toBe('linux/amd64');
  expect(readdirSync(bed.temporary)).toEqual([]);
});

test('an unchanged rebuild keeps its digest, so that nothing behind it rolls out again', async () => {
  const inputs = { ...app, tags: bed.tag('twice'), 'build-args': 'VERSION=2' };
  const first = await bed.step(inputs);
  expect((await bed.step(inputs)).outputs.digest).toBe(first.outputs.digest);
  expect((await bed.step({ ...inputs, 'build-args': 'VERSION=3' })).outputs.digest).not.toBe(first.outputs.digest);
});

test('a build that is not pushed leaves the registry as it was', async () => {
  const { outputs, failure } = await bed.step({ ...app, tags: bed.tag('local'), push: 'false', load: 'true' });
  expect({ ...outputs, failure }).toMatchObject({ image: '', digest: '', failure: undefined });
  expect(await bed.served('local')).toBeNull();
});

test('what is kept in the engine is what was pushed', async () => {
  const { outputs } = await bed.step({ ...app, tags: bed.tag('kept'), load: 'true', push: 'true' });
  const inspected = await fetchImage(bed, bed.tag('kept'));
  expect(inspected).toContain(outputs.digest);
});

async function fetchImage({ engine }: EngineBed, name: string): Promise<string> {
  const { execFileSync } = await import('node:child_process');
  const env = { ...process.env, PATH: `${engine.path}:${process.env.PATH}`, DOCKER_HOST: engine.dockerHost };
  return execFileSync('docker', ['image', 'inspect', '--format', '{{json .}}', name], { env, encoding: 'utf8' });
}

describe('one clear error, and no tag', () => {
  test.each([
    ['a stage that does not exist', { ...app, target: 'nosuch' }, /^Input `target`: app\/Dockerfile has no stage "nosuch"/],
    ['a Dockerfile that does not exist', { file: 'nosuch' }, /^Input `file`: there is no file "nosuch" in the workspace/],
    [
      'a platform that does not exist',
      { ...app, platforms: 'linux/bogus99' },
      /^Input `platforms`: "linux\/bogus99" is not a known platform/,
    ],
    [
      'a registry that is down',
      { ...app, tags: '127.0.0.1:1/shop/restaurant:1', 'retry-for': '0' },
      /^Registry 127\.0\.0\.1:1 cannot be reached from the engine: connection refused\./,
    ],
  ])('%s', async (name, inputs, message) => {
    const tag = name.replaceAll(' ', '-');
    const { failure } = await bed.step({ tags: bed.tag(tag), ...inputs });
    expect(failure).toMatch(message);
    expect(await bed.served(tag)).toBeNull();
  });

  test('a step of the Dockerfile that fails', async () => {
    bed.write('failing', `FROM ${BASE_IMAGE}\nRUN --network=none echo soup is out; exit 7\n`);
    const { failure, summary } = await bed.step({ tags: bed.tag('failing'), file: 'failing' });
    expect(failure).toMatch(/^A RUN step of the Dockerfile ended with exit code 7: .*\n[\s\S]*soup is out/);
    expect(summary).toContain('soup is out');
    expect(await bed.served('failing')).toBeNull();
  });

  test('no engine', async () => {
    const variables = { DOCKER_HOST: `unix://${bed.root}/nosuch.sock` };
    const { failure } = await bed.step({ ...app, tags: bed.tag('x'), engine: 'buildx' }, { variables });
    expect(failure).toContain(`The Docker daemon at unix://${bed.root}/nosuch.sock does not answer.`);
  });
});
