import { AsyncLocalStorage } from 'node:async_hooks';

/** A simulated process. What it has started, timers and connections, ends with it. */
export interface Owner {
  /** Killed: nothing of it runs any more. */
  readonly isDead: boolean;
  /** Stopped, as by SIGSTOP: what would run of it is put off until it goes on. */
  readonly isFrozen: boolean;
  /** What it has missed, in the order in which it came. */
  readonly missed: (() => void)[];
  /** Called when it is killed. */
  readonly atDeath: Set<() => void>;
}

/** Whose code is running; undefined for the cluster's own. */
export const running = new AsyncLocalStorage<Owner | undefined>();
