import type { WorkflowRun } from '../../kernel/workflow-run.js';
import { owns } from '../record/holder.js';
import { isOver, type Release, type ReleaseRecord } from '../record/record.js';

/** `run`: only what this workflow run did; `any`: also another run's release. */
export type Scope = 'run' | 'any';

const BY_A_PERSON_OR_THE_CLOCK = ['workflow_dispatch', 'schedule'];

const isDispatched = ({ event }: WorkflowRun): boolean => BY_A_PERSON_OR_THE_CLOCK.includes(event);

/**
 * Whose release is undone where the user does not say. A workflow that was started to roll back means whatever is there. One that releases means its
 * own: started by hand, with a build that fails, it would take back what an unrelated run has promoted.
 */
export function scopeOf(asked: Scope | undefined, record: ReleaseRecord, run: WorkflowRun): Scope {
  if (asked !== undefined) return asked;
  return isDispatched(run) && !releasesItself(record, run) ? 'any' : 'run';
}

/** Whether this workflow, whichever run of it, has started a release that is on record. A record that does not say stops no way back. */
const releasesItself = ({ latest, history }: ReleaseRecord, { workflow }: WorkflowRun): boolean =>
  workflow !== undefined && [latest?.owner.workflow, ...history.map((past) => past.workflow)].includes(workflow);

/** Why a rollback that somebody started by hand, and that leaves a release alone without having been told so, is no success. */
export function leftUnasked(asked: Scope | undefined, record: ReleaseRecord, run: WorkflowRun): string | undefined {
  const { latest } = record;
  const isUndone = latest === undefined || (isOver(latest) && latest.phase !== 'promoted');
  if (asked !== undefined || !isDispatched(run) || isUndone || owns(run, latest) || hasSettled(record, run)) return undefined;
  return (
    `${describeLeft(latest)} Workflow ${run.workflow} releases this app itself, so its rollback undoes only what its own run released, and this run has released nothing. ` +
    '`scope: any` undoes that release; `scope: run` says that it is to stay. Nothing has been changed.'
  );
}

const describeLeft = ({ phase, weight, canary, owner }: Release): string =>
  phase === 'promoted'
    ? `${canary.image}, promoted by ${owner.url}, stays.`
    : `The release of ${canary.image} in flight (${phase}, ${weight} %), of ${owner.url}, is left alone.`;

/** Whether this run has come to an end of its own: its release is over, or its version was live before it. */
const hasSettled = ({ history, live = [] }: ReleaseRecord, { repository, runId, url }: WorkflowRun): boolean =>
  history.some(({ runUrl }) => runUrl === url) || live.some((seen) => seen.repository === repository && seen.runId === runId);
