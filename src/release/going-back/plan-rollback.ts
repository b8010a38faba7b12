import { UserError } from '../../kernel/errors.js';
import type { WorkflowRun } from '../../kernel/workflow-run.js';
import { describeHold, HeldByAnotherRun, owns } from '../record/holder.js';
import { isInFlight, isOver, type Release } from '../record/record.js';
import type { Scope } from './scope.js';

export type RollbackPlan =
  /** `held` is a release in flight that another run holds; `left` one that an earlier attempt of this run has promoted. */
  | { readonly kind: 'nothing'; readonly reason: string; readonly held?: Release; readonly left?: Release }
  | { readonly kind: 'abort'; readonly release: Release }
  | { readonly kind: 'restore'; readonly release: Release };

/**
 * What a rollback without arguments does. It looks only at the record, so that a failed build undoes nothing, and a second call nothing more.
 */
export function planRollback(latest: Release | undefined, scope: Scope, run: WorkflowRun): RollbackPlan {
  if (latest === undefined) return { kind: 'nothing', reason: 'This app has no release on record.' };
  if (scope === 'run' && !owns(run, latest)) return leftToItsRun(latest);
  if (!isOver(latest))
    return latest.phase === 'rolling-back' ? { kind: 'restore', release: latest } : { kind: 'abort', release: latest };
  if (latest.phase === 'promoted' && scope === 'run' && latest.owner.attempt < run.runAttempt) return leftToItsAttempt(latest);
  if (latest.phase === 'promoted') return { kind: 'restore', release: latest };
  return { kind: 'nothing', reason: `The latest release is ${latest.phase} already.` };
}

/** Whoever runs a green run again, or the failed jobs of one, has not asked to lose what it had released. */
const leftToItsAttempt = (left: Release): RollbackPlan => ({
  kind: 'nothing',
  reason:
    `Attempt ${left.owner.attempt} of this run promoted ${left.canary.image}, and no step of this attempt has changed it, so it stays. ` +
    '`scope: any` takes it back.',
  left,
});

function leftToItsRun(latest: Release): RollbackPlan {
  if (isOver(latest))
    return { kind: 'nothing', reason: `The latest release belongs to ${latest.owner.url}; \`scope: run\` leaves it alone.` };
  const reason = `${describeHold(latest)}; \`scope: run\` leaves it alone, and \`scope: any\` undoes it.`;
  return { kind: 'nothing', reason, held: latest };
}

/**
 * @throws UserError when there is a release in flight, which would go on from a stable that is another one then; one that could not be put back goes
 * nowhere without another stable
 */
export function refuseInFlight(latest: Release | undefined, run: WorkflowRun, scope: Scope): void {
  if (!isInFlight(latest)) return;
  const isStuck = latest.phase === 'aborting' || latest.phase === 'rolling-back';
  if (isStuck && (scope === 'any' || owns(run, latest))) return;
  if (!owns(run, latest))
    throw new HeldByAnotherRun(latest, 'Let that run finish, or run rollback with `scope: any` and without arguments first.');
  throw new UserError(
    'release-in-flight',
    `A release is in flight (${latest.phase}); run rollback without arguments first. Nothing has been changed.`,
  );
}
