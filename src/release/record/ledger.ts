import type { Clock } from '../../kernel/clock.js';
import type { UserError } from '../../kernel/errors.js';
import type { Log } from '../../kernel/log.js';
import type { WorkflowRun } from '../../kernel/workflow-run.js';
import type { Release, ReleaseRecord, SeenLive } from './record.js';

/**
 * Where the record of an app's releases is kept, so that one process at a time works on it. Each platform has one; `test/contracts/ledger`
 * holds for all of them.
 */
export interface Ledger<Held extends HeldRecord = HeldRecord> {
  /** For messages: what it is and its name. */
  readonly place: string;
  /**
   * Reads the record without touching it; an app that was never released has an empty one.
   * @throws UserError when what is there is no record that this version can read
   */
  read(signal: AbortSignal): Promise<SeenRecord>;
  /** The same on the way back: a record that can't be read is as good as none, and what it says otherwise is for the platform to say. */
  readAny(signal: AbortSignal): Promise<SeenRecord>;
  /**
   * Runs `work` as the only process that works on the record, renewing the lock meanwhile and giving it back at the end, after a cancellation too.
   * @param seen the record as it was read; another process may have written it since, and `held.record` is what it is when the lock is taken
   * @throws UserError when a process that is alive holds the lock, naming its run; LockLost when another process has taken it over
   */
  hold<T>(seen: SeenRecord, holding: Holding, work: (held: Held) => Promise<T>): Promise<T>;
}

/** Who takes the lock, and with what. */
export interface Holding {
  readonly workflowRun: WorkflowRun;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** A random word, new for each process, so that a restarted process does not take itself for its predecessor. */
  readonly nonce: string;
  /** Milliseconds of a clock that nobody sets; the machine's by default. */
  readonly monotonicMs?: () => number;
  /** Page of this run, where it asks whoever is at work on the app to give way. */
  readonly asksToYield?: string | undefined;
  /** Whether it undoes a release: it waits for whoever is undoing it already, and gives way to nobody itself. */
  readonly undoes?: boolean | undefined;
}

export interface SeenRecord {
  readonly record: ReleaseRecord;
  /** Undefined while nobody works on the record. */
  readonly lock: SeenLock | undefined;
  /** What is wrong with the stored record, for whoever goes on without one. One that is another version's or platform's is never written over. */
  readonly flaw?: UserError;
  /** What the ledger takes the lock by; nobody else looks into it. */
  readonly stored: unknown;
}

export interface SeenLock {
  /** As `lock-holder.ts` writes it. */
  readonly holder: string;
  /** By the clock of its holder, in milliseconds since the epoch; NaN where that can't be told. */
  readonly renewedAt: number;
  /** How long it lasts without a renewal. */
  readonly lastsMs: number;
}

/** The record while this process, and no other, works on it. */
export interface HeldRecord {
  readonly record: ReleaseRecord;
  /** Aborted when the lock is lost, besides when the step is cancelled. */
  readonly signal: AbortSignal;
  /** An earlier holder has not given the lock back: it may be asleep and not dead. */
  readonly isSeized: boolean;
  /** Compare-and-swap: fails rather than overwrite what another process wrote. */
  write(release: Release): Promise<void>;
  /** Notes what a run found live, for its later steps. */
  noteLive(seen: SeenLive): Promise<void>;
}
