import type { V1Deployment } from '@kubernetes/client-node';
import type { Cluster } from '../api/cluster.js';
import { DEPLOYMENT } from '../api/kinds.js';

/**
 * On what a first deployment created and that has not been ready yet, with the nonce of the step: one that was cut can be run again, and removes
 * nothing of another.
 */
export const UNFINISHED = 'd9.dev/first-deployment';

/** Whether there is no stable yet that a canary could stand beside. */
export async function isFirst(cluster: Cluster, deployment: string, signal: AbortSignal): Promise<boolean> {
  const live = await cluster.read(DEPLOYMENT, deployment, signal);
  return live === undefined || (live.metadata?.annotations?.[UNFINISHED] !== undefined && !hasServed(live));
}

/** What a first deployment left that was cut, in a sentence; no record has it, so no undo finds it. */
export function describeUnfinished({ metadata, ...live }: V1Deployment): string | undefined {
  if (metadata?.annotations?.[UNFINISHED] === undefined || hasServed(live)) return undefined;
  return (
    `Deployment ${metadata.name} is of a first deployment that is not finished: its step was cut, or is at work. There is nothing before it to go back to, so it stays. ` +
    'Run that step again, or delete what it has created (kubectl delete -f).'
  );
}

/** One that was available once has users, whatever mark a lost step has left on it: it is neither written over nor removed. */
function hasServed({ status }: V1Deployment): boolean {
  const isAvailable = (status?.availableReplicas ?? 0) > 0;
  return (status?.conditions ?? []).some(
    ({ type, status: is, reason }) =>
      (type === 'Available' && is === 'True' && isAvailable) || (type === 'Progressing' && reason === 'NewReplicaSetAvailable'),
  );
}
