import type { Clock } from '../../kernel/clock.js';
import type { Log } from '../../kernel/log.js';
import { IN_FLIGHT, OWN_RELEASE, PROMOTED, type Runtime, type State } from '../../kernel/runtime.js';
import type { WorkflowRun } from '../../kernel/workflow-run.js';
import { owns } from '../../release/record/holder.js';
import type { Holding, SeenRecord } from '../../release/record/ledger.js';
import { LockLost } from '../../release/record/lock-lost.js';
import { freshNonce } from '../../release/record/nonce.js';
import { isInFlight, isOver, type Release, type Step } from '../../release/record/record.js';
import type { HeldItemRecord } from '../aws/ledger/ledger.js';
import { type Alias, AliasRaced, readAlias, readBack, type Traffic, writeAlias } from './alias.js';
import type { Place } from './lambda-inputs.js';
import { asking, type Site } from './site.js';

/** Everything that a move works with while it holds the record. */
export interface Work {
  readonly site: Site;
  readonly held: HeldItemRecord;
  readonly clock: Clock;
  readonly log: Log;
  readonly run: WorkflowRun;
  readonly state: State;
}

/** Takes the lock on the app's record, and gives it back at the end. */
export function openWork<T>(
  site: Site,
  seen: SeenRecord,
  runtime: Runtime,
  asked: Pick<Holding, 'undoes' | 'asksToYield'>,
  move: (work: Work) => Promise<T>,
): Promise<T> {
  const { clock, log, workflowRun, signal, state } = runtime;
  const holding = { clock, log, workflowRun, signal, nonce: freshNonce(), ...asked };
  return site.ledger.hold(seen, holding, async (held) => {
    const work: Work = { site, held, clock, log, run: workflowRun, state };
    try {
      if (held.isSeized) await outdate(work);
      return await move(work);
    } finally {
      // Another job of the run goes on with the release: what becomes of it is for the `post` of that job.
      if (held.signal.reason instanceof LockLost && held.signal.reason.isWithinRun) forget(state);
    }
  });
}

export const aliasNow = ({ site, held, clock, log }: Work): Promise<Alias> =>
  readAlias(site.clients.lambda, site.place, asking({ clock, log }, held.signal));

/**
 * Writes the alias and reads it back.
 * @throws AliasRaced when somebody else has written it since it was read
 */
export async function shift(work: Work, from: Alias, to: Traffic): Promise<Alias> {
  const { site, held, clock, log } = work;
  const { lambda } = site.clients;
  const asked = asking({ clock, log }, held.signal);
  await held.change((guard) => writeAlias(lambda, site.place, from, to, { ...asked, guard }));
  return readBack(lambda, site.place, to, asked);
}

const MOST_RACES = 5;

/**
 * An earlier holder did not give the lock back: it may be asleep, and its last change on its way. The alias written as it stands has another
 * revision, by which that change is refused.
 */
async function outdate(work: Work): Promise<void> {
  const { site, held, clock, log } = work;
  for (let attempt = 1; ; attempt++) {
    const alias = await aliasNow(work);
    try {
      await held.change((guard) =>
        writeAlias(site.clients.lambda, site.place, alias, alias, { ...asking({ clock, log }, held.signal), guard }),
      );
      return;
    } catch (error) {
      if (!(error instanceof AliasRaced) || attempt === MOST_RACES) throw error;
    }
  }
}

/** Writes the release with what is about to change; the effect comes after. */
export async function announce(work: Work, release: Release, changes: Partial<Release>): Promise<Release> {
  const next = { ...release, ...changes };
  // Before the effect, as the record itself, and not forgotten before the record has its end: the process may be killed in between.
  if (!isOver(next)) note(next, work);
  await work.held.write(next);
  if (isOver(next)) note(next, work);
  return next;
}

export const now = ({ clock }: Pick<Work, 'clock'>): string => new Date(clock.now()).toISOString();

/** With a step that is done. How many invocations it got can't be known from here, so none is measured. */
export function withStep(work: Work, { phase, weight, steps }: Release): Pick<Release, 'steps'> {
  const at = now(work);
  const step: Step = { at, phase, weight, ...(weight > 0 && { servedSince: at }) };
  return { steps: [...steps, step] };
}

/** What `post` goes by: it undoes no other release, and may find no way to AWS any more. */
function note(latest: Release, { run, state, site }: Work): void {
  const isOwn = owns(run, latest);
  const isIt = isInFlight(latest) && isOwn;
  if (latest.phase === 'promoted' && isOwn)
    state.save(
      PROMOTED,
      `${latest.canary.image} was promoted by this step, and has all of alias ${aliasName(site.place)} still: what happens after a promotion undoes nothing by itself. ` +
        'A step with the rollback action and `if: failure() || cancelled()` takes it back.',
    );
  state.save(OWN_RELEASE, isIt ? latest.id : '');
  state.save(
    IN_FLIGHT,
    isIt
      ? `The release of ${latest.canary.image} was in flight when this step ended (${latest.phase}, ${latest.weight} % of alias ${aliasName(site.place)}). Nothing has been put back. ` +
          `Keep the AWS credentials until the job is over, or run the rollback action with \`app: ${site.place.app}\`, \`platform: aws-lambda\` and \`scope: any\`.`
      : '',
  );
}

export const aliasName = ({ function: name, alias }: Pick<Place, 'function' | 'alias'>): string => `${name}:${alias}`;

function forget(state: State): void {
  state.save(OWN_RELEASE, '');
  state.save(IN_FLIGHT, '');
}
