import type { Cluster } from '../target/kubernetes/cluster.js';
import { DEPLOYMENT } from '../target/kubernetes/kinds.js';

/**
 * On what a first deployment created and that has not been ready yet, with the nonce of the step: one that was cut can be run again, and removes
 * nothing of another.
 */
export const UNFINISHED = 'd9.dev/first-deployment';

/** Whether there is no stable yet that a canary could stand beside. */
export async function isFirst(cluster: Cluster, deployment: string, signal: AbortSignal): Promise<boolean> {
  const live = await cluster.read(DEPLOYMENT, deployment, signal);
  return live === undefined || live.metadata?.annotations?.[UNFINISHED] !== undefined;
}
