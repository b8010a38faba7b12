import type { V1Lease } from '@kubernetes/client-node';
import { latestIn } from './lease-record.js';

/** Whether the release on record of a Lease is on its way back. Untrusted: whoever may write Leases could have written the record. */
export const isBeingUndone = (lease: V1Lease): boolean => ['aborting', 'rolling-back'].includes(latestIn(lease)?.phase ?? '');
