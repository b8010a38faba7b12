import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DaemonUnreachable } from '../../../../src/image/buildx/builder.js';
import { localDaemon } from '../../../../src/image/buildx/local-daemon.js';

let root: string;
let daemon: Server;
let info: unknown;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'd9-daemon-'));
  info = { DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] };
  daemon = createServer((request, response) => response.writeHead(request.url === '/info' ? 200 : 404).end(JSON.stringify(info)));
  daemon.listen(join(root, 'docker.sock'));
  await once(daemon, 'listening');
});
afterEach(() => {
  daemon.close();
  rmSync(root, { recursive: true });
});

const socket = () => `unix://${root}/docker.sock`;
const find = (variables: Record<string, string> = {}) =>
  localDaemon(
    '/buildx',
    { variables: { HOME: root, DOCKER_HOST: socket(), ...variables }, workspace: root, temporary: root, debug: false },
    new AbortController().signal,
  );
const write = (path: string, content: unknown) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), JSON.stringify(content));
};

describe('the daemon of this machine builds', () => {
  test.each([
    ['containerd', [['driver-type', 'io.containerd.snapshotter.v1']]],
    ['classic', [['Backing Filesystem', 'extfs']]],
    ['classic', null],
  ])('with the %s image store', async (store, DriverStatus) => {
    info = { DriverStatus };
    expect(await find()).toMatchObject({ driver: 'docker', name: 'default', endpoint: socket(), store });
  });

  test('and is missed before anything is built', async () => {
    await expect(find({ DOCKER_HOST: `unix://${root}/nosuch` })).rejects.toThrow(DaemonUnreachable);
  });
});

describe('buildx is asked', () => {
  test.each<[string, Record<string, string>, () => void]>([
    ['when a builder was made and chosen', {}, () => write('.docker/buildx/current', { Key: 'unix:///x', Name: 'farm' })],
    ['when it was chosen in another place', { BUILDX_CONFIG: '' }, () => write('.docker/buildx/current', { Name: 'farm' })],
    ['when the environment names one', { BUILDX_BUILDER: 'farm' }, () => {}],
    ['when the daemon is on another machine', { DOCKER_HOST: 'ssh://farm' }, () => {}],
    ['when the environment names a context', { DOCKER_HOST: '', DOCKER_CONTEXT: 'farm' }, () => {}],
    ['when a context was chosen', { DOCKER_HOST: '' }, () => write('.docker/config.json', { currentContext: 'farm' })],
  ])('%s', async (_name, variables, prepare) => {
    prepare();
    expect(await find(variables)).toBeUndefined();
  });

  test('when what answers is not Docker', async () => {
    daemon.removeAllListeners('request').on('request', (_, response) => response.writeHead(404).end('no'));
    expect(await find()).toBeUndefined();
  });
});
