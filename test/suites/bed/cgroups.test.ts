import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createCgroup, removeCgroup } from '../../../testbed/bed/cgroups.js';

const name = `d9-cgroup-${randomBytes(3).toString('hex')}`;
beforeEach(() => createCgroup(name));
afterEach(() => removeCgroup(name));

/** What a file of the cgroup says, of whichever hierarchy has it. */
function read(file: string): number | undefined {
  const found = ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup'].map((root) => path.join(root, name, file)).find(existsSync);
  return found === undefined ? undefined : Number(readFileSync(found, 'utf8'));
}

test('the pods of a bed get the CPU time of sixteen processes, not of one', () => {
  const shares = read('cpu.shares');
  const weight = read('cpu.weight');
  expect(shares ?? weight).toBeDefined();
  expect(shares ?? 16 * 1024).toBe(16 * 1024);
  expect(weight ?? 16 * 100).toBe(16 * 100);
});
