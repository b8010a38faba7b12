import type { V1Lease } from '@kubernetes/client-node';
import { within } from '../../../kernel/within.js';
import type { Holding } from '../../../release/record/ledger.js';
import { LockLost } from '../../../release/record/lock-lost.js';
import { LOCK_LASTS_SECONDS, startTerm, type Term } from '../../../release/record/term.js';
import type { Cluster, JsonPatchOperation } from '../api/cluster.js';
import { swapLease } from './keep-lease.js';
import { LockFence } from './lock-fence.js';
import { noteHolder } from './lost.js';
import { acquire, microTime } from './take-lease.js';
import { yieldAsked } from './yield.js';

const RENEW_EVERY_MS = 10_000;
const RENEW_AGAIN_MS = 1000;
const GIVE_BACK_WITHIN_MS = 2000;

export interface LeaseEffects extends Omit<Holding, 'workflowRun'> {
  readonly cluster: Cluster;
}

/** The lock on an app's record, from when it is taken until it is given back or another process has it. */
export class HeldLease {
  /** Passed by every change of the app. */
  readonly fence: LockFence;
  /** Aborted when another process has the lock, besides when the step is cancelled. */
  readonly signal: AbortSignal;
  readonly #effects: LeaseEffects;
  readonly #holder: string;
  readonly #term: Term;
  readonly #lost = new AbortController();
  readonly #ended = new AbortController();
  readonly #renewing: Promise<void>;
  #lease: V1Lease;
  /** Renewals and writes share one resourceVersion, so they go one after the other. */
  #queue: Promise<unknown> = Promise.resolve();

  /**
   * Takes the lock, waiting for its end where its holder may be dead.
   * @param current the Lease as it was read
   * @throws UserError when a process that is alive holds it
   */
  static async take(name: string, holder: string, current: V1Lease | undefined, effects: LeaseEffects): Promise<HeldLease> {
    const term = startTerm(effects.clock, effects.monotonicMs);
    return new HeldLease(await acquire(name, holder, current, { ...effects, term }), holder, term, effects);
  }

  private constructor(lease: V1Lease, holder: string, term: Term, effects: LeaseEffects) {
    this.#lease = lease;
    this.#holder = holder;
    this.#term = term;
    this.#effects = effects;
    this.signal = AbortSignal.any([effects.signal, this.#lost.signal]);
    this.fence = new LockFence(markOf(lease, effects.nonce), {
      isSurelyHeld: () => !this.#lost.signal.aborted && !term.isOver(),
      renew: () => this.#renew(this.signal),
      refuseLost: () => this.refuseLost(),
    });
    this.#renewing = this.#keepRenewing().catch((error: unknown) => {
      if (!this.#ended.signal.aborted) this.#lost.abort(error);
    });
  }

  /** The Lease as it was when the lock was taken, or last written. */
  get lease(): V1Lease {
    return this.#lease;
  }

  /** Compare-and-swap of an annotation: fails rather than overwrite what another process wrote. */
  annotate(annotation: string, value: string): Promise<void> {
    const path = `/metadata/annotations/${annotation.replaceAll('/', '~1')}`;
    return this.#swap(() => [{ op: 'add', path, value }], this.signal);
  }

  /** @throws LockLost when the lock's time is over and another process has it */
  async refuseLost(): Promise<void> {
    if (!this.#term.isOver() || this.#effects.signal.aborted) return;
    try {
      await this.#extend(this.#effects.signal);
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
    const { clock, log } = this.#effects;
    const giveBack = (signal: AbortSignal) =>
      this.fence.isAwaited
        ? Promise.reject(new Error('a change has not been answered'))
        : this.#swap(() => [{ op: 'remove', path: '/spec/holderIdentity' }, noteHolder(this.#holder)], signal);
    await within(GIVE_BACK_WITHIN_MS, clock, new AbortController().signal, giveBack).catch((error: unknown) => {
      log.debug(`The lock was not given back and ends by itself in ${LOCK_LASTS_SECONDS} s: ${String(error)}`);
    });
  }

  async #keepRenewing(): Promise<void> {
    for (;;) {
      await this.#effects.clock.sleep(RENEW_EVERY_MS, this.#ended.signal);
      await this.#renewInTime();
      this.#effects.log.debug('renewed the lock');
    }
  }

  /** A server that is away for a while costs the lock only when it is away for as long as the lock lasts. */
  async #renewInTime(): Promise<void> {
    const { clock, log } = this.#effects;
    for (;;) {
      try {
        return await this.#renew(this.#ended.signal);
      } catch (error) {
        if (error instanceof LockLost || this.#ended.signal.aborted || this.#term.isOver()) throw error;
        log.info(`The lock could not be renewed and is tried again: ${error instanceof Error ? error.message : String(error)}`);
        await clock.sleep(RENEW_AGAIN_MS, this.#ended.signal);
      }
    }
  }

  async #renew(signal: AbortSignal): Promise<void> {
    this.#lost.signal.throwIfAborted();
    await this.#extend(signal);
  }

  async #extend(signal: AbortSignal): Promise<void> {
    let renewed: (() => void) | undefined;
    const plan = () => {
      renewed = this.#term.begin();
      return [{ op: 'replace', path: '/spec/renewTime', value: microTime(this.#effects.clock) } as const];
    };
    await this.#swap(plan, signal);
    renewed?.();
    const asked = this.#effects.undoes ? undefined : yieldAsked(this.#lease);
    if (asked) this.#lost.abort(asked);
  }

  #swap(plan: () => readonly JsonPatchOperation[], signal: AbortSignal): Promise<void> {
    const next = this.#queue.then(async () => {
      const { cluster, log } = this.#effects;
      const isSurelyHeld = () => !this.#term.isOver();
      this.#lease = await swapLease(this.#lease, this.#holder, plan(), { cluster, log, signal, isSurelyHeld });
    });
    this.#queue = next.catch((error: unknown) => {
      if (error instanceof LockLost) this.#lost.abort(error);
    });
    return next;
  }
}

/** A number that grows with each holder; the nonce, for a Lease that was made anew meanwhile. */
const markOf = ({ spec }: V1Lease, nonce: string): string => `${spec?.leaseTransitions ?? 0}-${nonce}`;
