import type { Inputs } from '../../src/kernel/define.js';
import type { Runtime } from '../../src/kernel/runtime.js';
import type { Cluster } from '../../src/platforms/kubernetes/api/cluster.js';
import type { Survey } from '../../src/platforms/kubernetes/survey/survey.js';
import { surveyUndo } from '../../src/platforms/kubernetes/survey/undo-survey.js';
import type { rollback } from './action.js';

export interface Effects extends Runtime {
  readonly cluster: Cluster;
}

/**
 * Reads what may have to be undone.
 * @throws UserError when a right is missing without which nothing can be undone; nothing has been changed by then
 */
export const look = (inputs: Inputs<typeof rollback>, effects: Effects): Promise<Survey> => surveyUndo(inputs, effects);
