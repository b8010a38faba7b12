import type { V1Lease } from '@kubernetes/client-node';
import { UserError } from '../action/errors.js';
import type { Cluster, JsonPatchOperation } from '../target/kubernetes/cluster.js';
import { isConflict } from '../target/kubernetes/edit-object.js';
import { LEASE } from '../target/kubernetes/kinds.js';
import { LEASE_DURATION_SECONDS } from './lock-term.js';
import { parseRecord } from './record.js';
import { describeHolder, RECORD_ANNOTATION } from './take-lease.js';

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

/** Another process works on the record. */
export class LockLost extends UserError {}

function describeLoss(fresh: V1Lease | undefined, { namespace }: Cluster, name: string): string {
  const where = `Lease ${namespace}/${name}`;
  const rest = `It has changed nothing since, and stops here. Run it again if it is still wanted.`;
  if (!fresh) return `This step lost its lock on the release record: ${where} was deleted. ${rest}`;
  const winner = fresh.spec?.holderIdentity;
  const why = `it was not renewed for ${LEASE_DURATION_SECONDS} s (a runner that stood still, or a network that was cut)`;
  const who = winner
    ? `${describeHolder(winner)} has taken ${where} over`
    : `another process has taken ${where} over and has given it back since${describeEnd(fresh)}`;
  return `This step lost its lock on the release record: ${why}, and ${who}. ${rest}`;
}

/** Untrusted: whoever may write Leases could have written the record. */
function describeEnd(lease: V1Lease): string {
  try {
    const { latest } = parseRecord(lease.metadata?.annotations?.[RECORD_ANNOTATION] ?? '', '');
    return latest
      ? ` (the release of ${latest.canary.image} is ${latest.phase} now, by ${latest.endedBy ?? latest.owner.url})`
      : '';
  } catch {
    return '';
  }
}
