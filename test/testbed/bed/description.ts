import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** What a running bed says about itself: the one line of `up`, and the variable `D9_TESTBED` inside `exec`. */
export interface Bed {
  readonly name: string;
  /** Name of its network namespace below /run/netns. */
  readonly network: string;
  /** State: certificates, kubeconfigs, logs, pids. */
  readonly directory: string;
  /** The administrator's kubeconfig. */
  readonly kubeconfig: string;
  readonly kubeconfigs: Readonly<Record<'admin' | 'deployer' | 'node' | 'cert-user', string>>;
  readonly server: string;
  readonly kubernetesVersion: string;
  /** Where the node player takes faults, reachable inside the network namespace only. */
  readonly control: string;
  readonly nodes: number;
}

/** @returns undefined when no bed, or only part of one, is there */
export async function readBed(directory: string): Promise<Bed | undefined> {
  try {
    return JSON.parse(await readFile(path.join(directory, 'bed.json'), 'utf8')) as Bed;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
