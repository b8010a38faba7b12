import type { Inputs } from '../../src/action/define.js';
import type { Runtime } from '../../src/action/runtime.js';
import { judgeNeeds, undoNeeds } from '../../src/release/needs.js';
import { type Survey, survey } from '../../src/release/survey.js';
import type { Cluster } from '../../src/target/kubernetes/cluster.js';
import type { verifySlo } from './action.js';

export interface Effects extends Runtime {
  readonly cluster: Cluster;
}

/**
 * Reads what is to be judged.
 * @throws UserError with everything that is missing, unfit or not allowed
 */
export const look = (inputs: Inputs<typeof verifySlo>, { cluster, signal }: Effects): Promise<Survey> =>
  survey(cluster, inputs, inputs.onBreach === 'abort' ? undoNeeds(inputs.router) : judgeNeeds, signal);
