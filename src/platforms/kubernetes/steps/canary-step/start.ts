import type { Runtime } from '../../../../kernel/runtime.js';
import type { CanaryStepOutcome } from '../../../../release/outcome.js';
import { connect } from '../../access/connect.js';
import { keepContext } from '../../access/kept-context.js';
import type { Cluster } from '../../api/cluster.js';
import type { StepInputs } from './inputs.js';
import { look } from './look.js';

export { settle } from '../settle.js';

const planned = async (cluster: Cluster): Promise<Cluster> =>
  new (await import('../../api/planned-cluster.js')).PlannedCluster(cluster);

/** What changes anything is loaded when the step has seen what there is: until then it is half of the start-up. */
export async function start(inputs: StepInputs, runtime: Runtime): Promise<CanaryStepOutcome> {
  keepContext(inputs, runtime.state);
  const connected = connect(inputs, { ...runtime, dryRun: inputs.dryRun });
  const effects = { ...runtime, cluster: inputs.dryRun ? await planned(connected) : connected };
  const found = await look(inputs, effects);
  const { step } = await import('./step.js');
  return step(inputs, effects, Promise.resolve(found));
}
