import type { Clock } from '../../../kernel/clock.js';
import { type Standing, standingOf } from '../../../release/standing/standing.js';
import { refuseForbidden } from '../access/permissions.js';
import { ApiError, type Cluster } from '../api/cluster.js';
import { leaseLedger } from '../ledger/ledger.js';
import { kubernetes } from '../memory.js';
import { statusNeeds } from '../survey/needs.js';
import { serverMs } from '../work.js';

export interface ReadEffects {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Reads the Lease of an app.
 * @throws UserError when the credentials may not, naming the rule, or when the Lease holds something else than a record
 */
export async function readStanding(app: string, effects: ReadEffects): Promise<Standing> {
  const { cluster, signal } = effects;
  try {
    const { record, lock } = await leaseLedger(cluster, app).read(signal);
    return standingOf(app, `namespace ${cluster.namespace}`, { record, lock, nowMs: serverMs(effects) }, kubernetes);
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) await refuseForbidden(cluster, statusNeeds, signal);
    throw error;
  }
}
