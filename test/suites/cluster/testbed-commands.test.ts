import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from '@jest/globals';
import type { Bed } from '../../../testbed/bed/description.js';
import { networkFile } from '../../../testbed/bed/network.js';

const execute = promisify(execFile);
const main = path.join(import.meta.dirname, '..', '..', '..', 'testbed', 'main.js');
const name = `side-${randomBytes(3).toString('hex')}`;
const env = { ...process.env, D9_TESTBED_NAME: name };
const testbed = async (...args: string[]) => (await execute(process.execPath, [main, ...args], { env })).stdout;

afterAll(() => testbed('down'));

const processes = () => readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));

/** What a look at the machine finds of a bed: processes that name its directory or are in its network namespace, mounts, files. */
function traces(bed: Bed, networkInode: number): string[] {
  const isInNetwork = (pid: string) => tryRead(() => readlinkSync(`/proc/${pid}/ns/net`)) === `net:[${networkInode}]`;
  const namesIt = (pid: string) => tryRead(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))?.includes(bed.directory);
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .filter((line) => line.includes(bed.directory));
  const files = [bed.directory].filter((file) => existsSync(file));
  return [...processes().filter((pid) => isInNetwork(pid) || namesIt(pid)), ...mounts, ...files];
}

function tryRead(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

test('a bed beside another starts once, is healthy, passes exit codes on, and leaves nothing behind', async () => {
  const line = await testbed('up', '--control-plane', '--nodes', '1');
  expect(await testbed('up', '--control-plane')).toBe(line);
  const bed = JSON.parse(line) as Bed;
  expect(JSON.parse(await testbed('status'))).toMatchObject({ up: true, healthy: true });

  expect(await testbed('exec', '--', 'kubectl', 'get', 'nodes', '-o', 'name')).toBe('node/node-0\n');
  await expect(testbed('exec', '--', 'sh', '-c', 'exit 7')).rejects.toMatchObject({ code: 7 });
  expect(await testbed('exec', '--', 'kubectl', '--kubeconfig', bed.kubeconfigs['cert-user'], 'auth', 'whoami')).toContain(
    'cert-user',
  );

  const leftRunning = spawn(process.execPath, [main, 'exec', '--', 'sleep', '600'], { env, stdio: 'ignore' });
  const leftRunningEnded = new Promise((resolve) => leftRunning.on('exit', resolve));
  const networkInode = statSync(networkFile(bed.directory)).ino;
  expect(traces(bed, networkInode).length).toBeGreaterThan(5);
  await testbed('down');
  await leftRunningEnded;
  expect(traces(bed, networkInode)).toEqual([]);
  expect(JSON.parse(await testbed('status'))).toEqual({ name, up: false });
});
