import { createHash } from 'node:crypto';
import type { Objective, Selector } from './objective.js';

/** A short word for what an objective counts, and what it allows: a state of another selector, threshold or `max` is none of its. */
export function fingerprint(objective: Objective): string {
  const counted =
    objective.kind === 'ratio'
      ? [objective.counted, bare(objective.events), bare(objective.total)]
      : [bare(objective.histogram), objective.thresholdSeconds];
  return createHash('sha256')
    .update(JSON.stringify([objective.kind, objective.max, ...counted]))
    .digest('hex')
    .slice(0, 16);
}

const bare = ({ metric, matchers }: Selector) => [
  metric,
  ...matchers.map(({ label, operator, value }) => JSON.stringify([label, operator, value])).toSorted(),
];
