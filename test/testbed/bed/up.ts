import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { buildBinary } from './binary.js';
import { controlAddress, parts } from './control-plane.js';
import { type Bed, readBed } from './description.js';
import { down } from './down.js';
import { BedError } from './error.js';
import { fetchGatewayCrds } from './gateway-crds.js';
import { apiServerAddress, createIdentities, kubeconfigFile } from './identities.js';
import { createNetwork, entering } from './network.js';
import { bedDirectory } from './places.js';
import { isAlive, type Process, processOf, readPart } from './processes.js';
import { run } from './run.js';

const inside = path.join(import.meta.dirname, 'inside.js');

/** Starts the bed called `name`, or finds it running. A bed that lost a part is replaced. */
export async function up(name: string, nodes: number): Promise<Bed> {
  if (process.getuid?.() !== 0) throw new BedError('The test bed needs root, for its network namespace.');
  const directory = bedDirectory(name);
  await mkdir(path.dirname(directory), { recursive: true, mode: 0o700 });
  while (!(await claim(directory))) {
    const bed = await readBed(directory);
    if (bed !== undefined && isWhole(directory)) return bed;
    if (bed !== undefined || !isBeingStarted(directory)) await down(name);
    else await wait(100);
  }
  try {
    return await start(name, directory, nodes);
  } catch (error) {
    await down(name);
    throw error;
  }
}

/** Making the directory is the lock between two `up` of one name. */
async function claim(directory: string): Promise<boolean> {
  try {
    await mkdir(directory, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  await mkdir(path.join(directory, 'pids'));
  await writeFile(path.join(directory, 'pids', 'up'), JSON.stringify(processOf(process.pid)));
  return true;
}

function isBeingStarted(directory: string): boolean {
  const starter: Process | undefined = readPart(directory, 'up');
  return starter !== undefined && isAlive(starter);
}

function isWhole(directory: string): boolean {
  return parts.every((part) => {
    const running = readPart(directory, part);
    return running !== undefined && isAlive(running);
  });
}

async function start(name: string, directory: string, nodes: number): Promise<Bed> {
  const binary = await buildBinary();
  const network = `d9tb-${randomBytes(4).toString('hex')}`;
  await writeFile(path.join(directory, 'network'), network);
  await mkdir(path.join(directory, 'log'));
  const [crds] = await Promise.all([fetchGatewayCrds(), createIdentities(directory), createNetwork(network)]);
  await writeKubectl(directory, binary.file);
  await run(...entering(network, process.execPath, [inside, 'start', directory, binary.file, String(nodes), ...crds]));
  const kubeconfig = (user: string) => kubeconfigFile(directory, user);
  const bed: Bed = {
    name,
    network,
    directory,
    kubeconfig: kubeconfig('admin'),
    kubeconfigs: {
      admin: kubeconfig('admin'),
      deployer: kubeconfig('deployer'),
      node: kubeconfig('node'),
      'cert-user': kubeconfig('cert-user'),
    },
    server: apiServerAddress,
    kubernetesVersion: binary.version,
    control: controlAddress,
    nodes,
  };
  await writeFile(path.join(directory, 'bed.json'), JSON.stringify(bed));
  return bed;
}

/** Puts a `kubectl` of the bed's own version where `exec` finds it. */
async function writeKubectl(directory: string, binary: string): Promise<void> {
  await mkdir(path.join(directory, 'bin'));
  await writeFile(path.join(directory, 'bin', 'kubectl'), `#!/bin/sh\nexec '${binary}' kubectl "$@"\n`, { mode: 0o755 });
}
