import type { Inputs } from '../../src/kernel/define.js';
import type { StepResult } from '../../src/kernel/runtime.js';
import type { RollbackOutcome } from '../../src/release/outcome.js';
import type { PlatformOnRecord } from '../../src/release/platform.js';
import { rollbackSummary } from '../../src/report/rollback-summary.js';
import type { rollback } from './action.js';

/** What the step says when it is over: outputs for the steps that follow, and a summary for people. */
export function conclude(
  { app }: Pick<Inputs<typeof rollback>, 'app'>,
  outcome: RollbackOutcome,
  platform: PlatformOnRecord,
): StepResult<typeof rollback> {
  const { phase, from, to, seconds, reason, failure } = outcome;
  return {
    outputs: { phase, 'rolled-back-from': from, 'rolled-back-to': to, 'mttr-seconds': seconds, reason },
    summary: rollbackSummary(app, outcome, platform),
    ...(failure !== undefined && { failure }),
  };
}
