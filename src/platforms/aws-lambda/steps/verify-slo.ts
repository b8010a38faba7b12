import type { Runtime } from '../../../kernel/runtime.js';
import type { VerifyOutcome } from '../../../release/outcome.js';
import type { FunctionInputs } from '../lambda-inputs.js';
import { refuseUnjudged } from './unjudged.js';

export { settle } from './settle.js';

/** @throws UserError always: there is nothing to judge by */
export async function start(inputs: FunctionInputs & { readonly slo: unknown }, _runtime: Runtime): Promise<VerifyOutcome> {
  refuseUnjudged(inputs);
  throw new Error('verify-slo always has objectives');
}
