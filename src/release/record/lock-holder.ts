import type { WorkflowRun } from '../../kernel/workflow-run.js';

/** One process of one job, as a lock names it. */
export const holderOf = ({ repository, runId, runAttempt, job, runner }: WorkflowRun, nonce: string): string =>
  `${repository}/${runId}/${runAttempt}/${job}@${runner}#${nonce}`;

/** What those have to know whose jobs get into each other's way. */
export const ONE_AFTER_THE_OTHER =
  'The steps of one release come one after the other: give jobs that release the same app `needs:`, or their matrix `max-parallel: 1`.';

/** Who holds the lock, as whoever reads the log of `reader` knows it. */
export function describeHolder(identity: string, reader: string): string {
  const [owner, name, runId, , ...rest] = identity.split('/');
  if (runId === undefined) return identity;
  if (!isOfSameRun(identity, reader)) return `Workflow run ${runId} of ${owner}/${name}`;
  const [job, ...runner] = rest
    .join('/')
    .replace(/#[^#]*$/, '')
    .split('@');
  return `Another job of this run (${job} on ${runner.join('@')})`;
}

export const isOfSameRun = (identity: string, other: string): boolean => runOf(identity) === runOf(other);

const runOf = (identity: string): string => identity.split('/').slice(0, 3).join('/');
