import { freshNonce } from '../record/nonce.js';
import { seenLive } from '../record/seen-live.js';
import { type StoreEffects, withRecord } from '../record/store.js';
import type { Survey } from '../survey/survey.js';
import type { NothingToDo } from './begin.js';

/**
 * Leaves word that this run's version was live before it, for its later steps: they may be in other jobs, on other runners. Done once in a run.
 * @throws UserError when another process works on the record
 */
export async function noteLive(
  { app, record, lease }: Survey,
  { live, isNew }: NothingToDo,
  effects: Omit<StoreEffects, 'nonce'>,
): Promise<void> {
  if (live === undefined || !isNew) return;
  const { workflowRun, clock } = effects;
  await withRecord(app.name, { record, lease }, { ...effects, nonce: freshNonce() }, (held) =>
    held.noteLive(seenLive(live, workflowRun, clock.now(), app.next?.hash)),
  );
}
