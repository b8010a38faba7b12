import { isSameImage } from '../../image/image-identity.js';
import type { WorkflowRun } from '../../kernel/workflow-run.js';
import type { PlatformOnRecord } from '../platform.js';
import { owns } from './holder.js';
import { isImageOf, type Release, type ReleaseRecord, type SeenLive } from './record.js';

/** Why a step that comes to no release in flight has nothing left to do. */
export interface Settled {
  /** What stable runs by this run's doing, or ran already when it asked for it. */
  readonly image: string;
  /** The release that brought it, where this run has promoted one. */
  readonly release: Release | undefined;
  /** Whether it is the first deployment of the app, by this run. */
  readonly isCreated?: boolean;
}

/** @param manifest hash of the one that the image came with */
export const seenLive = (
  image: string,
  { repository, runId }: WorkflowRun,
  nowMs: number,
  manifest: string | undefined,
): SeenLive => ({
  image,
  repository,
  runId,
  at: new Date(nowMs).toISOString(),
  ...(manifest !== undefined && { manifest }),
});

/**
 * Tells a run whose version is live from one that lacks its first step. Only the record can: the jobs of a run share nothing else.
 * @param liveImage image that stable runs at present
 * @param manifest hash of the one that the step asks for: an image may have been live, and what comes with it not
 * @returns undefined when this run has neither promoted what stable runs, nor found it there, so that nothing may be taken for done
 */
export function settledBy(
  { latest, live }: ReleaseRecord,
  run: WorkflowRun,
  liveImage: string,
  platform: PlatformOnRecord,
  manifest?: string,
): Settled | undefined {
  const isSame = (hash: string | undefined) => manifest === undefined || manifest === hash;
  if (
    latest?.phase === 'promoted' &&
    owns(run, latest) &&
    isImageOf(latest.canary, liveImage) &&
    isSame(platform.besides(latest.platform.memory))
  )
    return { image: latest.canary.image, release: latest };
  const seen = (live ?? []).find(({ repository, runId }) => repository === run.repository && runId === run.runId);
  return seen && isSameImage(seen.image, liveImage) && isSame(seen.manifest)
    ? { image: seen.image, release: undefined, ...(seen.isCreated && { isCreated: true }) }
    : undefined;
}

/** How a version came to be live without a release of this run. */
export const howLive = ({ isCreated }: Settled): string =>
  isCreated ? 'was created by this run, as the first deployment of the app' : 'was live before this run';

/** Why nothing of the record makes a run's later step unnecessary; a sentence, or nothing where there is no release on record. */
export function describeLatest({ latest }: ReleaseRecord, liveImage: string): string {
  if (latest === undefined) return '';
  const since = latest.phase === 'promoted' && !isImageOf(latest.canary, liveImage) ? `, and stable runs ${liveImage} now` : '';
  return `The latest release, of ${latest.canary.image} by ${latest.owner.url}, is ${latest.phase}${since}.`;
}
