import type { Inputs } from '../../src/kernel/define.js';
import type { StepResult } from '../../src/kernel/runtime.js';
import type { VerifyOutcome } from '../../src/release/outcome.js';
import { nothingJudgedSummary, verdictSummary } from '../../src/report/verdict-summary.js';
import type { ObjectiveResult } from '../../src/slo/gate/trial.js';
import type { verifySlo } from './action.js';

/** What the step says when it is over: outputs for the steps that follow, and a summary for people. */
export function conclude(
  { app, slo }: Pick<Inputs<typeof verifySlo>, 'app' | 'slo'>,
  { reason, judged, failure }: VerifyOutcome,
): StepResult<typeof verifySlo> {
  const failed = failure === undefined ? {} : { failure };
  if (judged === undefined) {
    const outputs = { verdict: '', reason, caution: '', 'evidence-json': '' };
    return { outputs, summary: nothingJudgedSummary(app, reason), ...failed };
  }
  const { gate, release } = judged;
  return {
    outputs: {
      verdict: gate.verdict,
      reason,
      caution: gate.caution ?? '',
      'evidence-json': JSON.stringify(gate.objectives.map(evidenceOf)),
    },
    summary: verdictSummary(app, gate, slo.objectives, release),
    ...failed,
  };
}

function evidenceOf({
  state: _,
  of: __,
  lnEAbsolute,
  lnERelative,
  lnE,
  lnEToFail,
  upperBound,
  badShare,
  ...rest
}: ObjectiveResult) {
  const rounded = (value: number) => Number(value.toPrecision(6));
  return {
    ...rest,
    ...(badShare !== undefined && { badShare: rounded(badShare) }),
    lnEAbsolute: rounded(lnEAbsolute),
    lnERelative: lnERelative === null ? null : rounded(lnERelative),
    lnE: rounded(lnE),
    lnEToFail: rounded(lnEToFail),
    upperBound: rounded(upperBound),
  };
}
