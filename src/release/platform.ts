import type { Given, InputDefinitions } from '../kernel/define.js';
import type { Problem } from '../kernel/errors.js';
import type { Check } from '../kernel/schema.js';

/** What a platform remembers of a release, as it stands on record; only the platform of that kind knows what is in it. */
export interface PlatformMemory {
  readonly kind: string;
  readonly memory: unknown;
}

/** A strategy, as far as the record has to know it. */
export interface StrategyOnRecord {
  /** As it stands on record. */
  readonly kind: string;
  /** How far a promotion can have come, in their order: a process can be killed at each, and each is undone. */
  readonly stages: readonly string[];
}

/** A place where apps run, as far as the record has to know it. Costs nothing to load. */
export interface PlatformOnRecord {
  /** As it stands on record, and as input `platform` names it. */
  readonly kind: string;
  /** What may stand on record of it. Untrusted: whoever can write the record could have written it. */
  readonly memory: Check;
  /** By which a release may go there. */
  readonly strategies: readonly StrategyOnRecord[];
  /** Fields of its memory that stood beside the rest of a release in records of schema 1; absent where no such record was written. */
  readonly inSchema1?: readonly string[];
  /** What is left of a memory when its release is over. */
  ended(memory: unknown): unknown;
  /** Hash of what a release brings besides its image: releases of one image that differ in it are not the same. Undefined where nothing comes along. */
  besides(memory: unknown): string | undefined;
  /** The share of the traffic, in percent, that a weight comes to there; the weight itself where any share can be given. */
  shareOf(memory: unknown, weight: number): number;
}

/** A platform as one line of `src/platforms/index.ts`. */
export interface PlatformDescription extends PlatformOnRecord {
  /** What is released there, in a few words. */
  readonly summary: string;
  /** What it has of each action; an action that it lacks can't be had there. */
  readonly actions: Readonly<Partial<Record<ActionOnPlatform, PlatformAction>>>;
}

/** The actions that ask a platform for what they do. */
export type ActionOnPlatform = 'canary-step' | 'rollback' | 'status' | 'verify-slo';

export interface PlatformAction {
  /** What the action takes there besides what it takes everywhere. */
  readonly inputs: InputDefinitions;
  /**
   * What no single input can know: one text per problem, or the problem where it has a code of its own.
   * @param isUndo whether the step puts back what is there, for which fewer inputs count
   */
  conflicts(inputs: Given<InputDefinitions>, isUndo?: boolean): ReadonlyArray<string | Problem>;
  /** Those of its inputs that `post` goes by, as main got them; absent where there is no `post`. */
  readonly keeps?: readonly string[];
  /** Those that nothing rests on when something is put back: a mistake in one must not stop that. */
  readonly spares?: readonly string[];
  /** Those without which nothing can be put back: a mistake in any other must not stop that. */
  readonly neededToUndo?: readonly string[];
  /** The code, which is loaded when the action runs there. */
  load(): Promise<unknown>;
}
