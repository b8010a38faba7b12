import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BedError } from './error.js';

/** Which servers a bed has. */
export interface BedPlan {
  /** `control-plane`: pods are played; `full`: one real node, and all that carries traffic; `kind`: likewise, around a kind cluster that runs. */
  readonly kind: 'control-plane' | 'full' | 'kind';
  /** A Docker Engine and a registry too; a full bed always has them, and one around a kind cluster only the registry. */
  readonly engine: boolean;
  /** Fake nodes; a full bed has one real node. */
  readonly nodes: number;
}

const fullBed: BedPlan = { kind: 'full', engine: true, nodes: 1 };
const kindBed: BedPlan = { kind: 'kind', engine: false, nodes: 1 };

/** The bed for what carries traffic: a full one, or with `D9_TESTBED=kind` one around the kind cluster that runs. */
export function bedWithTraffic(wanted = process.env.D9_TESTBED): BedPlan {
  // Inside a bed the variable is its description.
  if (wanted === undefined || wanted === '' || wanted.startsWith('{')) return fullBed;
  if (wanted === 'kind') return kindBed;
  throw new BedError(
    `D9_TESTBED is "${wanted}". It may be "kind", for the kind cluster that runs, or unset for a bed of our own.`,
  );
}

/** What is settled about a bed before its first part starts, so that `down` finds everything at any time. */
export interface Site extends BedPlan {
  readonly name: string;
  /** Name of what has to have one of its own on the machine: its cgroup, the directory of its sockets. */
  readonly network: string;
  /** State: certificates, kubeconfigs, logs, pids. */
  readonly directory: string;
  /** A directory with a short path, for sockets: their paths have at most 107 bytes (unix(7)). */
  readonly socketDirectory: string;
}

const siteFile = (directory: string) => path.join(directory, 'site.json');

export function writeSite(site: Site): Promise<void> {
  return writeWhole(siteFile(site.directory), site);
}

/** @returns undefined when no bed has got so far in `directory` */
export function readSite(directory: string): Promise<Site | undefined> {
  return readWhole<Site>(siteFile(directory));
}

/** Writes JSON so that a reader finds all of it or nothing. */
export async function writeWhole(file: string, value: unknown): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(value));
  await rename(`${file}.new`, file);
}

/** @returns undefined when there is no such file */
export async function readWhole<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
