import type { V1Lease } from '@kubernetes/client-node';
import { UserError } from '../action/errors.js';
import type { Cluster } from '../target/kubernetes/cluster.js';
import { LEASE_DURATION_SECONDS } from './lock-term.js';
import { parseRecord, RECORD_ANNOTATION } from './record.js';

/** Another process works on the record. */
export class LockLost extends UserError {}

/** @param fresh the Lease as it is now */
export function describeLoss(fresh: V1Lease | undefined, { namespace }: Cluster, name: string): string {
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

export const describeHolder = (identity: string): string => {
  const [owner, name, runId] = identity.split('/');
  return runId === undefined ? identity : `Workflow run ${runId} of ${owner}/${name}`;
};
