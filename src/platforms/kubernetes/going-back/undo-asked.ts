import type { Runtime } from '../../../kernel/runtime.js';
import { refuseHeld, withHolderState } from '../../../release/record/holder.js';
import { isInFlight, isSettledSince, type Release, type ReleaseRecord } from '../../../release/record/record.js';
import type { Cluster } from '../api/cluster.js';
import { noteInFlight } from '../decide/noted-release.js';
import type { TrafficOptions } from '../decide/open.js';
import { recordTraces } from '../lost-record/undo-unrecorded.js';
import { kubernetesOf } from '../memory.js';
import { refuseOtherApp } from '../preflight/other-names.js';
import type { Survey } from '../survey/survey.js';
import { refuseMissing, type UndoRequest } from '../survey/undo-survey.js';
import { serverMs } from '../work.js';
import { openUndo } from './open-undo.js';
import { putBack } from './put-back.js';
import type { Attempt } from './undo.js';
import { putBackTraces } from './undo-traces.js';

export interface AbortOptions extends UndoRequest, Omit<TrafficOptions, 'uncovered'> {
  readonly takeOver: boolean;
  readonly githubToken: string | undefined;
}

/**
 * What `weight: 0` does: aborts the release in flight, or what is left of one whose record was lost.
 * @returns no release when there was none to abort
 * @throws HeldByAnotherRun when it is another run's, and not to be taken over
 */
export async function abortAskedFor(
  found: Survey,
  options: AbortOptions,
  effects: Runtime & { readonly cluster: Cluster },
): Promise<Omit<Attempt, 'release'> & { readonly release: Release | undefined }> {
  const { cluster, log, workflowRun, signal } = effects;
  const nothing = { release: undefined, failure: undefined };
  const recorded = inFlightIn(found.record);
  const latest = recorded ?? (await recordTraces(found, effects));
  if (latest === undefined) {
    await refuseMissing(cluster, options, found, signal);
    await refuseOtherApp(cluster, found.app, signal);
    log.info('No release is in flight, so there is nothing to abort.');
    return nothing;
  }
  const refuse = (release: Release) => refuseHeld(release, options, workflowRun, serverMs(effects));
  await withHolderState(() => refuse(latest), { ...effects, token: options.githubToken });
  const { uncovered: _, ...traffic } = options as AbortOptions & TrafficOptions;
  return openUndo(
    cluster,
    found,
    kubernetesOf(latest).router,
    { ...traffic, asksToYield: options.takeOver },
    effects,
    async (work) => {
      const current = recorded || isSettledSince(found.record, work.held.record) ? inFlightIn(work.held.record) : latest;
      if (current === undefined || current.id !== latest.id) {
        log.info('The release was settled meanwhile.');
        return nothing;
      }
      refuse(current);
      noteInFlight(current, found.app, workflowRun, effects.state);
      const undo = recorded ? putBack : putBackTraces;
      return { release: await undo(work, current, 'asked for'), failure: undefined };
    },
  );
}

const inFlightIn = ({ latest }: ReleaseRecord): Release | undefined => (isInFlight(latest) ? latest : undefined);
