import type { Inputs } from '../../src/action/define.js';
import type { Runtime } from '../../src/action/runtime.js';
import { undoNeeds } from '../../src/release/needs.js';
import { type Survey, survey } from '../../src/release/survey.js';
import type { Cluster } from '../../src/target/kubernetes/cluster.js';
import type { rollback } from './action.js';

export interface Effects extends Runtime {
  readonly cluster: Cluster;
}

/**
 * Reads what may have to be undone.
 * @throws UserError with everything that is missing, unfit or not allowed; nothing has been changed by then
 */
export const look = (inputs: Inputs<typeof rollback>, { cluster, signal }: Effects): Promise<Survey> =>
  survey(cluster, inputs, undoNeeds(inputs.router), signal);
