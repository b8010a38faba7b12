import type { Counts, Objective } from '../objective.js';

/** Something that reports on the requests of the canary and of stable. One implementation per way to the figures. */
export interface Source {
  /**
   * Looks once at both sides. What a side could not tell is in its `problems`, never in zero counts.
   * @throws whatever keeps the whole look from happening (nobody to ask), or the signal's reason
   */
  poll(objectives: readonly Objective[], signal: AbortSignal): Promise<Poll>;
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
  /** Why a pod of this side has stopped serving and will not go on by itself; a canary of which that is true has failed. */
  readonly broken?: string | undefined;
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
