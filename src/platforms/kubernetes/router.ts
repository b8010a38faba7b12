import type { V1ObjectMeta } from '@kubernetes/client-node';
import type { Clock } from '../../kernel/clock.js';
import type { Log } from '../../kernel/log.js';
import type { Check } from '../../kernel/schema.js';
import type { Need } from './access/need.js';
import type { Cluster } from './api/cluster.js';
import type { Kind } from './api/kinds.js';
import type { App } from './app/app.js';
import type { Isolation } from './canary/canary-objects.js';

/** What a kind of router can do. Strategies ask for this, and never which kind it is. */
export interface Capabilities {
  /** `any` percent; in steps of `whole-pods`; or `all-or-nothing`, where there is no share between. */
  readonly shares: 'any' | 'whole-pods' | 'all-or-nothing';
  /** Whether all traffic can be given to the canary, so that stable can be replaced without any. */
  readonly carriesAll: boolean;
  /** Whether the canary's pods stand behind a Service of their own, or behind stable's beside its pods. */
  readonly isolation: Isolation;
  /** Whether requests with a header or a cookie can be led to the canary whatever its share. */
  readonly splitsTesters: boolean;
}

/** What a release asks of a router's objects, by what it is about to do. */
export interface RouterNeeds {
  /** A whole release, to its promotion. */
  readonly release: readonly Need[];
  /** Finding out that no object of this kind leads to the app. */
  readonly search: readonly Need[];
  /** Without these the traffic can't be taken from the canary. */
  readonly vital: readonly Need[];
  /** What else putting a release back reads. */
  readonly tidying: readonly Need[];
  /** Looking at the canary's share, without changing it. */
  readonly judge: readonly Need[];
}

/** A kind of router: what is known of it before any of its objects has been read. Costs nothing to load. */
export interface RouterDescription extends Capabilities {
  /** The value of input `router`, and `kind` on record. */
  readonly kind: string;
  /** What splits the traffic, as a noun with its article, for the reference. */
  readonly summary: string;
  /** What may stand on record of it; without `kind`, which has been looked at. Untrusted: whoever can edit a Lease could have written it. */
  readonly memory: Check;
  readonly needs: RouterNeeds;
  /** What splits the traffic of a release with this memory, by name, for messages. */
  describe(memory: RouterMemory): string;
  /** The objects that a release with this memory edits; the first one is what input `route` names. */
  objects(memory: RouterMemory): readonly RoutedObject[];
  load(): Promise<LoadedRouter>;
}

/** What costs time to load, and is loaded when a release is worked on. */
export interface LoadedRouter {
  create(cluster: Cluster, app: App, memory: RouterMemory, options: RouterOptions): Router;

  /**
   * Where the traffic really is, whatever the record says.
   * @returns undefined where nothing can tell but the record
   */
  live(cluster: Cluster, memory: RouterMemory, release: LiveQuestion, signal: AbortSignal): Promise<LiveSplit | undefined>;

  /**
   * Objects that lead to the canary of a release that no record knows of.
   * @param isOurs whether a canary of this suite is there; without one, an object that we have never written is somebody's own split
   */
  traces(cluster: Cluster, canary: string, isOurs: boolean, signal: AbortSignal): Promise<readonly SplitTrace[]>;
}

export interface RouterOptions {
  /** The object that splits, when it has just been read. */
  readonly seen?: object | undefined;
  readonly acceptance: AcceptanceWait;
}

/** How a controller's acceptance of a change is waited for. */
export interface AcceptanceWait {
  readonly clock: Clock;
  readonly log: Log;
  readonly timeoutMs: number;
}

export interface LiveQuestion {
  readonly stable: string;
  readonly canary: string;
  /** Percent, as it was written. */
  readonly weight: number;
}

/** What the object that splits says by itself. */
export type LiveSplit =
  | { readonly kind: 'share'; readonly percent: number }
  /** A clause that says so, for messages. */
  | { readonly kind: 'gone' | 'elsewhere'; readonly why: string };

export interface SplitTrace {
  /** By kind and name, for messages. */
  readonly name: string;
  readonly memory: RouterMemory;
  /** The canary's share, in whole percent. */
  readonly percent: number;
}

/** One change of a router's object, as a dry run sends it. */
export interface PlannedEdit {
  readonly text: string;
  readonly send: (signal: AbortSignal) => Promise<unknown>;
}

export interface RoutedObject {
  readonly kind: Kind<{ readonly metadata?: V1ObjectMeta }>;
  readonly name: string;
}

/** What a router needs to remember of the world before the release, so that another process can undo what it did. Goes into the record. */
export interface RouterMemory {
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** Who gets the canary at any weight: requests with this header, or with this cookie. */
export interface Testers {
  readonly header?: NameAndValue;
  readonly cookie?: NameAndValue;
}

export interface NameAndValue {
  readonly name: string;
  readonly value: string;
}

/** What the canary is to get of the traffic. */
export interface Share {
  /** 0–100. */
  readonly percent: number;
  /** Canary pods that are to be listed behind their Service for it. */
  readonly pods: number;
  /** Who gets the canary whatever the percentage; nobody at 0, where it says who had. */
  readonly testers?: Testers | undefined;
  /** Who had it until now, where that is another. */
  readonly formerTesters?: Testers | undefined;
}

/** Splits an app's traffic between its stable and its canary pods. One implementation per kind of route. */
export interface Router extends Capabilities {
  readonly kind: string;
  readonly memory: RouterMemory;

  /** Longest time from an accepted change to the last proxy acting on it, in milliseconds, as documented by its makers. */
  readonly settleMs: number;

  /** Why it is that long, for people who wait: a clause. */
  readonly settleReason: string;

  /** How many canary pods this share needs beside `stableReplicas` pods of stable. */
  canaryReplicas(percent: number, stableReplicas: number): number;

  /** The share, in percent, that comes nearest to what is asked for; another one where a share is made of whole pods. */
  reachableShare(percent: number, stableReplicas: number): number;

  /** Why what splits the traffic now does not give the canary this share, and who changed it; undefined when it does, or where nothing could tell. */
  departure(percent: number, signal: AbortSignal): Promise<string | undefined>;

  /** Lists the canary backend at weight 0 where it is not listed yet, and returns once the route's controller has accepted it. */
  admit(signal: AbortSignal): Promise<void>;

  /**
   * Writes the canary's share and returns once the route's controller has accepted it; whether traffic follows is for the proof to say.
   * At 0 the testers' rules go too, and it returns as soon as that is written.
   * @throws UserError when the route no longer sends traffic to the Service, or its controller refuses the change
   */
  shift(share: Share, signal: AbortSignal): Promise<void>;

  /** What leads to the canary beside its share by rules of others, by name. */
  strays(testers: Testers | undefined, signal: AbortSignal): Promise<readonly string[]>;

  /** The edits that would give the canary this share, of the object as it was seen last. */
  plan(share: Omit<Share, 'pods'>): readonly PlannedEdit[];

  /** The edits that would take the canary out. */
  planLeave(): readonly PlannedEdit[];

  /** Undoes our own edits and gives up ownership of the fields; what others changed meanwhile stays. A second call changes nothing. */
  leave(signal: AbortSignal): Promise<void>;
}
