import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type EngineAddress, startEngine } from '../../../testbed/engine/start.js';
import { stopEngine } from '../../../testbed/engine/stop.js';
import { archiveOf, makeAppImage, pushAppImage } from '../../../testbed/image/app-image.js';
import { pushImage } from '../../../testbed/image/push.js';

const execute = promisify(execFile);
const given = process.env.D9_ENGINE;
let engine: EngineAddress;
let root: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'd9-app-image-test-'));
  engine = given === undefined ? await startEngine(root) : (JSON.parse(given) as EngineAddress);
});

afterAll(async () => {
  if (given === undefined) await stopEngine(root);
  rmSync(root, { recursive: true, force: true });
});

function docker(...args: string[]) {
  const variables = { DOCKER_HOST: engine.dockerHost, DOCKER_CONFIG: engine.dockerConfig };
  return execute('docker', args, { env: { ...process.env, ...variables, PATH: `${engine.path}:${process.env.PATH}` } });
}

const port = 18_474;

/** Asks until the container listens. */
async function ask(path: string): Promise<http.IncomingMessage> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const answer = await new Promise<http.IncomingMessage | undefined>((resolve) => {
      const request = http.get({ host: '127.0.0.1', port, path, agent: false }, (response) => resolve(response.resume()));
      request.on('error', () => resolve(undefined));
    });
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`Nobody listens on port ${port}.`);
    await wait(20);
  }
}

test('a pushed version runs as what it was pushed as, without root, and ends when it is asked to', async () => {
  const { image } = await pushAppImage({ registry: engine.registry, tag: 'v1', version: '1.0', faults: 'errors-100-stop-1' });
  const name = `app-image-${process.pid}`;
  await docker('run', '--detach', '--network=host', '--name', name, '--read-only', '--env', `PORT=${port}`, image);
  try {
    const { statusCode, headers } = await ask('/');
    expect([statusCode, headers['x-app-version']]).toEqual([500, '1.0']);
    await docker('stop', '--time', '20', name);
    const { stdout } = await docker('inspect', '--format', '{{.State.ExitCode}}', name);
    expect(stdout.trim()).toBe('0');
  } finally {
    await docker('rm', '--force', name);
  }
});

test('a further version costs no layer, in another repository neither', async () => {
  await pushAppImage({ registry: engine.registry, tag: 'v1' });
  const next = await makeAppImage({ version: 'v2', faults: 'errors-20' });
  const unsendable = { ...next, layers: next.layers.map((layer) => ({ ...layer, file: '/there/is/no/layer' })) };
  const destination = { registry: engine.registry, tag: 'v2' };
  await pushImage(unsendable, { ...destination, repository: 'restaurant' });
  await pushImage(unsendable, { ...destination, repository: 'shop/other', mountFrom: 'restaurant' });
  const { headers } = await fetch(`http://${engine.registry}/v2/shop/other/manifests/v2`, {
    headers: { accept: next.manifest.mediaType },
  });
  expect(headers.get('docker-content-digest')).toBe(next.manifest.digest);
});

test('the same version has the same digest, other faults have another', async () => {
  const digest = async (faults: string) => (await makeAppImage({ version: 'v1', faults })).manifest.digest;
  expect(await digest('')).toBe(await digest(''));
  expect(await digest('')).not.toBe(await digest('crash'));
});

test('a version can be carried to an engine in a file', async () => {
  const name = 'localhost/carried/restaurant:v5';
  await docker('load', '--input', await archiveOf(await makeAppImage({ version: 'v5' }), name));
  const { stdout } = await docker('inspect', '--format', '{{json .Config.Env}}', name);
  expect(JSON.parse(stdout)).toContain('APP_VERSION=v5');
});
