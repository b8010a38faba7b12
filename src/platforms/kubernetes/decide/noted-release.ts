import { IN_FLIGHT, OWN_RELEASE, PROMOTED, type State } from '../../../kernel/runtime.js';
import type { WorkflowRun } from '../../../kernel/workflow-run.js';
import { LockLost } from '../../../release/record/lock-lost.js';
import { isInFlight, isOver, type Release } from '../../../release/record/record.js';
import type { App } from '../app/app.js';
import { describeState } from '../canary/describe.js';
import type { HeldApp } from '../ledger/ledger.js';
import { owns } from './begin.js';

/**
 * The record, with a note for `post` of each release of this run that this step works on: `post` undoes no other, and may find no way to the cluster
 * any more. One that another job has in flight is none of it until this step goes on with it.
 */
export function noted(held: HeldApp, app: App, run: WorkflowRun, state: State): HeldApp {
  const note = (latest: Release | undefined) => noteInFlight(latest, app, run, state);
  return {
    get record() {
      return held.record;
    },
    signal: held.signal,
    cluster: held.cluster,
    isSeized: held.isSeized,
    standing: () => held.standing(),
    noteLive: (live) => held.noteLive(live),
    async write(release) {
      // Before the effect, as the record itself, and not forgotten before the record has its end: the process may be killed in between.
      if (!isOver(release)) note(release);
      await held.write(release);
      if (isOver(release)) note(release);
    },
  };
}

export function noteInFlight(
  latest: Release | undefined,
  { name, namespace }: Pick<App, 'name' | 'namespace'>,
  run: WorkflowRun,
  state: State,
): void {
  const isIt = isInFlight(latest) && owns(run, latest);
  if (latest?.phase === 'promoted' && owns(run, latest))
    state.save(
      PROMOTED,
      `${latest.canary.image} was promoted by this step, and has all traffic of \`app: ${name}\` still: what happens after a promotion undoes nothing by itself. ` +
        'A step with the rollback action and `if: failure() || cancelled()` takes it back.',
    );
  state.save(OWN_RELEASE, isIt ? latest.id : '');
  state.save(
    IN_FLIGHT,
    isIt
      ? `The release of ${latest.canary.image} was in flight when this step ended. ${describeState(latest)} Nothing has been put back. ` +
          `Keep the access to the cluster until the job is over, or run the rollback action with \`app: ${name}\`, \`namespace: ${namespace}\` and \`scope: any\`.`
      : '',
  );
}

/** Another job of the run has taken the lock and goes on with the release: what becomes of it is for the `post` of that job. */
export function forgetLost({ signal }: Pick<HeldApp, 'signal'>, state: State): void {
  if (!(signal.reason instanceof LockLost) || !signal.reason.isWithinRun) return;
  state.save(OWN_RELEASE, '');
  state.save(IN_FLIGHT, '');
}
