import type { Poll } from '../../slo/source.js';
import { estimateSplit, type PastTheSplit, type SplitCounts, type SplitEstimate } from './split-proof.js';

export const NONE: SplitCounts = { canary: 0, total: 0 };

/** Requests since the share was written: all that were counted, and those of them that are surely users'. */
export interface Window {
  readonly counts: SplitCounts;
  readonly surely: SplitCounts;
  /** All that may have been users' by the pages alone, which only silence makes 0. */
  readonly atMost: number;
  readonly since: number;
}

/** Adds what one look saw. */
export const withLook = ({ counts, surely, atMost, since }: Window, poll: Poll, objective: string): Window => ({
  counts: addLook(counts, poll, (side) => side.counts.get(objective)),
  surely: addLook(surely, poll, (side) => side.counts.get(objective)?.atWorst ?? side.counts.get(objective)),
  atMost: [poll.canary, poll.stable].reduce((sum, side) => sum + mostOf(side, objective), atMost),
  since,
});

/** By the counts where the source does not tell. */
function mostOf({ atMost, counts }: Side, objective: string): number {
  const { good, bad } = counts.get(objective) ?? { good: 0, bad: 0 };
  return atMost ?? good + bad;
}

type Side = Poll['canary'];

/**
 * Where there are many pods they are read in turns, and a side whose pods were read more often would seem to get more; so both are brought down
 * to the coverage of the less covered one, which errs towards too few requests and never towards too many.
 */
function addLook(
  { canary, total }: SplitCounts,
  poll: Poll,
  countsOf: (side: Side) => { readonly good: number; readonly bad: number } | undefined,
): SplitCounts {
  const sides = [poll.canary, poll.stable] as const;
  const coverages = sides.map(({ pods, coveredPodMs }) => (pods === 0 ? Number.POSITIVE_INFINITY : coveredPodMs / pods));
  const common = Math.min(...coverages);
  const [ofCanary = 0, ofStable = 0] = sides.map((side, index) => {
    const { good, bad } = countsOf(side) ?? { good: 0, bad: 0 };
    const coverage = coverages[index] ?? common;
    return Math.round((good + bad) * (coverage > common && Number.isFinite(coverage) ? common / coverage : 1));
  });
  return { canary: canary + ofCanary, total: total + ofCanary + ofStable };
}

/**
 * What the counts say, whether or not requests that may be scrapes and probes are among them: proven or contradicted only if it is so both ways.
 * Scrapes and probes come to each pod alike, so alone they look like a split by pods.
 */
export function estimateWindow({ counts, surely }: Window, asked: number, previous: number, past: PastTheSplit): SplitEstimate {
  const estimate = estimateSplit(counts, asked, previous, past);
  if (counts.total === surely.total) return estimate;
  const other = estimateSplit(surely, asked, previous, past);
  if (estimate.state === other.state) return estimate;
  const bothDiffer = [estimate.state, other.state].every((state) => state === 'contradicted' || state === 'short');
  return { ...estimate, state: bothDiffer ? 'short' : 'undecided' };
}
