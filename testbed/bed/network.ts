import { existsSync, statSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from './run.js';

/** Address of every node: the API server reaches their kubelet here. */
export const nodeAddress = '192.0.2.10';
/** Address of the router. */
export const gatewayAddress = '192.0.2.20';
/** Addresses of clients in a full bed: any of them can be bound to. */
export const clientNetwork = '198.51.100.0/24';
/** As many of them as keep a port from being used again while its last connection is still remembered. */
export const clientAddresses = Array.from({ length: 40 }, (_, index) => `198.51.100.${index + 1}`);

/**
 * The handle of a bed's network namespace. It is not below /run/netns, where `ip netns` would find it: an `ip netns add` mounts that directory on
 * itself, and what was mounted below it before can then be neither unmounted nor removed.
 * @param directory of the bed
 */
export function networkFile(directory: string): string {
  return path.join(directory, 'network');
}

/** Makes a network namespace with nothing in it but loopback; the parts add what they need. */
export async function createNetwork(directory: string): Promise<void> {
  const file = networkFile(directory);
  await writeFile(file, '', { flag: 'wx' });
  await run('unshare', [`--net=${file}`, 'ip', 'link', 'set', 'lo', 'up']);
}

/** Makes the network namespace of a process, which others have started and will stop, the bed's. */
export async function adoptNetwork(directory: string, pid: number): Promise<void> {
  const file = networkFile(directory);
  await writeFile(file, '', { flag: 'wx' });
  await run('mount', ['--bind', `/proc/${pid}/ns/net`, file]);
}

/** Fine when there is none, or only a file that an `up` left which was killed before it mounted the handle on it. */
export async function removeNetwork(directory: string): Promise<void> {
  const file = networkFile(directory);
  if (hasNetwork(directory)) await run('umount', ['--lazy', file]);
  await rm(file, { force: true });
}

/** Whether the handle is there: a mount, not only the file to mount it on. */
export function hasNetwork(directory: string): boolean {
  const file = networkFile(directory);
  return existsSync(file) && statSync(file).dev !== statSync(directory).dev;
}

/** The command line that runs a program inside a bed's network namespace; nsenter becomes the program, so its pid is the program's. */
export function entering(directory: string, file: string, args: readonly string[]): [string, string[]] {
  return ['nsenter', [`--net=${networkFile(directory)}`, '--', file, ...args]];
}
