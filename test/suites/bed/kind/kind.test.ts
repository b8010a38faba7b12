import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import type { Bed } from '../../../../testbed/bed/description.js';
import { entering } from '../../../../testbed/bed/network.js';
import { bedDirectory } from '../../../../testbed/bed/places.js';
import { type KindStandIn, startKindStandIn } from './stand-in.js';

// A cluster, a bed and a release; on a busy machine each takes minutes.
jest.setTimeout(900_000);

/** `D9_TESTBED=kind`, with a stand-in for what a machine has that has a kind cluster. */
const execute = promisify(execFile);
const main = path.join(import.meta.dirname, '..', '..', '..', '..', 'testbed', 'main.js');
const name = `kind-${randomBytes(3).toString('hex')}`;
let cluster: KindStandIn;

const testbed = async (args: readonly string[], variables: Record<string, string> = {}) => {
  const PATH = `${cluster.programs}:${process.env.PATH}`;
  const env = { ...process.env, D9_TESTBED: 'kind', D9_TESTBED_NAME: name, ...variables, PATH };
  return (await execute(process.execPath, [main, ...args], { env, maxBuffer: 64 * 1024 * 1024 })).stdout;
};

beforeAll(async () => {
  cluster = await startKindStandIn(`${name}-cluster`);
});
afterEach(() => testbed(['down']));
afterAll(() => cluster.stop());

/** What the cluster's own network namespace has, and whether its API server answers. */
async function lookAtCluster(): Promise<Record<string, string>> {
  const inside = async (...[file, ...args]: [string, ...string[]]) =>
    (await execute(...entering(cluster.directory, file, args))).stdout;
  const kubectl = [path.join(cluster.programs, 'kubectl'), '--kubeconfig', path.join(cluster.directory, 'admin.kubeconfig')];
  return {
    addresses: await inside('ip', '-brief', 'address', 'show', 'dev', 'lo'),
    routes: await inside('ip', 'route', 'show', 'table', 'local', 'dev', 'lo'),
    ready: await inside('env', ...kubectl, 'get', '--raw', '/readyz'),
  };
}

test('a release with traffic runs around a kind cluster, and `down` leaves the cluster as it was', async () => {
  const before = await lookAtCluster();
  const bed = JSON.parse(await testbed(['up'])) as Bed;
  expect(bed).toMatchObject({
    kind: 'kind',
    gateway: 'http://192.0.2.20',
    registry: '127.0.0.1:5000',
    kubernetesVersion: expect.stringMatching(/^v1\./),
  });
  expect(JSON.parse(await testbed(['status']))).toMatchObject({ up: true, healthy: true });
  expect(JSON.parse(await testbed(['up']))).toEqual(bed);

  const runner = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--selectProjects', 'e2e', '--maxWorkers', '2'];
  const suite = ['build/test/suites/e2e/release.test.js', '--testNamePattern', 'cancelled while the gate looks'];
  await testbed(['exec', '--', process.execPath, ...runner, ...suite]);

  await testbed(['down']);
  expect(existsSync(bedDirectory(name))).toBe(false);
  expect(await lookAtCluster()).toEqual(before);
});

test.each([
  ['there is no cluster of that name', 'none', /no kind cluster "none"[\s\S]*kind create cluster --name none/],
  ['it has a second node', 'two', /"two" has 2 nodes \(kind-control-plane, kind-worker\)/],
])('is refused where %s', async (_, D9_KIND_CLUSTER, message) => {
  await expect(testbed(['up'], { D9_KIND_CLUSTER })).rejects.toMatchObject({ stderr: expect.stringMatching(message) });
});

test('another value of D9_TESTBED is refused', async () => {
  await expect(testbed(['up'], { D9_TESTBED: 'k3d' })).rejects.toMatchObject({
    stderr: expect.stringContaining('D9_TESTBED is "k3d"'),
  });
});
