import type { Counts, Objective } from './objective/objective.js';
import type { PodLook } from './pace.js';

/** Something that reports on the requests of the canary and of stable. One implementation per way to the figures. */
export interface Source {
  /**
   * Looks once at both sides. What a side could not tell is in its `problems`, never in zero counts.
   * @throws whatever keeps the whole look from happening (nobody to ask), or the signal's reason
   */
  poll(objectives: readonly Objective[], signal: AbortSignal): Promise<Poll>;
  /** Looks afresh whether the canary still stands, for the moment before a pass; left out where nobody can know. */
  findBroken?(signal: AbortSignal): Promise<Broken | undefined>;
  /** As of the last look: who has made what of the canary since it was released, so that it tells nothing of what was; a sentence without its full stop. */
  changed?(): string | undefined;
  /** Why not every canary pod is in the counts, as `findBroken` has just seen them: a sentence for each that is not. */
  findUnread?(signal: AbortSignal): Promise<readonly string[]>;
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

/** In milliseconds since the epoch. Old pages, and those of pods that were not read, say nothing of later; first pages nothing of earlier. */
export interface Told {
  readonly from: number;
  readonly until: number;
}

export interface SidePoll {
  /** Pods that there are. */
  readonly pods: number;
  /** Those of them that are ready now; undefined where nobody can know. */
  readonly ready?: number | undefined;
  /** Since when none of them is ready, in milliseconds since the epoch; undefined while one is, or where only the looks tell. */
  readonly unreadySince?: number | undefined;
  /** Pods that are to serve and whose requests are not all in the counts so far, a sentence each that says why; empty when every pod was read. */
  readonly unread?: readonly string[] | undefined;
  /** Requests since the last look, those of the warm-up too; undefined when not every pod could tell. */
  readonly requests?: number | undefined;
  /** The same with all that may be users', by the pages that were read; what is 0 here is silence, as far as the pages tell. */
  readonly atMost?: number | undefined;
  /** From when to when the pages of all pods tell what has come; undefined when not every pod could tell. */
  readonly told?: Told | undefined;
  /** What single looks at single pods brought of users' requests, as far as their counts say; the first look at a pod and those in quick succession are none. */
  readonly looks?: readonly PodLook[] | undefined;
  /** Paths of the requests since the last look, as labels have them; `''` stands for those of which no label tells. */
  readonly paths?: readonly string[] | undefined;
  /** Looks that found new requests on one and the same pod, of the pod that had most. */
  readonly busyLooks?: number | undefined;
  /** The longest time for which a pod showed one and the same page, with requests in the next; 0 for pages that are made anew for each look. */
  readonly pageAgeMs?: number | undefined;
  /** Pods that answered this time. */
  readonly scraped: number;
  /** By name of the objective, since the last look. An objective without an entry has no data. */
  readonly counts: ReadonlyMap<string, Counts>;
  /** Set when a pod of this side has stopped serving; a canary of which that is true has failed. */
  readonly broken?: Broken | undefined;
  /** What went wrong, a sentence each. */
  readonly problems: readonly string[];
  /** Why an objective can have no data by any later look either, by its name: what it selects is written otherwise on this side. */
  readonly lasting?: ReadonlyMap<string, string> | undefined;
  /** When the last pod that is to serve will be past its warm-up, in milliseconds since the epoch. */
  readonly warmBy?: number | undefined;
  /** What the reader should know although nothing is wrong, a sentence each (a bucket edge that stands in for a threshold). */
  readonly notes: readonly string[];
  /**
   * Pod-milliseconds that the counts cover: for each pod, the time since its previous scrape. Stable pods may be looked at in turns,
   * so counts ÷ coveredPodMs × pods is that side's rate of requests, whatever share of the pods was looked at.
   */
  readonly coveredPodMs: number;
}
