import { existsSync } from 'node:fs';
import { cp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { parts } from './control-plane.js';
import { networkFile, removeNetwork } from './network.js';
import { bedDirectory } from './places.js';
import { processesInNetwork, readPart, stop } from './processes.js';

const graceMs = 5_000;

/**
 * Stops everything of a bed and removes its network namespace and its state; fine for a bed that is half there or not there.
 * @param options.keepLogs copies the logs to NAME.logs beside the bed's directory: why a start failed
 */
export async function down(name: string, options: { keepLogs?: boolean } = {}): Promise<void> {
  const directory = bedDirectory(name);
  if (!existsSync(directory)) return;
  // One after the other: a controller that outlives the API server only fills its log, etcd must be the last.
  for (const part of parts.toReversed()) {
    const running = readPart(directory, part);
    if (running !== undefined) await stop(running, graceMs);
  }
  const network = await readFile(path.join(directory, 'network'), 'utf8').catch(() => undefined);
  if (network !== undefined && existsSync(networkFile(network))) {
    // What `exec` has left running belongs to the bed too.
    await Promise.all(processesInNetwork(networkFile(network)).map((left) => stop(left, graceMs)));
    await removeNetwork(network);
  }
  if (options.keepLogs && existsSync(path.join(directory, 'log'))) {
    await rm(`${directory}.logs`, { recursive: true, force: true });
    await cp(path.join(directory, 'log'), `${directory}.logs`, { recursive: true });
  }
  await rm(directory, { recursive: true, force: true });
}
