import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { parts } from './control-plane.js';
import { networkFile, removeNetwork } from './network.js';
import { bedDirectory } from './places.js';
import { processesInNetwork, readPart, stop } from './processes.js';

const graceMs = 5_000;

/** Stops everything of a bed and removes its network namespace and its state; fine for a bed that is half there or not there. */
export async function down(name: string): Promise<void> {
  const directory = bedDirectory(name);
  if (!existsSync(directory)) return;
  // One after the other: a controller that outlives the API server only fills its log, etcd must be the last.
  for (const part of parts.toReversed()) {
    const running = readPart(directory, part);
    if (running !== undefined) await stop(running, graceMs);
  }
  const network = await readFile(path.join(directory, 'network'), 'utf8').catch(() => undefined);
  if (network !== undefined && existsSync(networkFile(network))) {
    // What `exec` has left running belongs to the bed too; it may start more while it ends.
    let left = processesInNetwork(networkFile(network));
    while (left.length > 0) {
      await Promise.all(left.map((process) => stop(process, graceMs)));
      left = processesInNetwork(networkFile(network));
    }
    await removeNetwork(network);
  }
  await rm(directory, { recursive: true, force: true });
}
