import type { StepResult } from '../../src/kernel/runtime.js';
import type { PlatformOnRecord } from '../../src/release/platform.js';
import type { Standing } from '../../src/release/standing/standing.js';
import { statusSummary } from '../../src/report/status-summary.js';
import type { status } from './action.js';

/** An app of which nothing is on record is no failure. */
export function conclude(standing: Standing, platform: PlatformOnRecord): StepResult<typeof status> {
  const { record, inFlight, atWork, since, judged, weight, towards, next } = standing;
  const { latest } = record;
  return {
    outputs: {
      phase: latest?.phase ?? 'none',
      'in-flight': String(inFlight),
      'at-work': atWork === undefined ? 'unknown' : String(atWork),
      'release-id': latest?.id ?? '',
      weight: latest ? String(weight) : '',
      towards: towards === undefined ? '' : String(towards),
      revision: latest?.canary.image ?? '',
      'previous-revision': latest?.stable.image ?? '',
      verdict: judged?.weight === latest?.weight || !inFlight ? (judged?.verdict ?? '') : '',
      since: since ?? '',
      'run-url': latest?.owner.url ?? '',
      next,
      'record-json': latest ? JSON.stringify(record) : '',
    },
    summary: statusSummary(standing, platform),
  };
}
