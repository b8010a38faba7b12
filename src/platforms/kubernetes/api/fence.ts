import type { Kind } from './kinds.js';

/**
 * The right to change an app's objects, which one process has at a time. A process that was stopped for a while may wake up after another has taken
 * its place: its changes must not be sent any more, and those that were on their way must be refused.
 */
export interface Fence {
  /** Stands on every object that its holder edits, so that a change by an earlier holder is refused. */
  readonly mark: string;
  /** Passes while the right is surely held, and throws when somebody else has it. */
  pass(): Promise<void>;
  /** Asks the server, whatever our own clock says: somebody else has changed an object since it was read. */
  confirm(): Promise<void>;
  /** After a failure: throws when our own clock says that the right may be gone and somebody else has it, and only then. */
  refuseLost(): Promise<void>;
  /** Notes a change that is never answered: while it may be on its way the right is not given to anybody else. `pass` goes before each sending. */
  during<T>(change: (pass: () => Promise<void>) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Notes an object that may have come into being when somebody else had the right already, also when its answer is lost. */
  creating<T>(kind: Kind<unknown>, name: string, creation: Promise<T>): Promise<T>;
  /** Notes that the mark stands on an object, or no longer does. */
  stands(kind: Kind<unknown>, name: string, isThere: boolean): void;
}
