import { UserError } from '../../kernel/errors.js';
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

/** The same job on the same runner runs one step at a time, so an earlier process of it is dead. */
export const isOfSameJob = (identity: string, other: string): boolean => withoutNonce(identity) === withoutNonce(other);

/** A runner's name may have the separator in it, and the nonce has not. */
const withoutNonce = (identity: string): string => identity.slice(0, identity.lastIndexOf('#'));

/** @param other who holds the lock, and is alive */
export const beingWorkedOn = (other: string, holder: string): UserError =>
  new UserError(
    'app-being-worked-on',
    `${describeHolder(other, holder)} is working on this app right now. ${wayOut(other, holder)} This step has changed nothing.`,
  );

/** @param winner who has taken the lock while this process was about to; undefined where that is not known */
export const takenMeanwhile = (winner: string | undefined, holder: string, cause: unknown): UserError =>
  new UserError(
    'app-being-worked-on',
    `${describeHolder(winner ?? 'Another process', holder)} took up this app at the same moment and is working on it. ${wayOut(winner ?? '', holder)} This step has changed nothing.`,
    { cause },
  );

const wayOut = (other: string, holder: string): string =>
  isOfSameRun(other, holder) ? ONE_AFTER_THE_OTHER : 'Wait for it to end, or cancel it, then run this step again.';
