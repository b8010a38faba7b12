import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Bed } from '../../../testbed/bed/description.js';
import { bedDirectory } from '../../../testbed/bed/places.js';
import { readSite } from '../../../testbed/bed/site.js';
import { cgroupOf } from '../../../testbed/engine/stop.js';
import { changes, lookAtMachine, type Machine } from './machine.js';

const execute = promisify(execFile);
const main = path.join(import.meta.dirname, '..', '..', '..', 'testbed', 'main.js');
let name: string;
let directory: string;
let before: Machine;
/** Settles when the command inside the bed has ended. */
let commandEnded: Promise<unknown>;

const environment = () => ({ ...process.env, D9_TESTBED_NAME: name });
const testbed = async (...args: string[]) => (await execute(process.execPath, [main, ...args], { env: environment() })).stdout;
const up = async () => JSON.parse(await testbed('up')) as Bed;

beforeEach(async () => {
  name = `down-${randomBytes(3).toString('hex')}`;
  directory = bedDirectory(name);
  before = await lookAtMachine([]);
  commandEnded = Promise.resolve();
});
afterEach(() => testbed('down'));

/** Names of cgroups, files and directories that only a bed has. */
async function traces(): Promise<{ cgroups: string[]; files: string[] }> {
  const site = await readSite(directory);
  if (site === undefined) return { cgroups: [], files: [directory] };
  const engine = path.join(site.socketDirectory, 'engine');
  return { cgroups: [site.network, path.basename(cgroupOf(engine))], files: [directory, site.socketDirectory] };
}

/** Takes the bed down and tells what is different from before it was there. */
async function leftByDown(): Promise<string[]> {
  const { cgroups, files } = await traces();
  await testbed('down');
  await commandEnded;
  return [...changes(before, await lookAtMachine(cgroups)), ...files.filter((file) => existsSync(file))];
}

/** Processes of the bed, by what their command line starts with. */
function processesNamed(pattern: RegExp): number[] {
  const commandLine = (pid: string) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  const isMeant = (pid: string) => {
    try {
      return pattern.test(commandLine(pid));
    } catch {
      return false;
    }
  };
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && isMeant(entry))
    .map(Number);
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('Waited a minute in vain.');
    await wait(10);
  }
}

/** Starts two pods that do not heed SIGTERM, a build that hangs, and a command inside the bed. */
async function keepBusy({ engine }: Bed): Promise<void> {
  const script = `
    set -e
    ${process.execPath} ${main} image push --tag v1 --faults nostop > /dev/null
    kubectl create deployment deaf --replicas 2 --image 127.0.0.1:5000/restaurant:v1
    kubectl rollout status deployment deaf --timeout 60s
    printf 'FROM localhost/d9-testbed/busybox:1\nRUN --network=none sleep 5555\n' | docker build - > /dev/null 2>&1 &
    exec sleep 6666
  `;
  const env = {
    ...environment(),
    PATH: `${engine?.path}:${process.env.PATH}`,
    DOCKER_HOST: engine?.dockerHost,
    DOCKER_CONFIG: engine?.dockerConfig,
  };
  const command = spawn(process.execPath, [main, 'exec', '--', 'bash', '-c', script], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  commandEnded = new Promise((resolve) => command.on('exit', resolve));
  const signs = [/^\/bin\/node index\.js/, /^sleep 5555/, /^sleep 6666/];
  await until(() => signs.every((sign) => processesNamed(sign).length > 0));
}

test('a bed with busy pods, a build and a command in it is taken down without a trace', async () => {
  await keepBusy(await up());
  expect(await leftByDown()).toEqual([]);
});

test.each([
  ['the node', /^unshare .*real-node\/init\.js/],
  ['the engine', /^dockerd /],
  ['the API server and etcd', /cluster (etcd|apiserver) /],
])('after the death of %s nothing is left either', async (_, pattern) => {
  await keepBusy(await up());
  const victims = processesNamed(pattern);
  expect(victims).not.toEqual([]);
  for (const victim of victims) process.kill(victim, 'SIGKILL');
  expect(await leftByDown()).toEqual([]);
});

test('a network namespace that somebody adds by hand is no obstacle', async () => {
  await testbed('up', '--control-plane');
  await execute('ip', ['netns', 'add', 'by-hand']);
  const left = await leftByDown();
  await execute('ip', ['netns', 'delete', 'by-hand']);
  await execute('umount', ['/run/netns']);
  rmdirSync('/run/netns');
  expect(left.filter((trace) => !trace.includes('/run/netns') && !trace.endsWith('by-hand'))).toEqual([]);
});

describe('a bed that is still being started', () => {
  const moments: ReadonlyArray<[string, () => boolean]> = [
    ['its name is settled', () => existsSync(path.join(directory, 'site.json'))],
    ['the engine is starting', () => processesNamed(/^dockerd /).length > 0],
    ['the node is starting', () => existsSync(path.join(directory, 'pids', 'node'))],
  ];

  test.each(moments)('is taken down without a trace when %s', async (_, isNow) => {
    const starting = spawn(process.execPath, [main, 'up'], { env: environment(), stdio: 'ignore' });
    const ended = new Promise((resolve) => starting.on('exit', (code, signal) => resolve(signal ?? code)));
    await until(isNow);
    expect(await leftByDown()).toEqual([]);
    expect(await ended).not.toBe(0);
  });

  test('is taken down without a trace after its `up` was killed', async () => {
    const starting = spawn(process.execPath, [main, 'up'], { env: environment(), stdio: 'ignore' });
    const ended = new Promise((resolve) => starting.on('exit', resolve));
    await until(() => processesNamed(/^kubelet /).length > 0);
    starting.kill('SIGKILL');
    await ended;
    expect(await leftByDown()).toEqual([]);
  });
});

test('a bed whose node died is replaced by the next `up`, which then finds it whole', async () => {
  const first = await up();
  for (const pid of processesNamed(/^kubelet /)) process.kill(pid, 'SIGKILL');
  await until(() => processesNamed(/^unshare .*real-node\/init\.js/).length === 0);
  const second = await up();
  expect(second.network).not.toBe(first.network);
  expect(JSON.parse(await testbed('status'))).toMatchObject({ up: true, healthy: true });
  expect(await up()).toEqual(second);
  expect(await leftByDown()).toEqual([]);
});
