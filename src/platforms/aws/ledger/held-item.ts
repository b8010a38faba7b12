import { within } from '../../../kernel/within.js';
import { describeHolder, isOfSameRun, ONE_AFTER_THE_OTHER } from '../../../release/record/lock-holder.js';
import { gaveWay, LockLost } from '../../../release/record/lock-lost.js';
import { LOCK_LASTS_SECONDS, startTerm } from '../../../release/record/term.js';
import { isAnswered } from '../failures.js';
import { isBeingUndone, latestIn } from './stored-record.js';
import { type Change, Raced, type StoredItem } from './table.js';
import { type Taking, take } from './take-item.js';

const RENEW_EVERY_MS = 10_000;
const RENEW_AGAIN_MS = 1000;
const GIVE_BACK_WITHIN_MS = 2000;

/** The lock on an app's record, from when it is taken until it is given back or another process has it. */
export class HeldItem {
  /** Aborted when another process has the lock, besides when the step is cancelled. */
  readonly signal: AbortSignal;
  readonly isSeized: boolean;
  readonly #taking: Taking;
  readonly #lost = new AbortController();
  readonly #ended = new AbortController();
  readonly #renewing: Promise<void>;
  #stored: StoredItem;
  #writes = 0;
  /** A change that was sent and not answered: it may arrive yet. */
  #isUnanswered = false;
  /** Renewals and writes share one version, so they go one after the other. */
  #queue: Promise<unknown> = Promise.resolve();

  /**
   * Takes the lock, waiting for its end where its holder may be dead.
   * @throws UserError when a process that is alive holds it
   */
  static async take(seen: StoredItem | undefined, asked: Omit<Taking, 'term'>): Promise<HeldItem> {
    const taking = { ...asked, term: startTerm(asked.clock, asked.monotonicMs) };
    const { stored, isSeized } = await take(seen, taking);
    return new HeldItem(stored, isSeized, taking);
  }

