import path from 'node:path';
import type { EngineAddress } from '../engine/start.js';
import { type BedPlan, readWhole, writeWhole } from './site.js';

/** What a running bed says about itself: the one line of `up`, and the variable `D9_TESTBED` inside `exec`. */
export interface Bed {
  readonly name: string;
  readonly kind: BedPlan['kind'];
  /** Name of what has to have one of its own on the machine: its cgroup, the directory of its sockets. */
  readonly network: string;
  /** State: certificates, kubeconfigs, logs, pids. */
  readonly directory: string;
  /** The administrator's kubeconfig. */
  readonly kubeconfig: string;
  readonly kubeconfigs: Readonly<Record<'admin' | 'deployer' | 'node' | 'cert-user', string>>;
  readonly server: string;
  readonly kubernetesVersion: string;
  readonly nodes: number;

  /** Where the node player takes faults, reachable inside the network namespace only. */
  readonly control?: string;
  /** Docker Engine; what tests find in D9_ENGINE. */
  readonly engine?: EngineAddress;
  /** Host and port of the registry. Plain HTTP; Docker and the node's containerd both know that of 127.0.0.1. */
  readonly registry?: string;
  /** Address of the router, e.g. http://192.0.2.20. */
  readonly gateway?: string;
  /** Address of Prometheus, e.g. http://127.0.0.1:9090. */
  readonly prometheus?: string;
}

const bedFile = (directory: string) => path.join(directory, 'bed.json');

export function writeBed(bed: Bed): Promise<void> {
  return writeWhole(bedFile(bed.directory), bed);
}

/** @returns undefined when no bed, or only part of one, is there */
export function readBed(directory: string): Promise<Bed | undefined> {
  return readWhole<Bed>(bedFile(directory));
}
