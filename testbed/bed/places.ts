import { homedir } from 'node:os';
import path from 'node:path';
import { BedError } from './error.js';

/** The root of the source tree. */
export const repository = path.resolve(import.meta.dirname, '..', '..', '..');

/** A part's own directory in the source tree, for what is not compiled with the rest: its Go module. */
export const testbedSource = (part: string): string => path.join(repository, 'testbed', part);

/** The Go module of the control plane, in the source tree. */
export const clusterModule = testbedSource('cluster');

/** Everything that the bed keeps on the machine lives below this directory. */
export function cacheDirectory(): string {
  return path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'd9-actions');
}

/** The bed that this shell means: `D9_TESTBED_NAME`, else `default`. */
export function bedName(): string {
  const name = process.env.D9_TESTBED_NAME || 'default';
  if (!/^[a-z0-9][a-z0-9-]{0,30}$/.test(name)) {
    throw new BedError(`D9_TESTBED_NAME is "${name}". Use up to 31 of a-z, 0-9 and "-", not starting with "-".`);
  }
  return name;
}

/** State of one bed: certificates, kubeconfigs, etcd's data, logs, pids. Removed by `down`. */
export function bedDirectory(name: string): string {
  return path.join(cacheDirectory(), 'beds', name);
}
