import type { V1Lease } from '@kubernetes/client-node';
import { UserError } from '../../../kernel/errors.js';
import type { Cluster, JsonPatchOperation } from '../../../platforms/kubernetes/api/cluster.js';
import { parseRecord, RECORD_ANNOTATION } from '../format.js';
import { LEASE_DURATION_SECONDS } from './term.js';

/** On the Lease: who gave the lock back last, for whoever finds only then that it was taken from him. */
const LAST_HOLDER = 'd9.dev/last-holder';

export const noteHolder = (value: string): JsonPatchOperation => ({
  op: 'add',
  path: `/metadata/annotations/${LAST_HOLDER.replaceAll('/', '~1')}`,
  value,
});

const takerOf = ({ spec, metadata }: V1Lease): string | undefined => spec?.holderIdentity ?? metadata?.annotations?.[LAST_HOLDER];

/** Another process works on the record. */
export class LockLost extends UserError {
  /** Whether that is another job of the same run, which goes on with the release as its own. */
  readonly isWithinRun: boolean;

  constructor(message: string, { isWithinRun = false, ...options }: ErrorOptions & { readonly isWithinRun?: boolean } = {}) {
    super('lock-lost', message, options);
    this.isWithinRun = isWithinRun;
  }
}

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
  const why = `it was not renewed for ${LEASE_DURATION_SECONDS} s (a runner that stood still, or a network that was cut), or was deleted`;
  return `This step lost its lock on the release record: ${why}, and ${who}. ${rest}`;
}

/** What those have to know whose jobs get into each other's way. */
export const ONE_AFTER_THE_OTHER =
  'The steps of one release come one after the other: give jobs that release the same app `needs:`, or their matrix `max-parallel: 1`.';

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

/** Who holds the lock, as whoever reads the log of `reader` knows it. */
export function describeHolder(identity: string, reader: string): string {
  const [owner, name, runId, , ...rest] = identity.split('/');
  if (runId === undefined) return identity;
  if (!isOfSameRun(identity, reader)) return `Workflow run ${runId} of ${owner}/${name}`;
  const [job, ...runner] = rest
    .join('/')
    .replace(/#[^#]*$/, '')
    .split('@');
  return `Another job of this run (${job} on ${runner.join('@')})`;
}

export const isOfSameRun = (identity: string, other: string): boolean => runOf(identity) === runOf(other);

const runOf = (identity: string): string => identity.split('/').slice(0, 3).join('/');
