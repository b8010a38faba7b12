import type { Clock } from '../../../src/kernel/clock.js';
import type { Log } from '../../../src/kernel/log.js';
import type { PlatformMemory } from '../../../src/release/platform.js';
import type { Ledger } from '../../../src/release/record/ledger.js';

/** What the contract needs to know of a platform's ledger to try it: one file beside this one, named as the platform. */
export interface LedgerBed {
  /** What the platform remembers of some release. */
  readonly memory: PlatformMemory;
  /** Of an app that was never released. */
  createApp(): Promise<LedgerApp>;
  close(): Promise<void>;
}

export interface LedgerApp {
  /** As a process with a clock of its own sees it. */
  ledger(process: { readonly clock: Clock; readonly log: Log }): Ledger;
  /** Puts a text where the record is stored, as anybody may who has the rights. */
  forge(text: string): Promise<void>;
  /** What is stored as the record. */
  text(): Promise<string | undefined>;
  /** Removes the place itself, as a cleaner does. */
  remove(): Promise<void>;
}
