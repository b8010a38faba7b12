import type { V1ObjectMeta } from '@kubernetes/client-node';
import type { Fence } from '../api/fence.js';
import type { Kind } from '../api/kinds.js';

/** An object by its name. */
export interface NamedObject {
  readonly kind: Kind<{ readonly metadata?: V1ObjectMeta }>;
  readonly name: string;
}

export interface Lock {
  /** By the clocks of this machine alone. */
  isSurelyHeld(): boolean;
  /** Asks the server, and has the lock for its whole term again. Throws when another process has taken it. */
  renew(): Promise<void>;
  /** Throws LockLost when its time is over and another process has it. */
  refuseLost(): Promise<void>;
}

/** Whoever holds the lock on an app's record may change the app. */
export class LockFence implements Fence {
  readonly mark: string;
  readonly #lock: Lock;
  readonly #standing = new Map<string, NamedObject>();
  readonly #late: NamedObject[] = [];
  #unanswered = 0;

  /** @param mark no earlier holder has had the same */
  constructor(mark: string, lock: Lock) {
    this.mark = mark;
    this.#lock = lock;
  }

  async pass(): Promise<void> {
    while (!this.#lock.isSurelyHeld()) await this.#lock.renew();
  }

  confirm(): Promise<void> {
    return this.#lock.renew();
  }

  refuseLost(): Promise<void> {
    return this.#lock.refuseLost();
  }

  async during<T>(change: (pass: () => Promise<void>) => Promise<T>, signal: AbortSignal): Promise<T> {
    let isSent = false;
    const pass = async () => {
      await this.pass();
      signal.throwIfAborted();
      isSent = true;
    };
    try {
      return await change(pass);
    } catch (error) {
      if (isSent) this.#unanswered += 1;
      throw error;
    }
  }

  async creating<T>(kind: Kind<unknown>, name: string, creation: Promise<T>): Promise<T> {
    try {
      const made = await creation;
      await this.pass();
      return made;
    } catch (error) {
      if (!this.#lock.isSurelyHeld()) this.#late.push({ kind: kind as NamedObject['kind'], name });
      throw error;
    }
  }

  stands(kind: Kind<unknown>, name: string, isThere: boolean): void {
    const key = `${kind.plural}/${name}`;
    if (isThere) this.#standing.set(key, { kind: kind as NamedObject['kind'], name });
    else this.#standing.delete(key);
  }

  /** Objects on which the mark of this holder stands. */
  get standing(): readonly NamedObject[] {
    return [...this.#standing.values()];
  }

  /** What may have been created when another process had the lock already. */
  get late(): readonly NamedObject[] {
    return this.#late;
  }

  /** Whether a change may still be carried out that nobody waits for any more. */
  get isAwaited(): boolean {
    return this.#unanswered > 0;
  }
}
