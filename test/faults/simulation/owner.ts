import { AsyncLocalStorage } from 'node:async_hooks';

/** A simulated process. What it has started, timers and connections, ends with it. */
export interface Owner {
  /** Killed: nothing of it runs any more. */
  readonly isDead: boolean;
  /** Called when it is killed. */
  readonly atDeath: Set<() => void>;
}

/** Whose code is running; undefined for the cluster's own. */
export const running = new AsyncLocalStorage<Owner | undefined>();
