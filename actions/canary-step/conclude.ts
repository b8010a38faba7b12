import type { Inputs } from '../../src/kernel/define.js';
import type { StepResult } from '../../src/kernel/runtime.js';
import type { CanaryStepOutcome } from '../../src/release/outcome.js';
import type { PlatformOnRecord } from '../../src/release/platform.js';
import { measuredNow, weightNow } from '../../src/release/standing/measured-now.js';
import { firstSummary, nothingSummary, stepSummary } from '../../src/report/step-summary.js';
import type { canaryStep } from './action.js';

/** What the step says when it is over: outputs for the steps that follow, and a summary for people. */
export function conclude(
  { app, slo }: Pick<Inputs<typeof canaryStep>, 'app' | 'slo'>,
  outcome: CanaryStepOutcome,
  platform: PlatformOnRecord,
): StepResult<typeof canaryStep> {
  const { release, nothing, created, verdict, gate, failure, canaryName, url, atMs } = outcome;
  const measured = release && measuredNow(release);
  const seen = gate && slo && { result: gate, objectives: slo.objectives };
  return {
    outputs: {
      'release-id': release?.id ?? '',
      phase: created ? 'promoted' : (release?.phase ?? 'none'),
      weight: String(created ? 100 : release ? weightNow(release, platform) : 0),
      'weight-measured': measured === undefined ? '' : String(measured.share),
      'weight-proven': measured === undefined ? 'false' : String(measured.proven),
      'uncovered-measured': measured?.uncovered === undefined ? '' : String(measured.uncovered),
      'weight-interval-json': measured === undefined ? '' : JSON.stringify({ low: measured.low, high: measured.high }),
      revision: created?.image ?? release?.canary.image ?? nothing?.live ?? '',
      'previous-revision': release?.stable.image ?? '',
      'canary-name': canaryName,
      verdict: verdict ?? '',
      caution: gate?.caution ?? '',
      'record-json': release === undefined ? '' : JSON.stringify(release),
      url,
    },
    ...(created && { summary: firstSummary(app, created.text) }),
    ...(!release && nothing && { summary: nothingSummary(app, nothing.reason) }),
    ...(release && { summary: stepSummary(app, release, { nowMs: atMs, platform }, seen) }),
    ...(failure !== undefined && { failure }),
  };
}
