import type { Counts, Objective } from '../objective.js';

/** Something that reports on the requests of the canary and of stable. One implementation per way to the figures. */
export interface Source {
  /**
   * Looks once at both sides. What a side could not tell is in its `problems`, never in zero counts.
   * @throws whatever keeps the whole look from happening (nobody to ask), or the signal's reason
   */
  poll(objectives: readonly Objective[], signal: AbortSignal): Promise<Poll>;
  /** Looks afresh whether the canary still stands, for the moment before a pass; left out where nobody can know. */
  findBroken?(signal: AbortSignal): Promise<Broken | undefined>;
}

/** Why a pod of the canary has stopped serving: requests to it are in no pod's figures, so this is the only trace of them. */
export interface Broken {
  /** A sentence without its full stop. */
  readonly reason: string;
  /** What its log says last, with a heading of its own; empty when it says nothing. For messages, and for nothing that is kept. */
  readonly lastLines: string;
}

export interface Poll {
  /** Wall-clock time in milliseconds since the Unix epoch. */
  readonly at: number;
  readonly canary: SidePoll;
  readonly stable: SidePoll;
}

export interface SidePoll {
  /** Pods that there are. */
  readonly pods: number;
  /** Pods that answered this time. */
  readonly scraped: number;
  /** By name of the objective, since the last look. An objective without an entry has no data. */
  readonly counts: ReadonlyMap<string, Counts>;
  /** Set when a pod of this side has stopped serving; a canary of which that is true has failed. */
  readonly broken?: Broken | undefined;
  /** What went wrong, a sentence each. */
  readonly problems: readonly string[];
  /** What the reader should know although nothing is wrong, a sentence each (a bucket edge that stands in for a threshold). */
  readonly notes: readonly string[];
  /**
   * Pod-milliseconds that the counts cover: for each pod, the time since its previous scrape. Stable pods may be looked at in turns,
   * so counts ÷ coveredPodMs × pods is that side's rate of requests, whatever share of the pods was looked at.
   */
  readonly coveredPodMs: number;
}
