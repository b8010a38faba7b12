import { isSameImage } from '../../image/image-identity.js';
import { UserError } from '../../kernel/errors.js';
import type { WorkflowRun } from '../../kernel/workflow-run.js';
import type { PlatformOnRecord } from '../platform.js';
import { owns } from './holder.js';
import type { Release, ReleaseRecord } from './record.js';

/** Of a release whose undoing was nobody's judgement of the version. */
export const BEFORE_A_NEW_ONE = 'unfinished release, put back before a new one';

interface Asked {
  readonly image: string;
  readonly takeOver: boolean;
  readonly manifest: string | undefined;
}

/**
 * A version that was stopped is not begun anew by the pipeline that it was stopped in: its next step may run all the same (`if: always()`), and would
 * promote what the gate has failed, or what somebody has rolled back at night.
 * @returns what the user should know of a version that is tried again
 * @throws UserError in the attempt that it was stopped in, unless `take-over` says that this is meant
 */
export function refuseStopped(
  latest: Release | undefined,
  { image, takeOver, manifest }: Asked,
  run: WorkflowRun,
  platform: PlatformOnRecord,
): string | undefined {
  if (latest === undefined || (latest.phase !== 'aborted' && latest.phase !== 'rolled-back')) return undefined;
  if (!isSameImage(image, latest.canary.image) || platform.besides(latest.platform.memory) !== manifest) return undefined;
  if (latest.reason === BEFORE_A_NEW_ONE) return undefined;
  const stopped = describe(latest, run);
  if (!owns(run, latest) || latest.owner.attempt < run.runAttempt || takeOver) return `${stopped} This step begins it anew.`;
  throw new UserError(
    'release-stopped',
    `${stopped} This step would begin it anew, in the very attempt in which it was stopped. ` +
      'Run the job again once the cause is mended, or give this step `take-over: true` to try the version all the same. This step has begun nothing.',
  );
}

function describe({ phase, canary, endedBy, reason, owner }: Release, run: WorkflowRun): string {
  const what = phase === 'rolled-back' ? 'was rolled back' : 'was put back';
  const by = endedBy ?? owner.url;
  const who = by === run.url ? `in attempt ${owner.attempt} of this run` : `by ${by}`;
  return `${canary.image} ${what} ${who}${phase === 'aborted' && reason ? ` (${reason})` : ''}.`;
}

/** Run ids grow: an old run that is run again may bring an old version back, which some want and most do not notice. */
export function replacesNewer({ latest }: ReleaseRecord, run: WorkflowRun, image: string): string | undefined {
  const isNewer = latest?.owner.repository === run.repository && Number(latest.owner.id) > Number(run.runId);
  if (latest?.phase !== 'promoted' || !isNewer || latest.canary.image === image) return undefined;
  return `${latest.canary.image}, which stable runs, was promoted by a newer run than this one: ${latest.owner.url}. This step releases ${image} in its place; cancel it if that is the older version and nobody wants it back.`;
}

/**
 * A step that came to a release of its run in flight does not begin it anew once somebody else has ended it: a rollback at night must not be undone
 * by the pipeline that it stopped.
 * @param cameTo the release that the step was going to work on before it had the lock, and that is not in flight any more
 * @throws UserError naming the run that ended the release
 */
export function refuseEnded(cameTo: Release | undefined, { latest }: ReleaseRecord, run: WorkflowRun): void {
  if (cameTo === undefined || !owns(run, cameTo) || latest?.endedBy === run.url) return;
  throw new UserError(
    'release-ended-meanwhile',
    `The release of ${cameTo.canary.image} that this step came to is over: ${latest?.endedBy ?? 'another run'} has ended it meanwhile (${latest?.phase ?? 'no record'}${latest?.reason ? `: ${latest.reason}` : ''}). ` +
      'Run the step again to release it anew. This step has changed nothing.',
  );
}
