import type { Inputs } from '../../src/kernel/define.js';
import type { Runtime, StepResult } from '../../src/kernel/runtime.js';
import type { Cluster } from '../../src/platforms/kubernetes/api/cluster.js';
import { readStanding } from '../../src/platforms/kubernetes/standing/standing.js';
import { statusSummary } from '../../src/report/status-summary.js';
import { statusText } from '../../src/report/status-text.js';
import type { status as definition } from './action.js';

export interface Effects extends Pick<Runtime, 'clock' | 'log' | 'signal'> {
  readonly cluster: Cluster;
}

/** Reads one Lease and changes nothing; an app of which nothing is on record is no failure. */
export async function status({ app }: Inputs<typeof definition>, effects: Effects): Promise<StepResult<typeof definition>> {
  const { log } = effects;
  const standing = await readStanding(app, effects);
  const { record, inFlight, atWork, since, judged, weight, towards, next } = standing;
  const { latest } = record;
  log.info(statusText(standing));
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
    summary: statusSummary(standing),
  };
}
