import type { V1Lease } from '@kubernetes/client-node';
import { UserError } from '../../../kernel/errors.js';
import { parseRecord } from '../../../release/record/format.js';
import type { SeenLock } from '../../../release/record/ledger.js';
import { EMPTY_RECORD, type Release, type ReleaseRecord } from '../../../release/record/record.js';
import { LOCK_LASTS_SECONDS } from '../../../release/record/term.js';
import type { Cluster } from '../api/cluster.js';
import { kubernetes } from '../memory.js';

/** Of the Lease that holds the record. */
export const RECORD_ANNOTATION = 'd9.dev/release';

export const leaseName = (app: string): string => `d9-${app}`;

export const appOfLease = ({ metadata }: V1Lease): string => (metadata?.name ?? '').replace(/^d9-/, '');

/** @throws UserError when the Lease holds something else than a record that this version knows */
export function recordIn(lease: V1Lease | undefined, { namespace }: Pick<Cluster, 'namespace'>, app: string): ReleaseRecord {
  const json = lease?.metadata?.annotations?.[RECORD_ANNOTATION];
  return json === undefined ? EMPTY_RECORD : parseRecord(json, `Lease ${namespace}/${leaseName(app)}`, kubernetes);
}

/** The newest release on record of any Lease; undefined where none can be read. */
export function latestIn({ metadata }: V1Lease): Release | undefined {
  const json = metadata?.annotations?.[RECORD_ANNOTATION];
  if (json === undefined) return undefined;
  try {
    return parseRecord(json, `Lease ${metadata?.namespace}/${metadata?.name}`, kubernetes).latest;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

export function lockIn(lease: V1Lease | undefined): SeenLock | undefined {
  const { holderIdentity: holder, renewTime } = lease?.spec ?? {};
  if (!holder) return undefined;
  return { holder, renewedAt: Date.parse(String(renewTime)), lastsMs: LOCK_LASTS_SECONDS * 1000 };
}
