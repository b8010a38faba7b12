import { UserError } from '../../../kernel/errors.js';
import { isOver, type Release } from '../../../release/record/record.js';
import { describeLive } from '../lost-record/live-state.js';
import { loadStrategy } from '../strategies/index.js';
import type { Work } from '../work.js';
import { restore } from './rollback.js';
import { persistently } from './undo-patience.js';

/** A release could not be put back, however long was tried; it says where the traffic is, and what to do. */
export class PutBackFailed extends UserError {
  constructor(message: string, details: ErrorOptions & { readonly brief?: string }) {
    super('put-back-failed', message, details);
  }
}

/**
 * Brings an unfinished release to its end by undoing it: one that was being rolled back is rolled back, any other is aborted. What fails for now is
 * tried again; only the time that new pods may take to start ends that.
 * @throws PutBackFailed when it could not be put back
 */
export const putBack = (work: Work, release: Release, reason: string): Promise<Release> =>
  onTheWayBack(work, release, async (enduring, current) => {
    if (current.phase === 'rolling-back') return restore(enduring, current);
    const { undo } = await loadStrategy(current.strategy.kind);
    return undo(enduring, current, reason);
  });

/** Takes a promoted release back, with the same patience. */
export const takeBack = (work: Work, release: Release): Promise<Release> => onTheWayBack(work, release, restore);

/** Ends a release that could not be put back once stable runs another image, which somebody has named: there is nothing of stable to restore then. */
export function putBackOnto(work: Work, release: Release, image: string): Promise<Release> {
  const { templateHash: _, imageIds: __, ...stable } = release.stable;
  const named = { ...stable, image, templateHash: '' };
  const strategy = { kind: release.strategy.kind };
  return putBack(work, { ...release, phase: 'aborting', strategy, stable: named }, 'stable was moved');
}

async function onTheWayBack(
  work: Work,
  release: Release,
  undo: (enduring: Work, current: Release) => Promise<Release>,
): Promise<Release> {
  const { clock, log, held, startTimeoutMs } = work;
  const enduring = { ...work, endures: true };
  let isFirst = true;
  // What the cluster would refuse is to be said, not to be waited for.
  if (work.cluster.plan) return undo(enduring, release);
  const attempt = async () => {
    const current = isFirst ? release : (held.record.latest ?? release);
    // An answer that was lost may have been that of the last write.
    const isDone = !isFirst && isOver(current) && current.phase !== 'promoted';
    isFirst = false;
    return isDone ? current : undo(enduring, current);
  };
  try {
    return await persistently(attempt, { clock, log, signal: held.signal, withinMs: startTimeoutMs });
  } catch (error) {
    if (held.signal.aborted || !(error instanceof Error)) throw error;
    const reached = held.record.latest ?? release;
    // Refused before anything was done.
    if (error instanceof UserError && reached.phase === release.phase && release.phase === 'promoted') throw error;
    const state = await describeLive(work.cluster, work.app.name, reached, held.signal);
    const brief = error instanceof UserError ? error.brief : 'the cluster refuses it';
    throw new PutBackFailed(`${error.message}\n${state} Run the rollback action with \`scope: any\` once the cause is mended.`, {
      cause: error,
      brief,
    });
  }
}
