import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
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

const directory = '/run/netns';

/** The handle of a network namespace, where `ip netns` and `nsenter` look for it. */
export function networkFile(network: string): string {
  return path.join(directory, network);
}

/** Makes a network namespace with nothing in it but loopback; the parts add what they need. */
export async function createNetwork(network: string): Promise<void> {
  const file = networkFile(network);
  await mkdir(directory, { recursive: true });
  await writeFile(file, '', { flag: 'wx' });
  // Not `ip netns add`: that leaves a mount of /run/netns on itself behind.
  await run('unshare', [`--net=${file}`, 'ip', 'link', 'set', 'lo', 'up']);
}

export async function removeNetwork(network: string): Promise<void> {
  const file = networkFile(network);
  if (!existsSync(file)) return;
  // An `up` that was killed at the wrong moment leaves a file that nothing is mounted on, which `ip` refuses.
  await run('ip', ['netns', 'delete', network]).catch(() => rm(file));
}

/** The command line that runs a program inside the network namespace; nsenter becomes the program, so its pid is the program's. */
export function entering(network: string, file: string, args: readonly string[]): [string, string[]] {
  return ['nsenter', [`--net=${networkFile(network)}`, '--', file, ...args]];
}
