import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { adoptKindCluster } from '../kind/part.js';
import { findBinary } from './binary.js';
import { type Bed, readBed, writeBed } from './description.js';
import { down } from './down.js';
import { BedError } from './error.js';
import { apiServerAddress, createIdentities, kubeconfigFile } from './identities.js';
import { createNetwork, entering } from './network.js';
import { isRunning } from './part.js';
import { bedDirectory } from './places.js';
import { isAlive, type Process, processOf, readPart } from './processes.js';
import { run } from './run.js';
import { type BedPlan, readSite, type Site, writeSite } from './site.js';
import { partsOf } from './stages.js';

const inside = path.join(import.meta.dirname, 'inside.js');

/**
 * Starts the bed called `name`, or finds it running. A bed that lost a part is replaced.
 * @throws BedError when a bed of that name and another kind is running
 */
export async function up(name: string, plan: BedPlan): Promise<Bed> {
  if (process.getuid?.() !== 0) throw new BedError('The test bed needs root, for its network namespace.');
  await prepare(plan);
  const directory = bedDirectory(name);
  await mkdir(path.dirname(directory), { recursive: true, mode: 0o700 });
  while (!(await claim(directory))) {
    const bed = await readBed(directory);
    if (bed !== undefined && (await isWhole(directory))) return ofKind(plan, bed);
    if (bed !== undefined || !isBeingStarted(directory)) await down(name);
    else await wait(100);
  }
  try {
    return await start(name, directory, plan);
  } catch (error) {
    await down(name);
    throw error;
  }
}

/** Builds and fetches all that the bed runs. One after the other: a compiler needs gigabytes. */
export async function prepare(plan: BedPlan): Promise<void> {
  const preparations = new Set(partsOf(plan).map((part) => part.prepare));
  for (const preparation of preparations) await preparation?.();
}

/** Having the directory is the lock between two `up` of one name; it appears with the pid of its owner in it. */
async function claim(directory: string): Promise<boolean> {
  const claimed = await mkdtemp(`${directory}.new-`);
  await mkdir(path.join(claimed, 'pids'));
  await writeFile(path.join(claimed, 'pids', 'up'), JSON.stringify(processOf(process.pid)));
  try {
    await rename(claimed, directory);
    return true;
  } catch (error) {
    await rm(claimed, { recursive: true });
    if (['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

function isBeingStarted(directory: string): boolean {
  const starter: Process | undefined = readPart(directory, 'up');
  return starter !== undefined && isAlive(starter);
}

async function isWhole(directory: string): Promise<boolean> {
  const site = await readSite(directory);
  if (site === undefined) return false;
  return (await Promise.all(partsOf(site).map((part) => isRunning(part, site)))).every(Boolean);
}

function ofKind({ kind }: BedPlan, bed: Bed): Bed {
  if (bed.kind === kind) return bed;
  throw new BedError(
    `The test bed "${bed.name}" is running as ${bed.kind}, not as ${kind}. Stop it (npm run testbed -- down), or set D9_TESTBED_NAME to have another.`,
  );
}

async function start(name: string, directory: string, plan: BedPlan): Promise<Bed> {
  const network = `d9tb-${randomBytes(4).toString('hex')}`;
  const site: Site = { ...plan, name, network, directory, socketDirectory: path.join(tmpdir(), network) };
  await writeSite(site);
  await mkdir(path.join(directory, 'log'));
  await layGround(site);
  await run(...entering(directory, process.execPath, [inside, 'start', directory]));
  const bed = await describe(site);
  await writeBed(bed);
  await rm(path.join(directory, 'pids', 'up'));
  return bed;
}

/** What every part needs: a network namespace to start in, identities, and a kubectl for tests. */
async function layGround(site: Site): Promise<unknown> {
  const { directory } = site;
  if (site.kind === 'kind') return adoptKindCluster(site);
  return Promise.all([createIdentities(directory), createNetwork(directory), writeKubectl(directory)]);
}

async function describe(site: Site): Promise<Bed> {
  const { name, kind, network, directory, nodes } = site;
  const kubeconfig = (user: string) => kubeconfigFile(directory, user);
  const bed: Bed = {
    name,
    kind,
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
    kubernetesVersion: findBinary().version,
    nodes,
  };
  const additions = await Promise.all(partsOf(site).map((part) => part.describe?.(site)));
  return Object.assign(bed, ...additions);
}

/** Puts a `kubectl` of the bed's own version where `exec` finds it. */
async function writeKubectl(directory: string): Promise<void> {
  await mkdir(path.join(directory, 'bin'));
  const script = `#!/bin/sh\nexec '${findBinary().file}' kubectl "$@"\n`;
  await writeFile(path.join(directory, 'bin', 'kubectl'), script, { mode: 0o755 });
}
