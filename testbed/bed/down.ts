import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { networkFile, removeNetwork } from './network.js';
import { stopPart } from './part.js';
import { bedDirectory } from './places.js';
import { isInOurPidNamespace, killTree, type Process, processesInNetwork, readPart, stop } from './processes.js';
import { readSite, type Site } from './site.js';
import { partsOf } from './stages.js';

const graceMs = 5_000;

/** Stops everything of a bed and removes its network namespace and its state; fine for a bed that is half there, being started or not there. */
export async function down(name: string): Promise<void> {
  const directory = bedDirectory(name);
  if (!existsSync(directory)) return;
  await stopStarter(directory);
  const site = await readSite(directory);
  if (site !== undefined) await remove(site);
  await rm(directory, { recursive: true, force: true });
}

/** An `up` that goes on would start what we have just stopped. */
async function stopStarter(directory: string): Promise<void> {
  const starter = readPart(directory, 'up');
  if (starter !== undefined && starter.pid !== process.pid) await killTree(starter);
}

async function remove(site: Site): Promise<void> {
  const parts = partsOf(site).toReversed();
  for (const part of parts) await stopPart(part, site);
  await stopInNetwork(networkFile(site.directory), isOfBed(site));
  for (const part of parts) await part.clean?.(site);
  await removeNetwork(site.directory);
}

/** The network namespace of a kind cluster's node has all of the cluster in it; that is in pid namespaces of the container's, and not ours to stop. */
const isOfBed =
  ({ kind }: Site) =>
  (process: Process): boolean =>
    kind !== 'kind' || isInOurPidNamespace(process);

/** What `exec` has left running belongs to the bed too; it may start more while it ends. */
async function stopInNetwork(file: string, isMeant: (process: Process) => boolean): Promise<void> {
  if (!existsSync(file)) return;
  let left = processesInNetwork(file).filter(isMeant);
  while (left.length > 0) {
    await Promise.all(left.map((process) => stop(process, graceMs)));
    left = processesInNetwork(file).filter(isMeant);
  }
}
