import type { V1Lease } from '@kubernetes/client-node';
import { gaveWay, type LockLost } from '../../../release/record/lock-lost.js';
import type { Cluster } from '../api/cluster.js';
import { LEASE } from '../api/kinds.js';
import { isBeingUndone } from './undone-lease.js';

/** On the Lease: the page of the run that wants to undo the release that another process is at work on. */
export const YIELD_ANNOTATION = 'd9.dev/yield-to';

/** A wish, and no write to the record: its holder sees it when it renews the lock, stops, and gives the lock back. */
export async function askToYield(cluster: Cluster, name: string, runUrl: string, signal: AbortSignal): Promise<void> {
  await cluster.merge(LEASE, name, { metadata: { annotations: { [YIELD_ANNOTATION]: runUrl } } }, signal);
}

/** Why the holder of this Lease is to stop; undefined when nobody asks for it, or the release is on its way back already: that is waited for. */
export function yieldAsked(lease: V1Lease): LockLost | undefined {
  const asker = lease.metadata?.annotations?.[YIELD_ANNOTATION];
  if (asker === undefined || isBeingUndone(lease)) return undefined;
  return gaveWay(asker);
}