  private constructor(stored: StoredItem, isSeized: boolean, taking: Taking) {
    this.#stored = stored;
    this.isSeized = isSeized;
    this.#taking = taking;
    this.signal = AbortSignal.any([taking.signal, this.#lost.signal]);
    this.#renewing = this.#keepRenewing().catch((error: unknown) => {
      if (!this.#ended.signal.aborted) this.#lost.abort(error);
    });
  }

  /** As it was when the lock was taken, or last written. */
  get stored(): StoredItem {
    return this.#stored;
  }

  /** Compare-and-swap: fails rather than overwrite what another process wrote. */
  write(record: string): Promise<void> {
    return this.#swap(() => ({ record }), this.signal);
  }

  /**
   * Makes a change of something else than the record, as long as the lock is surely held.
   * @param send gets what is to be called right before each request: by then the lock may have ended
   */
  async change<T>(send: (guard: () => Promise<void>) => Promise<T>): Promise<T> {
    try {
      const answer = await send(() => this.#refuseUnheld());
      this.#isUnanswered = false;
      return answer;
    } catch (error) {
      if (!(error instanceof LockLost) && !isAnswered(error)) this.#isUnanswered = true;
      throw error;
    }
  }

  /** @throws LockLost when the lock's time is over and another process has it */
  async refuseLost(): Promise<void> {
    if (!this.#taking.term.isOver() || this.#taking.signal.aborted) return;
    try {
      await this.#extend(this.#taking.signal);
    } catch (error) {
      if (error instanceof LockLost) throw error;
    }
  }

  /** No renewal from here on. */
  async endWork(): Promise<void> {
    this.#ended.abort(new Error('the work on the record is done'));
    await this.#renewing;
  }

  /** Also after a cancellation: the lock given back spares the next process the wait for its end. Not while a change may be on its way. */
  async giveBack(): Promise<void> {
    const { clock, log, holder } = this.#taking;
    const back = { holder: undefined, renewedAt: undefined, lastHolder: holder, yieldTo: undefined };
    const giveBack = (signal: AbortSignal) =>
      this.#isUnanswered ? Promise.reject(new Error('a change has not been answered')) : this.#swap(() => back, signal);
    await within(GIVE_BACK_WITHIN_MS, clock, new AbortController().signal, giveBack).catch((error: unknown) => {
      log.debug(`The lock was not given back and ends by itself in ${LOCK_LASTS_SECONDS} s: ${String(error)}`);
    });
  }

  async #keepRenewing(): Promise<void> {
    const { clock, log, term } = this.#taking;
    for (let waitMs = RENEW_EVERY_MS; ; ) {
      await clock.sleep(waitMs, this.#ended.signal);
      try {
        await this.#extend(this.#ended.signal);
        waitMs = RENEW_EVERY_MS;
        log.debug('renewed the lock');
      } catch (error) {
        // AWS that is away for a while costs the lock only when it is away for as long as the lock lasts.
        if (error instanceof LockLost || this.#ended.signal.aborted || term.isOver()) throw error;
        log.info(`The lock could not be renewed and is tried again: ${error instanceof Error ? error.message : String(error)}`);
        waitMs = RENEW_AGAIN_MS;
      }
    }
  }

  /** The lock is asked for again where its time is over by either clock; whoever has taken it meanwhile has it. */
  async #refuseUnheld(): Promise<void> {
    this.#lost.signal.throwIfAborted();
    if (this.#taking.term.isOver()) await this.#extend(this.signal);
    this.#lost.signal.throwIfAborted();
  }

  async #extend(signal: AbortSignal): Promise<void> {
    const { clock, term, undoes, of } = this.#taking;
    let renewed: (() => void) | undefined;
    const plan = () => {
      renewed = term.begin();
      return { renewedAt: new Date(clock.now()).toISOString() };
    };
    await this.#swap(plan, signal);
    renewed?.();
    const asker = this.#stored.yieldTo;
    if (asker !== undefined && !undoes && !isBeingUndone(this.#stored, of)) this.#lost.abort(gaveWay(asker));
  }

  #swap(plan: () => Change, signal: AbortSignal): Promise<void> {
    const next = this.#queue.then(() => this.#swapNow(plan(), signal));
    this.#queue = next.catch((error: unknown) => {
      if (error instanceof LockLost) this.#lost.abort(error);
    });
    return next;
  }

  /** An item that was deleted is no reason to stop: what it held is known here, and is written anew. Another holder is. */
  async #swapNow(change: Change, signal: AbortSignal): Promise<void> {
    const { item, holder, clock, log, term } = this.#taking;
    const asking = { clock, log, signal };
    let before: StoredItem | undefined = this.#stored;
    for (;;) {
      this.#writes += 1;
      try {
        const { version: _, write: __, ...known } = this.#stored;
        this.#stored = await item.swap(before, before ? change : { ...known, ...change }, `${holder}-${this.#writes}`, asking);
        return;
      } catch (error) {
        if (!(error instanceof Raced)) throw error;
        const isGone = error.item === undefined && !term.isOver();
        if (!isGone && error.item?.holder !== holder) throw this.#lossBy(error.item, error);
        if (isGone)
          log.warning(
            `The ${item.place}, which holds the release record, was deleted while this step works by it. It is written anew, with the record as it was.`,
          );
        before = error.item;
      }
    }
  }

  #lossBy(fresh: StoredItem | undefined, cause: unknown): LockLost {
    const { item, holder, of } = this.#taking;
    const rest = 'It has changed nothing since, and stops here. Run it again if it is still wanted.';
    const lost = 'This step lost its lock on the release record:';
    if (!fresh) return new LockLost(`${lost} the ${item.place} was deleted. ${rest}`, { cause });
    const taker = fresh.holder ?? fresh.lastHolder;
    const latest = latestIn(fresh, of);
    const end = latest
      ? ` (the release of ${latest.canary.image} is ${latest.phase} now, by ${latest.endedBy ?? latest.owner.url})`
      : '';
    const back = fresh.holder ? '' : ` and has given it back since${end}`;
    const who = `${taker === undefined ? 'another process' : describeHolder(taker, holder)} has taken the ${item.place} over${back}`;
    const isWithinRun = taker !== undefined && isOfSameRun(taker, holder);
    const why = `it was not renewed for ${LOCK_LASTS_SECONDS} s (a runner that stood still, or a network that was cut)`;
    return new LockLost(isWithinRun ? `${lost} ${who}. ${rest}\n${ONE_AFTER_THE_OTHER}` : `${lost} ${why}, and ${who}. ${rest}`, {
      cause,
      isWithinRun,
    });
  }
}
