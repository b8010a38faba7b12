import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { BedError } from './error.js';

const root = '/sys/fs/cgroup';
const goneWithinMs = 15_000;

/**
 * CPU time that a cgroup gets while others want it too, in the measure of each hierarchy: v1's file and v2's, which has 100 where v1 has 1024. A
 * cgroup counts as one process as it is made, however many are in it: all pods of a bed together would get as much as the load generator alone, and
 * on a busy machine too little to answer in time. Sixteen processes' worth is what a bed of some ten pods needs; it takes nothing from an idle machine.
 */
const cpuTime = { 'cpu.shares': '16384', 'cpu.weight': '1600' };

/** Where cgroups are made: one directory for all controllers on cgroup v2, one for each of them on v1. */
function hierarchies(): string[] {
  if (existsSync(path.join(root, 'cgroup.procs'))) return [root];
  const directories = readdirSync(root).map((entry) => path.join(root, entry));
  return directories.filter((directory) => existsSync(path.join(directory, 'cgroup.procs')));
}

const within = (name: string) => hierarchies().map((hierarchy) => path.join(hierarchy, name));

/** Makes a cgroup of that name in every hierarchy, for many processes. */
export function createCgroup(name: string): void {
  for (const directory of within(name)) {
    mkdirSync(directory, { recursive: true });
    // On v1 a new cpuset is empty, and nothing can run in it.
    for (const file of ['cpuset.cpus', 'cpuset.mems']) inherit(path.join(directory, file));
    for (const [file, value] of Object.entries(cpuTime)) set(path.join(directory, file), value);
  }
}

/** A file is there when its controller is. */
function set(file: string, value: string): void {
  if (existsSync(file)) writeFileSync(file, value);
}

function inherit(file: string): void {
  const parent = path.join(path.dirname(file), '..', path.basename(file));
  if (existsSync(parent)) writeFileSync(file, readFileSync(parent));
}

/**
 * Kills what runs in the cgroup and below it and removes it from every hierarchy; nothing happens when there is none.
 * @throws BedError when something in it cannot be killed
 */
export async function removeCgroup(name: string): Promise<void> {
  const deadline = Date.now() + goneWithinMs;
  for (const directory of within(name)) {
    while (existsSync(directory) && !removeEmptyTree(directory)) {
      if (Date.now() > deadline)
        throw new BedError(`The cgroup ${directory} is still in use; \`cgroup.procs\` below it says by whom.`);
      await wait(20);
    }
  }
}

/** A cgroup's files vanish with it; only its directories are removed, from the leaves. @returns false while something is in it */
function removeEmptyTree(directory: string): boolean {
  const children = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const areGone = children.map(({ name }) => removeEmptyTree(path.join(directory, name)));
  const members = readFileSync(path.join(directory, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean);
  for (const pid of members) kill(Number(pid));
  if (members.length > 0 || areGone.includes(false)) return false;
  try {
    rmdirSync(directory);
    return true;
  } catch (error) {
    // A process that has just ended counts for a moment longer.
    if ((error as NodeJS.ErrnoException).code === 'EBUSY') return false;
    throw error;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
