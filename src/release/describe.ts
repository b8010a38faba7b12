import type { Release } from './record.js';

/** Where the traffic is and what the record says, in one line, for the end of every failure. */
export function describeState(release: Release): string {
  const traffic = release.weight === 0 ? '100 % stable' : `${release.weight} % canary, ${100 - release.weight} % stable`;
  const canary =
    release.phase === 'aborted' || release.phase === 'promoted' || release.phase === 'rolled-back' ? 'removed' : 'still there';
  return `Traffic: ${traffic}; canary: ${canary}; record: ${release.phase}${release.stage ? ` (${release.stage})` : ''}.`;
}
