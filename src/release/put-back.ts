import { abort } from './abort.js';
import type { Release } from './record.js';
import { restore } from './rollback.js';
import type { Work } from './work.js';

/** Brings an unfinished release to its end by undoing it: one that was being rolled back is rolled back, any other is aborted. */
export const putBack = (work: Work, release: Release, reason: string): Promise<Release> =>
  release.phase === 'rolling-back' ? restore(work, release) : abort(work, release, reason);
