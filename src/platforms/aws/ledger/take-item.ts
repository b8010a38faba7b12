import type { Holding } from '../../../release/record/ledger.js';
import { beingWorkedOn, describeHolder, isOfSameJob, takenMeanwhile } from '../../../release/record/lock-holder.js';
import { LOCK_LASTS_SECONDS, type Term } from '../../../release/record/term.js';
import { type ItemOf, isBeingUndone } from './stored-record.js';
import { Raced, type RecordItem, type StoredItem } from './table.js';

const LOOK_EVERY_MS = 2000;
/** The first may have been sent before the wish was there. */
const RENEWALS_TO_YIELD = 2;

export interface Taking extends Omit<Holding, 'workflowRun'> {
  readonly item: RecordItem;
  readonly of: ItemOf;
  /** Who this process is. */
  readonly holder: string;
  /** Begins when the lock is taken. */
  readonly term: Term;
}

export interface Taken {
  readonly stored: StoredItem;
  /** Whether its last holder has not given it back. */
  readonly isSeized: boolean;
}

/** Takes the lock: at once when it is free, and otherwise when its holder has ended, or has not renewed it for as long as it promised to. */
export async function take(seen: StoredItem | undefined, taking: Taking): Promise<Taken> {
  let current = seen;
  for (let attempt = 1; ; attempt++) {
    if (current?.holder && !isOfSameJob(current.holder, taking.holder)) current = await awaitHolder(current, taking);
    try {
      return await write(current, `take-${attempt}`, taking);
    } catch (error) {
      if (!(error instanceof Raced)) throw error;
      const winner = error.item?.holder;
      // Whoever else waited may have been faster. An undo waits for other undos, and so for whoever it is.
      const isSameSilence = current?.holder !== undefined && error.item?.write === current.write;
      if (winner && !isOfSameJob(winner, taking.holder) && !taking.undoes && !isSameSilence)
        throw takenMeanwhile(winner, taking.holder, error);
      current = error.item;
    }
  }
}

async function write(current: StoredItem | undefined, word: string, taking: Taking): Promise<Taken> {
  const { item, holder, term, clock, log, signal } = taking;
  const taken = term.begin();
  const change = { holder, renewedAt: new Date(clock.now()).toISOString(), yieldTo: undefined };
  const stored = await item.swap(current, change, `${holder}-${word}`, { clock, log, signal });
  taken();
  return { stored, isSeized: Boolean(current?.holder) };
}

/**
 * Waits until whoever holds the lock has given it back, or has shown no sign of life for as long as a lock lasts: by our own clock from what we see,
 * never by comparing our clock with the holder's.
 * @returns the item as its holder left it; undefined when it is gone
 * @throws UserError when the holder is alive and at work; an undo waits for as long as another one is
 */
async function awaitHolder(seen: StoredItem, taking: Taking): Promise<StoredItem | undefined> {
  const { log, undoes, holder, of } = taking;
  const isDue = undoes === true && isBeingUndone(seen, of);
  if (isDue)
    log.info(`${describeHolder(seen.holder ?? '', holder)} is undoing a release of this app already: waiting for it to end.`);
  else log.info(`${seen.holder} holds the release record; waiting up to ${LOCK_LASTS_SECONDS} s to see whether it is alive.`);
  const renewals = !isDue && (await asked(taking)) ? RENEWALS_TO_YIELD : 0;
  let last = seen;
  for (let left = renewals; ; left--) {
    const next = await nextSign(last, taking);
    if (next === 'silent') return last;
    if (!next?.holder) return next;
    const isAnother = next.holder !== last.holder;
    // Whoever has just begun to undo it may not have said so yet.
    const isWaitedFor = isAnother ? undoes : left > 0 || (undoes && isBeingUndone(next, of));
    if (!isWaitedFor) throw beingWorkedOn(next.holder, holder);
    last = next;
  }
}

/** @returns whether the holder has been asked to give way */
async function asked({ item, clock, log, signal, asksToYield }: Taking): Promise<boolean> {
  if (asksToYield === undefined) return false;
  try {
    await item.wish(asksToYield, { clock, log, signal });
  } catch (error) {
    signal.throwIfAborted();
    // The lock may have been given back by now: what follows finds out.
    log.info(`It could not be asked to give way: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
  log.info('It is asked to give way, which it does when it renews the lock next.');
  return true;
}

/** @returns the item at the next write of anybody; `silent` when there was none for as long as a lock lasts */
async function nextSign(seen: StoredItem, { item, clock, log, signal }: Taking): Promise<StoredItem | undefined | 'silent'> {
  const end = clock.now() + LOCK_LASTS_SECONDS * 1000;
  while (clock.now() < end) {
    await clock.sleep(LOOK_EVERY_MS, signal);
    const next = await item.read({ clock, log, signal });
    if (next?.write !== seen.write) return next;
  }
  return 'silent';
}
