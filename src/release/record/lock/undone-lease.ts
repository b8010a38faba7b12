import type { V1Lease } from '@kubernetes/client-node';
import { parseRecord, RECORD_ANNOTATION } from '../format.js';

/** Whether the release on record of a Lease is on its way back. Untrusted: whoever may write Leases could have written the record. */
export function isBeingUndone({ metadata }: V1Lease): boolean {
  try {
    const { latest } = parseRecord(metadata?.annotations?.[RECORD_ANNOTATION] ?? '', '');
    return latest?.phase === 'aborting' || latest?.phase === 'rolling-back';
  } catch {
    return false;
  }
}
