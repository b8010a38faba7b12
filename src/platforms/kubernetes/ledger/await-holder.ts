import type { V1Lease } from '@kubernetes/client-node';
import type { Clock } from '../../../kernel/clock.js';
import type { Log } from '../../../kernel/log.js';
import { beingWorkedOn, describeHolder, isOfSameJob } from '../../../release/record/lock-holder.js';
import { LOCK_LASTS_SECONDS, type Term } from '../../../release/record/term.js';
import { type Cluster, DeadlineError } from '../api/cluster.js';
import { LEASE } from '../api/kinds.js';
import { isBeingUndone } from './undone-lease.js';
import { askToYield } from './yield.js';

/** The first may have been sent before the wish was there. */
const RENEWALS_TO_YIELD = 2;

export interface Taking {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Begins when the lock is taken. */
  readonly term: Term;
  /** Page of the run, where it asks whoever is at work on the app to give way. */
  readonly asksToYield?: string | undefined;
  /** Whether it undoes a release, and so waits for whoever is undoing it already. */
  readonly undoes?: boolean | undefined;
}

/** The same job on the same runner runs one step at a time, so an earlier process of it is dead. */
export const isPredecessor = ({ spec }: V1Lease, holder: string): boolean => isOfSameJob(spec?.holderIdentity ?? '', holder);

/** Whether the same process holds both, and has shown no sign of life between them. */
export const isSameTenure = (a: V1Lease, b: V1Lease): boolean =>
  a.spec?.holderIdentity === b.spec?.holderIdentity && String(a.spec?.renewTime) === String(b.spec?.renewTime);

/**
 * Waits until whoever holds the lock has given it back, or has shown no sign of life for as long as a lock lasts: by our own clock from what we see,
 * never by comparing our clock with the holder's.
 * @returns the Lease as its holder left it
 * @throws UserError when the holder is alive and at work; an undo waits for as long as another one is
 */
export async function awaitHolder(name: string, seen: V1Lease, holder: string, effects: Taking): Promise<V1Lease> {
  const { log, undoes } = effects;
  const other = seen.spec?.holderIdentity ?? '';
  const isDue = undoes && isBeingUndone(seen);
  if (isDue) log.info(`${describeHolder(other, holder)} is undoing a release of this app already: waiting for it to end.`);
  else log.info(`${other} holds the release record; waiting up to ${LOCK_LASTS_SECONDS} s to see whether it is alive.`);
  const renewals = !isDue && (await asked(name, effects)) ? RENEWALS_TO_YIELD : 0;
  let last = seen;
  for (let left = renewals; ; left--) {
    const next = await nextSign(last, holder, effects, left > 0);
    if (next === undefined) return last;
    if (!next.spec?.holderIdentity) return next;
    if (undoes && isBeingUndone(next) && !isBeingUndone(last))
      log.info('It undoes a release of this app: waiting for it to end.');
    last = next;
  }
}

/** @returns whether the holder has been asked to give way */
async function asked(name: string, { cluster, log, signal, asksToYield }: Taking): Promise<boolean> {
  if (asksToYield === undefined) return false;
  try {
    await askToYield(cluster, name, asksToYield, signal);
  } catch (error) {
    signal.throwIfAborted();
    // The Lease may be gone by now, or no server there for a moment: what follows finds out.
    log.info(`It could not be asked to give way: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
  log.info('It is asked to give way, which it does when it renews the lock next.');
  return true;
}

/** @returns the Lease at the holder's next sign of life, or as it was given back; undefined after the silence of a dead one */
async function nextSign(
  seen: V1Lease,
  holder: string,
  { cluster, signal, undoes = false }: Taking,
  mayRenew: boolean,
): Promise<V1Lease | undefined> {
  const decide = ([lease]: readonly V1Lease[]): V1Lease | undefined => {
    if (!lease?.spec?.holderIdentity) return lease ?? { ...seen, spec: {} };
    if (isSameTenure(lease, seen)) return undefined;
    const isAnother = lease.spec.holderIdentity !== seen.spec?.holderIdentity;
    // Whoever has just begun to undo it may not have said so yet.
    if (isAnother ? undoes : mayRenew || (undoes && isBeingUndone(lease))) return lease;
    throw beingWorkedOn(lease.spec.holderIdentity, holder);
  };
  const only = { fields: `metadata.name=${seen.metadata?.name}` };
  try {
    return await cluster.until(LEASE, only, decide, { timeoutMs: LOCK_LASTS_SECONDS * 1000 }, signal);
  } catch (error) {
    if (error instanceof DeadlineError) return undefined;
    throw error;
  }
}
