import type { Runtime } from '../../../../kernel/runtime.js';
import type { RollbackOutcome } from '../../../../release/outcome.js';
import { connect } from '../../access/connect.js';
import { surveyUndo } from '../../survey/undo-survey.js';
import type { RollbackInputs } from './inputs.js';

/** What changes anything is loaded when the step has seen what there is: until then it is half of the start-up. */
export async function start(inputs: RollbackInputs, runtime: Runtime): Promise<RollbackOutcome> {
  const startedAt = runtime.clock.now();
  const effects = { ...runtime, cluster: connect(inputs, runtime) };
  const found = await surveyUndo(inputs, effects);
  const { rollback } = await import('./rollback.js');
  return rollback(inputs, effects, startedAt, Promise.resolve(found));
}
