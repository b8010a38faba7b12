import type { Phase, Release } from '../../../release/record/record.js';
import { givenShare } from '../../../release/standing/given-share.js';
import { kubernetes } from '../memory.js';

const WITHOUT_CANARY: readonly Phase[] = ['aborted', 'promoted', 'rolling-back', 'rolled-back'];

/**
 * Where the traffic is and what the record says, in one line, for the end of every failure.
 * @param nowhere why nothing brings the app its traffic any more, where that is so
 */
export function describeState(release: Release, nowhere?: string): string {
  const given = givenShare(release, kubernetes);
  const split = given === 0 ? '100 % stable' : `${given} % canary, ${Number((100 - given).toFixed(1))} % stable`;
  const traffic = nowhere === undefined ? split : `neither stable nor the canary gets any: ${nowhere}`;
  const canary = WITHOUT_CANARY.includes(release.phase) ? describeEnd(release) : 'still there';
  return `Traffic: ${traffic}; canary: ${canary}; record: ${release.phase}${release.strategy.stage ? ` (${release.strategy.stage})` : ''}.`;
}

/** What became of the canary of a release that is over, after `is` or a colon. */
export const describeEnd = ({ kept }: Release): string =>
  kept === undefined ? 'removed' : `being deleted, its ${kept.join(' and ')} kept by a finalizer`;
