import type { Holding } from '../../../release/record/ledger.js';
import { freshNonce } from '../../../release/record/nonce.js';
import { seenLive } from '../../../release/record/seen-live.js';
import type { Cluster } from '../api/cluster.js';
import { leaseLedger } from '../ledger/ledger.js';
import type { Survey } from '../survey/survey.js';
import type { NothingToDo } from './begin.js';

/**
 * Leaves word that this run's version was live before it, for its later steps: they may be in other jobs, on other runners. Done once in a run.
 * @throws UserError when another process works on the record
 */
export async function noteLive(
  { app, record, lock, stored }: Survey,
  { live, isNew }: NothingToDo,
  { cluster, ...effects }: Omit<Holding, 'nonce'> & { readonly cluster: Cluster },
): Promise<void> {
  if (live === undefined || !isNew) return;
  const { workflowRun, clock } = effects;
  const holding = { ...effects, nonce: freshNonce() };
  await leaseLedger(cluster, app.name).hold({ record, lock, stored }, holding, (held) =>
    held.noteLive(seenLive(live, workflowRun, clock.now(), app.next?.hash)),
  );
}
