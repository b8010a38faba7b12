import type { UsedBase } from './platforms/used-bases.js';

/** What is to be told of a build when it is over. */
export interface BuildAccount {
  readonly steps: readonly BuildStep[];
  readonly findings: readonly Finding[];
  /** From the first step's start to the last one's end, in milliseconds. */
  readonly durationMs: number;
  /** Images that its stages started from, where the engine says so. */
  readonly bases?: readonly UsedBase[];
}

/** One instruction of the Dockerfile, for one platform. */
export interface BuildStep {
  /** Undefined where the engine does not say what builds on what. */
  readonly id?: string;
  /** Ids of the steps that it builds on directly. */
  readonly needs?: readonly string[];
  /** As the engine writes it: `[build 2/5] RUN make`. */
  readonly name: string;
  readonly cached: boolean;
  /** Undefined when it never ended. */
  readonly durationMs: number | undefined;
  /** Why it failed. */
  readonly error: string | undefined;
  /** The end of what it printed, without its line ends. */
  readonly lastLines: readonly string[];
}

/** Something in a Dockerfile that a reviewer would point at. */
export interface Finding {
  /** Name of the rule, in its maker's own spelling. */
  readonly rule: string;
  readonly text: string;
  /** Where the rule is explained. */
  readonly url?: string;
  /** Path from the workspace. */
  readonly file: string;
  /** From 1; undefined when it is about the whole file. */
  readonly line: number | undefined;
}
