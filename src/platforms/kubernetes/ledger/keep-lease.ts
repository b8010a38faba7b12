import type { V1Lease } from '@kubernetes/client-node';
import type { Log } from '../../../kernel/log.js';
import { ApiError, type Cluster, type JsonPatchOperation } from '../api/cluster.js';
import { versionOf } from '../api/edit-object.js';
import { LEASE } from '../api/kinds.js';
import { isConflict, swap } from '../api/swap.js';
import { lossOf } from './lost.js';

export interface Keeping {
  readonly cluster: Cluster;
  readonly log: Pick<Log, 'warning'>;
  readonly signal: AbortSignal;
  /** Whether nobody else can have taken the lock since it was last renewed. */
  isSurelyHeld(): boolean;
}

/**
 * Patches the Lease we hold. Somebody else's edit of it (a label, say) is no reason to stop, nor is its deletion: what it held is known here, and is
 * written anew. Another holder is.
 */
export async function swapLease(
  lease: V1Lease,
  holder: string,
  operations: readonly JsonPatchOperation[],
  keeping: Keeping,
): Promise<V1Lease> {
  const { cluster, signal } = keeping;
  const name = lease.metadata?.name ?? '';
  let current = lease;
  const look = async (refusal: unknown): Promise<V1Lease> => {
    if (refusal === undefined) return lease;
    const found = isNotFound(refusal) ? undefined : await cluster.read(LEASE, name, signal);
    const fresh = found ?? (await writeAnew(current, keeping));
    if (fresh?.spec?.holderIdentity !== holder) throw lossOf(fresh, cluster, name, holder, refusal);
    return fresh;
  };
  const isRaced = (error: unknown) => isConflict(error) || isNotFound(error);
  return swap(async (refusal) => {
    current = await look(refusal);
    return { write: () => cluster.patch(LEASE, name, [versionOf(current), ...operations], signal), isRaced };
  });
}

/**
 * A cleaner of the namespace or a person deletes a Lease in the middle of a release; without its record, what is half-way would be nobody's.
 * @returns the Lease as it is now, somebody else's where one was faster; undefined when its time may have been over before
 */
async function writeAnew({ metadata, spec }: V1Lease, keeping: Keeping): Promise<V1Lease | undefined> {
  const { cluster, log, signal } = keeping;
  const { name = '', namespace, labels, annotations } = metadata ?? {};
  if (!keeping.isSurelyHeld()) return undefined;
  const kept = { ...(labels && { labels }), ...(annotations && { annotations }) };
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace, ...kept }, spec };
  try {
    const created = await cluster.create(LEASE, lease as V1Lease, signal, { isOwnKnown: true });
    log.warning(
      `Lease ${namespace}/${name}, which holds the release record, was deleted while this step works by it. It is written anew, with the record as it was.`,
    );
    return created;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
    return cluster.read(LEASE, name, signal);
  }
}

const isNotFound = (error: unknown): boolean => error instanceof ApiError && error.status === 404;
