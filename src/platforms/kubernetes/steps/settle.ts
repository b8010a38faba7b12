import type { Runtime } from '../../../kernel/runtime.js';
import type { Release } from '../../../release/record/record.js';
import type { ClusterInputs } from '../access/cluster-inputs.js';
import { connect } from '../access/connect.js';
import { withKeptContext } from '../access/kept-context.js';
import type { InFlightOptions } from '../going-back/settle-in-flight.js';

/**
 * Puts back what main has left in flight, for `post`.
 * @returns the release as it is then; undefined where there was nothing to do
 */
export async function settle(inputs: InFlightOptions & ClusterInputs, runtime: Runtime): Promise<Release | undefined> {
  const { settleInFlight } = await import('../going-back/settle-in-flight.js');
  return settleInFlight(() => connect(withKeptContext(inputs, runtime.state), runtime), inputs, runtime);
}
