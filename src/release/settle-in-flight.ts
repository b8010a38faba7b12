import type { Runtime } from '../action/runtime.js';
import type { Cluster } from '../target/kubernetes/cluster.js';
import { owns } from './begin.js';
import { describeState } from './describe.js';
import { undoNeeds } from './needs.js';
import { openRelease, type TrafficOptions } from './open.js';
import { putBack } from './put-back.js';
import { isOver } from './record.js';
import { readRecord } from './record-store.js';
import { type SurveyRequest, survey } from './survey.js';
import type { FailurePolicy } from './undo.js';

export interface InFlightOptions extends SurveyRequest, TrafficOptions {
  readonly onJobFailure: FailurePolicy;
}

/**
 * What `post` does after a failed or cancelled job: aborts the release that this run has in flight, and nothing else. Safe to call twice, and by
 * every step of the job.
 */
export async function settleInFlight(cluster: Cluster, options: InFlightOptions, runtime: Runtime): Promise<void> {
  const { log, workflowRun, signal } = runtime;
  const {
    record: { latest },
  } = await readRecord(cluster, options.app, signal);
  if (latest === undefined || isOver(latest)) return log.info('No release is in flight; nothing to undo.');
  if (!owns(workflowRun, latest)) return log.info(`The release in flight belongs to ${latest.owner.url}; it is left alone.`);
  if (options.onJobFailure === 'hold')
    return log.warning(`${describeState(latest)} \`on-job-failure: hold\` leaves it so until ${latest.holdUntil}.`);

  const found = await survey(cluster, options, undoNeeds(options.router), signal);
  await openRelease(cluster, found, latest.router, options, runtime, async (work) => {
    const current = work.held.record.latest;
    if (current === undefined || isOver(current) || current.id !== latest.id)
      return log.info('The release was settled meanwhile.');
    log.info(describeState(await putBack(work, current, 'the job failed or was cancelled')));
  });
}
