import type { Runtime } from '../../../../kernel/runtime.js';
import type { Cluster } from '../../api/cluster.js';
import type { Survey } from '../../survey/survey.js';
import { judgingRights, refuseMissing, surveyUndo } from '../../survey/undo-survey.js';
import type { VerifyInputs } from './inputs.js';

export interface Effects extends Runtime {
  readonly cluster: Cluster;
}

/**
 * Reads what is to be judged, and on a breach put back.
 * @throws UserError with everything that is missing or not allowed
 */
export async function look(inputs: VerifyInputs, effects: Effects): Promise<Survey> {
  const found = await surveyUndo(inputs, effects, judgingRights(inputs.onBreach));
  // What is not known to be in flight can't be judged.
  if (found.flaw !== undefined) throw found.flaw;
  await refuseMissing(effects.cluster, inputs, found, effects.signal);
  return found;
}
