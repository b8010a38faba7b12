import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { buildImage as definition } from '../../actions/build-image/action.js';
import { buildImage } from '../../actions/build-image/main.js';
import type { Environment } from '../../src/action/environment.js';
import { UserError } from '../../src/action/errors.js';
import { inputVariable, readInputs } from '../../src/action/read-inputs.js';
import { run } from '../../src/image/process.js';
import { recordedLog } from '../src/image/fake-buildx.js';
import { startHoldingProxy } from '../testbed/engine/holding-proxy.js';
import { type EngineAddress, startEngine } from '../testbed/engine/start.js';
import { stopEngine } from '../testbed/engine/stop.js';
import { writeBuildContext } from '../testbed/image/app-layer.js';

const given = process.env.D9_ENGINE;
let engine: EngineAddress;
let root: string;
let environment: Environment;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'd9-build-image-test-'));
  engine = given === undefined ? await startEngine(root) : (JSON.parse(given) as EngineAddress);
  await writeBuildContext(join(root, 'workspace'));
});

afterAll(async () => {
  if (given === undefined) await stopEngine(root);
  rmSync(root, { recursive: true, force: true });
});

beforeEach(() => {
  environment = {
    variables: {
      ...process.env,
      PATH: `${engine.path}:${process.env.PATH}`,
      DOCKER_HOST: engine.dockerHost,
      DOCKER_CONFIG: engine.dockerConfig,
    },
    workspace: join(root, 'workspace'),
    temporary: mkdtempSync(join(root, 'runner-')),
    debug: false,
  };
});

const tag = (name: string, registry = engine.registry) => `${registry}/shop/restaurant:${name}`;
const uncancelled = () => new AbortController().signal;

function step(inputs: Record<string, string>, signal = uncancelled(), log = recordedLog()) {
  const variables = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [inputVariable(name), value]));
  return buildImage(readInputs(definition, { ...environment, variables }), { log, signal, environment, run });
}

const ACCEPT = 'application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json';
const ask = (path: string) => fetch(`http://${engine.registry}/v2/shop/restaurant/${path}`, { headers: { accept: ACCEPT } });
const served = async (name: string) => (await ask(`manifests/${name}`)).headers.get('docker-content-digest');

async function labels(digest: string): Promise<Record<string, string>> {
  const manifest = (await (await ask(`manifests/${digest}`)).json()) as { config: { digest: string } };
  const image = (await (await ask(`blobs/${manifest.config.digest}`)).json()) as { config: { Labels: Record<string, string> } };
  return image.config.Labels;
}

/** Processes whose command line has the text. */
const processesWith = (text: string) =>
  execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(text));

test('the digest that is handed on is the one that the registry serves, under every tag', async () => {
  const outputs = await step({
    tags: `${tag('1')}\n${tag('one')}`,
    'build-args': 'VERSION=1\nFAULTS=errors=5%,latency=200ms',
    labels: 'shop.example/owner=kitchen',
  });
  expect(outputs.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect([await served('1'), await served('one')]).toEqual([outputs.digest, outputs.digest]);
  expect(outputs.image).toBe(`${engine.registry}/shop/restaurant@${outputs.digest}`);
  expect(await labels(outputs.digest)).toMatchObject({
    'org.opencontainers.image.version': '1',
    'dev.d9.faults': 'errors=5%,latency=200ms',
    'shop.example/owner': 'kitchen',
  });
  expect(readdirSync(environment.temporary)).toEqual([]);
});

test('an unchanged rebuild keeps its digest, so that nothing behind it rolls out again', async () => {
  const inputs = { tags: tag('twice'), 'build-args': 'VERSION=2' };
  const first = await step(inputs);
  expect((await step(inputs)).digest).toBe(first.digest);
  expect((await step({ ...inputs, 'build-args': 'VERSION=3' })).digest).not.toBe(first.digest);
});

test('a build that is not pushed leaves the registry as it was', async () => {
  expect(await step({ tags: tag('local'), push: 'false', load: 'true' })).toMatchObject({ image: '', digest: '' });
  expect(await served('local')).toBeNull();
});

describe('one clear error, and no tag', () => {
  test.each([
    ['a stage that does not exist', { target: 'nosuch' }, /^The Dockerfile has no stage "nosuch"\./],
    ['a Dockerfile that does not exist', { file: 'nosuch' }, /^Input `file`: there is no file "nosuch" in the workspace/],
    [
      'a platform that does not exist',
      { platforms: 'linux/bogus99' },
      /^Input `platforms`: "linux\/bogus99" is not a known platform/,
    ],
    [
      'a registry that is down',
      { tags: '127.0.0.1:1/shop/restaurant:1' },
      /^Registry 127\.0\.0\.1:1 cannot be reached from the Docker daemon: connection refused\./,
    ],
  ])('%s', async (name, inputs, message) => {
    const wanted = tag(name.replaceAll(' ', '-'));
    const failure = await Promise.resolve()
      .then(() => step({ tags: wanted, ...inputs }))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UserError);
    expect((failure as UserError).message).toMatch(message);
    expect(await served(wanted.slice(wanted.lastIndexOf(':') + 1))).toBeNull();
  });

  test('a step of the Dockerfile that fails', async () => {
    writeFileSync(
      join(root, 'workspace/failing'),
      'FROM localhost/d9-testbed/busybox:1\nRUN --network=none echo soup is out; exit 7\n',
    );
    const failure = step({ tags: tag('failing'), file: 'failing' });
    await expect(failure).rejects.toThrow(/^A RUN step of the Dockerfile ended with exit code 7: .*\n[\s\S]*soup is out/);
    expect(await served('failing')).toBeNull();
  });

  test('no engine', async () => {
    environment = { ...environment, variables: { ...environment.variables, DOCKER_HOST: `unix://${root}/nosuch.sock` } };
    await expect(step({ tags: tag('x') })).rejects.toThrow(`The Docker daemon at unix://${root}/nosuch.sock does not answer.`);
  });
});

describe('a cancelled step', () => {
  test('takes the build in the engine with it', async () => {
    const before = await step({ tags: tag('cancelled'), 'build-args': 'VERSION=before' });
    writeFileSync(
      join(root, 'workspace/slow'),
      'FROM localhost/d9-testbed/busybox:1\nRUN --network=none echo cooking; sleep 98765\n',
    );
    const controller = new AbortController();
    const log = recordedLog((line) => {
      if (/^#\d+ [\d.]+ cooking/.test(line)) controller.abort(new Error('cancelled'));
    });
    await expect(step({ tags: tag('cancelled'), file: 'slow' }, controller.signal, log)).rejects.toThrow('cancelled');
    expect(processesWith('sleep 98765')).toEqual([]);
    expect(processesWith(environment.temporary)).toEqual([]);
    expect(await served('cancelled')).toBe(before.digest);
  });

  test('moves no tag afterwards, even when the registry was about to be told', async () => {
    const before = await step({ tags: tag('held'), 'build-args': 'VERSION=before' });
    const proxy = await startHoldingProxy(engine.registry);
    try {
      const controller = new AbortController();
      const cancelled = step({ tags: tag('held', proxy.registry), 'build-args': 'VERSION=after' }, controller.signal);
      await Promise.all([
        proxy.manifestArrived.then(() => controller.abort(new Error('cancelled'))),
        expect(cancelled).rejects.toThrow('cancelled'),
      ]);
      await proxy.writerGone;
      expect(processesWith(environment.temporary)).toEqual([]);
      expect(await served('held')).toBe(before.digest);
    } finally {
      await proxy.close();
    }
  });
});
