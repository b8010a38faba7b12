import type { Log } from '../kernel/log.js';
import type { StrategyOnRecord } from './platform.js';
import type { Release } from './record/record.js';

/** A strategy as one line of a platform's `strategies/index.ts`. Costs nothing to load. */
export interface StrategyDescription extends StrategyOnRecord {
  /** How it gives a version the traffic, in a few words. */
  readonly summary: string;
  /** The code, which is loaded when a release goes by it. */
  load(): Promise<unknown>;
}

/** What a platform's strategies work with. */
export interface StrategyTypes {
  /** Everything that is at hand while the record is held. */
  readonly work: unknown;
  /** What a step asks of a release. */
  readonly asked: unknown;
  /** Where that has led. */
  readonly reached: unknown;
  /** What is known before anything is looked at closely. */
  readonly place: unknown;
  /** What stands around the app. */
  readonly surroundings: unknown;
}

/** How a release gets from the version that runs to the next one, and back. */
export interface Strategy<T extends StrategyTypes> {
  /** @throws UserError for what it can't do, before anything is changed */
  refuse(asked: T['asked'], place: T['place']): void;

  /** Says before anything is changed what may be lost on its way. */
  warn(asked: T['asked'], surroundings: T['surroundings'], log: Pick<Log, 'warning'>): void;

  /** Moves the release to where the step wants it. Goes on from any stage at which a process was killed. */
  move(work: T['work'], release: Release, asked: T['asked']): Promise<T['reached']>;

  /** Undoes a release that is in flight, from any of its stages; done twice, it is done once. @returns it, aborted */
  undo(work: T['work'], release: Release, reason: string): Promise<Release>;
}
