import type { Inputs } from '../../src/kernel/define.js';
import type { StepResult } from '../../src/kernel/runtime.js';
import { canaryName } from '../../src/platforms/kubernetes/app/app.js';
import { measuredNow, weightNow } from '../../src/platforms/kubernetes/canary/measured-now.js';
import type { NothingToDo } from '../../src/platforms/kubernetes/decide/begin.js';
import type { Attempt } from '../../src/platforms/kubernetes/going-back/undo.js';
import type { Survey } from '../../src/platforms/kubernetes/survey/survey.js';
import { serverMs } from '../../src/platforms/kubernetes/work.js';
import type { Release } from '../../src/release/record/record.js';
import { nothingSummary, stepSummary } from '../../src/report/step-summary.js';
import type { canaryStep } from './action.js';
import type { Effects } from './look.js';

interface Outcome extends Omit<Attempt, 'release'> {
  readonly release: Release | undefined;
  /** Why the step has found nothing to do. */
  readonly nothing?: NothingToDo;
}

/** What the step says when it is over: outputs for the steps that follow, and a summary for people. */
export async function conclude(
  { app, slo }: Inputs<typeof canaryStep>,
  found: Pick<Survey, 'split'> | undefined,
  { release, nothing, verdict, gate, failure }: Outcome,
  effects: Effects,
): Promise<StepResult<typeof canaryStep>> {
  const measured = release && measuredNow(release);
  const seen = gate && slo && { result: gate, objectives: slo.objectives };
  return {
    outputs: {
      'release-id': release?.id ?? '',
      phase: release?.phase ?? 'none',
      weight: String(release ? weightNow(release) : 0),
      'weight-measured': measured === undefined ? '' : String(measured.share),
      'weight-proven': measured === undefined ? 'false' : String(measured.proven),
      'uncovered-measured': measured?.uncovered === undefined ? '' : String(measured.uncovered),
      'weight-interval-json': measured === undefined ? '' : JSON.stringify({ low: measured.low, high: measured.high }),
      revision: release?.canary.image ?? nothing?.live ?? '',
      'previous-revision': release?.stable.image ?? '',
      'canary-name': canaryName(app),
      verdict: verdict ?? '',
      caution: gate?.caution ?? '',
      'record-json': release === undefined ? '' : JSON.stringify(release),
      url: await addressOf(found, effects),
    },
    ...(!release && nothing && { summary: nothingSummary(app, nothing.reason) }),
    ...(release && { summary: stepSummary(app, release, serverMs(effects), seen) }),
    ...(failure !== undefined && { failure }),
  };
}

async function addressOf(found: Pick<Survey, 'split'> | undefined, { cluster, signal }: Effects): Promise<string> {
  if (found === undefined) return '';
  const { router, seen } = found.split;
  return (await router.load()).address(cluster, seen, signal);
}
