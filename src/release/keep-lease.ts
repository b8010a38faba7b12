import type { V1Lease } from '@kubernetes/client-node';
import type { Cluster, JsonPatchOperation } from '../target/kubernetes/cluster.js';
import { isConflict } from '../target/kubernetes/edit-object.js';
import { LEASE } from '../target/kubernetes/kinds.js';
import { describeLoss, LockLost } from './lock-lost.js';

const MAX_CONFLICTS = 5;

/** Patches the Lease we hold. Somebody else's edit of it (a label, say) is no reason to stop; another holder is. */
export async function swapLease(
  cluster: Cluster,
  lease: V1Lease,
  holder: string,
  operations: readonly JsonPatchOperation[],
  signal: AbortSignal,
): Promise<V1Lease> {
  const name = lease.metadata?.name ?? '';
  let current = lease;
  for (let attempt = 1; ; attempt++) {
    try {
      const test: JsonPatchOperation = {
        op: 'test',
        path: '/metadata/resourceVersion',
        value: current.metadata?.resourceVersion,
      };
      return await cluster.patch(LEASE, name, [test, ...operations], signal);
    } catch (error) {
      if (!isConflict(error)) throw error;
      const fresh = await cluster.read(LEASE, name, signal);
      if (fresh?.spec?.holderIdentity !== holder) {
        throw new LockLost(describeLoss(fresh, cluster, name), { cause: error });
      }
      if (attempt === MAX_CONFLICTS) throw error;
      current = fresh;
    }
  }
}
