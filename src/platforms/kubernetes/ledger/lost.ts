import type { V1Lease } from '@kubernetes/client-node';
import { describeHolder, isOfSameRun, ONE_AFTER_THE_OTHER } from '../../../release/record/lock-holder.js';
import { LockLost } from '../../../release/record/lock-lost.js';
import { LOCK_LASTS_SECONDS } from '../../../release/record/term.js';
import type { Cluster, JsonPatchOperation } from '../api/cluster.js';
import { latestIn } from './lease-record.js';

/** On the Lease: who gave the lock back last, for whoever finds only then that it was taken from him. */
const LAST_HOLDER = 'd9.dev/last-holder';

export const noteHolder = (value: string): JsonPatchOperation => ({
  op: 'add',
  path: `/metadata/annotations/${LAST_HOLDER.replaceAll('/', '~1')}`,
  value,
});

const takerOf = ({ spec, metadata }: V1Lease): string | undefined => spec?.holderIdentity ?? metadata?.annotations?.[LAST_HOLDER];

/**
 * @param fresh the Lease as it is now
 * @param holder who this process is
 */
export function lossOf(fresh: V1Lease | undefined, cluster: Cluster, name: string, holder: string, cause: unknown): LockLost {
  const taker = fresh && takerOf(fresh);
  const isWithinRun = taker !== undefined && isOfSameRun(taker, holder);
  return new LockLost(describeLoss(fresh, cluster, name, holder), { cause, isWithinRun });
}

function describeLoss(fresh: V1Lease | undefined, { namespace }: Cluster, name: string, holder: string): string {
  const where = `Lease ${namespace}/${name}`;
  const rest = `It has changed nothing since, and stops here. Run it again if it is still wanted.`;
  if (!fresh) return `This step lost its lock on the release record: ${where} was deleted. ${rest}`;
  const taker = takerOf(fresh);
  const back = fresh.spec?.holderIdentity ? '' : ` and has given it back since${describeEnd(fresh)}`;
  const who = `${taker === undefined ? 'another process' : describeHolder(taker, holder)} has taken ${where} over${back}`;
  if (taker !== undefined && isOfSameRun(taker, holder))
    return `This step lost its lock on the release record: ${who}. ${rest}\n${ONE_AFTER_THE_OTHER}`;
  const why = `it was not renewed for ${LOCK_LASTS_SECONDS} s (a runner that stood still, or a network that was cut), or was deleted`;
  return `This step lost its lock on the release record: ${why}, and ${who}. ${rest}`;
}

/** Untrusted: whoever may write Leases could have written the record. */
function describeEnd(lease: V1Lease): string {
  const latest = latestIn(lease);
  return latest
    ? ` (the release of ${latest.canary.image} is ${latest.phase} now, by ${latest.endedBy ?? latest.owner.url})`
    : '';
}
