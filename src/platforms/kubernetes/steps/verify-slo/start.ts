import type { Runtime } from '../../../../kernel/runtime.js';
import type { VerifyOutcome } from '../../../../release/outcome.js';
import { connect } from '../../access/connect.js';
import { keepContext } from '../../access/kept-context.js';
import type { VerifyInputs } from './inputs.js';
import { look } from './look.js';

export { settle } from '../settle.js';

/** The gate is loaded when the step has seen what there is to judge: until then it is half of the start-up. */
export async function start(inputs: VerifyInputs, runtime: Runtime): Promise<VerifyOutcome> {
  keepContext(inputs, runtime.state);
  const effects = { ...runtime, cluster: connect(inputs, runtime) };
  const found = await look(inputs, effects);
  const { verify } = await import('./verify.js');
  return verify(inputs, effects, Promise.resolve(found));
}
