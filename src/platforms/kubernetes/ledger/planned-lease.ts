import type { V1Lease } from '@kubernetes/client-node';
import type { ChangePlan, Cluster } from '../api/cluster.js';
import { LEASE } from '../api/kinds.js';
import { MANAGED_BY } from '../canary-objects/canary-objects.js';
import type { HeldLease } from './held-lease.js';
import { LockFence } from './lock-fence.js';

/** No other holder is asked for it, so it is a word that none has. */
const MARK = 'planned';

/**
 * The lock of whoever merely plans: nobody is kept out, because the Lease is not written. Later reads of the plan see what would be written into it.
 * @param current the Lease as it was read
 */
export function plannedLease(
  name: string,
  current: V1Lease | undefined,
  { cluster, plan, signal }: { readonly cluster: Cluster; readonly plan: ChangePlan; readonly signal: AbortSignal },
): Pick<HeldLease, 'fence' | 'signal' | 'lease' | 'annotate' | 'refuseLost' | 'endWork' | 'giveBack'> {
  let lease: V1Lease = current ?? { metadata: { name, namespace: cluster.namespace, labels: { ...MANAGED_BY } }, spec: {} };
  return {
    fence: new LockFence(MARK, { isSurelyHeld: () => true, renew: async () => undefined, refuseLost: async () => undefined }),
    signal,
    get lease() {
      return lease;
    },
    async annotate(annotation, value) {
      const { metadata } = lease;
      lease = { ...lease, metadata: { ...metadata, annotations: { ...metadata?.annotations, [annotation]: value } } };
      plan.note(LEASE, name, lease);
    },
    refuseLost: async () => undefined,
    endWork: async () => undefined,
    async giveBack() {
      const { holderIdentity: _, ...spec } = lease.spec ?? {};
      plan.note(LEASE, name, { ...lease, spec });
    },
  };
}
