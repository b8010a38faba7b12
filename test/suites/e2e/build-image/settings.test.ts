import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildImage } from '../../../../actions/build-image/action.js';
import { checkCache } from '../../../../src/image/caches.js';
import { parseExtraHost, parseMemory, parseNetwork, parseRight, parseUlimit } from '../../../../src/image/run-settings.js';
import { connectEngine, type EngineBed } from './engine-bed.js';

/** What is refused before anything is built is what the engine would refuse, and no more. */
let bed: EngineBed;
const CACHE = join(tmpdir(), 'd9-settings-cache');
beforeAll(async () => {
  bed = await connectEngine();
  bed.write('Dockerfile', 'FROM scratch\nCOPY Dockerfile /\n');
});
afterAll(async () => {
  rmSync(CACHE, { recursive: true, force: true });
  await bed?.close();
});

/** What buildx itself says of a flag; undefined when it takes it. */
function engineSays(flag: string, value: string): string | undefined {
  const { dockerConfig, dockerHost } = bed.engine;
  const variables = { ...process.env, DOCKER_HOST: dockerHost, DOCKER_CONFIG: dockerConfig, SSH_AUTH_SOCK: '' };
  const args = ['build', '--progress=quiet', '--provenance=false', flag, value, bed.workspace];
  const { status, stderr } = spawnSync(join(dockerConfig, 'cli-plugins/docker-buildx'), args, {
    env: variables,
    encoding: 'utf8',
  });
  return status === 0 ? undefined : stderr;
}

/** By the input of the action, which reads it as the others do. */
const read = (input: 'attests' | 'annotations') => async (text: string) => {
  await buildImage.inputs[input].parse(text, { variables: {}, workspace: '/', temporary: '/', debug: false });
  return text;
};

const FLAGS = {
  '--attest': read('attests'),
  '--annotation': read('annotations'),
  '--ulimit': parseUlimit,
  '--add-host': parseExtraHost,
  '--shm-size': parseMemory,
  '--network': parseNetwork,
  '--allow': parseRight,
  '--cache-to': (text: string) => checkCache(text, 'to'),
  '--cache-from': (text: string) => checkCache(text, 'from'),
};
type Flag = keyof typeof FLAGS;

describe('a value is taken here and there', () => {
  test.each<[Flag, string]>([
    ...['nofile=1024', 'nofile=1024:2048', 'core=0:-1', 'memlock=-1:-1'].map((one): [Flag, string] => ['--ulimit', one]),
    ...['db:10.0.0.1', 'db=10.0.0.1', 'db:::1', 'db=[::1]'].map((one): [Flag, string] => ['--add-host', one]),
    ...['64m', '1.5GiB', '1024', '2 GB', '10kb'].map((one): [Flag, string] => ['--shm-size', one]),
    ...['default', 'none', 'host'].map((one): [Flag, string] => ['--network', one]),
    ...['a=b', 'manifest:a=b', 'manifest[linux/amd64]:a=b', 'manifest,manifest-descriptor:a=b'].map((one): [Flag, string] => [
      '--annotation',
      one,
    ]),
    ['--cache-to', 'type=inline'],
    ['--cache-to', `type=local,dest=${CACHE}`],
  ])('%s %s', async (flag, value) => {
    expect(await FLAGS[flag](value)).toBe(value);
    expect(engineSays(flag, value)).toBeUndefined();
  });
});

describe('a value is refused here and there', () => {
  test.each<[Flag, string]>([
    ...['nofile', 'nofile=1:2:3', 'nofiles=1', 'nofile=2048:1024', 'nofile=-1:1024'].map((one): [Flag, string] => [
      '--ulimit',
      one,
    ]),
    ...['db', 'db 10.0.0.1', 'db:database', 'db:10.0.0.256'].map((one): [Flag, string] => ['--add-host', one]),
    ...['two', '2gigs'].map((one): [Flag, string] => ['--shm-size', one]),
    ['--network', 'bridge'],
    ['--attest', 'mode=max'],
    ['--annotation', 'manfest:a=b'],
    ['--annotation', 'org.example:x=y'],
    ['--allow', 'security-insecure'],
    ...['type=registry', 'type=local', 'type=s3,bucket=b', 'ref=r,mode=max', 'type=regstry,ref=r'].map((one): [Flag, string] => [
      '--cache-to',
      one,
    ]),
  ])('%s %s', async (flag, value) => {
    await expect((async () => FLAGS[flag](value))()).rejects.toThrow(RangeError);
    expect(engineSays(flag, value)).toMatch(/ERROR/);
  });
});

test('an attestation that `attests` asks for is there, whatever `provenance` is by itself', async () => {
  const { failure, outputs } = await bed.step({ tags: bed.tag('attested'), attests: 'type=provenance,mode=max' });
  expect(failure).toBeUndefined();
  const { manifests = [] } = await bed.manifest(outputs.digest);
  expect(manifests.map(({ platform }) => platform.architecture)).toContain('unknown');
});
