import type { V1ObjectMeta } from '@kubernetes/client-node';
import type { Clock } from '../../kernel/clock.js';
import type { Problems } from '../../kernel/errors.js';
import type { Log } from '../../kernel/log.js';
import type { Check } from '../../kernel/schema.js';
import type { Testers } from '../../release/testers.js';
import type { Need } from './access/need.js';
import type { Cluster } from './api/cluster.js';
import type { Kind } from './api/kinds.js';
import type { App } from './app/app.js';
import type { Isolation } from './canary-objects/canary-objects.js';

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
  /** Whether `router: auto` looks for it; one that is not has to be named. */
  readonly isAutomatic: boolean;
  /** What its objects are called, in messages. */
  readonly noun: string;
  /** What may stand on record of it; without `kind`, which has been looked at. Untrusted: whoever can edit a Lease could have written it. */
  readonly memory: Check;
  readonly needs: RouterNeeds;
  /** What of this kind is in the namespace and may lead to the app; nothing for a kind without objects. */
  list(cluster: Cluster, signal: AbortSignal): Promise<readonly Entrance[]>;
  /**
   * The one of these that is split.
   * @returns undefined when none is required and none leads to the Service
   * @throws UserError when one is required and there is none, when the one that was asked for is missing or leads elsewhere, or when several lead to the Service
   */
  choose(entrances: readonly Entrance[], asked: SplitAsked): Entrance | undefined;
  /** @throws UserError when a share of it can't be expressed: that would be found out in the middle of a release */
  refuseIndivisible(app: App, seen: SplitObject): void;
  /** What a release that begins now remembers. */
  remember(app: App, seen: SplitObject | undefined): RouterMemory;
  /** The object that input `route` names; undefined for a kind without one. */
  named(name: string): RoutedObject | undefined;
  /** What splits the traffic of a release with this memory, by name, for messages. */
  describe(memory: RouterMemory): string;
  /** The objects that a release with this memory edits; the first one is what input `route` names. */
  objects(memory: RouterMemory): readonly RoutedObject[];
  load(): Promise<LoadedRouter>;
}

/** An object that splits traffic, or leads to a Service; what else is in it only its kind knows. */
export interface SplitObject {
  readonly metadata?: V1ObjectMeta;
}

/** A way by which requests come into the namespace. */
export interface Entrance {
  /** As the API server calls it: `HTTPRoute`. */
  readonly kind: string;
  readonly name: string;
  readonly object: SplitObject;
  /** Whether it leads to a Service of the namespace. */
  leadsTo(service: string): boolean;
  /** The Services that it names, as people write them. */
  readonly services: readonly string[];
  /** What is odd about the ways on which requests come to it, by what else there is in the namespace: sentences. */
  remarks?(service: string): readonly string[];
}

export interface SplitAsked {
  /** By input `route`. */
  readonly name: string | undefined;
  readonly service: string;
  readonly namespace: string;
  /** Whether this kind was named, so that finding none is an error. */
  readonly isRequired: boolean;
}

/** What splits the traffic of an app. */
export interface Split {
  readonly router: RouterDescription;
  /** The object as it was read; undefined for a kind without one, or where it is gone. */
  readonly seen: SplitObject | undefined;
  /** What is odd about the ways to it; forbids no release. */
  readonly remarks: readonly string[];
}

/** A share that the release has on record, and the one that its last step reached. */
export interface WrittenShares {
  readonly percent: number;
  readonly reached: number;
}

/** What costs time to load, and is loaded when a release is worked on. */
export interface LoadedRouter {
  /** Looks at the object before a release begins; everything that stands in the way becomes a problem. */
  check(app: App, seen: SplitObject | undefined, testers: Testers | undefined, problems: Problems): Promise<void>;

  /** What is odd about the object, or about an app that is split so, and forbids no release. */
  oddities(app: App, seen: SplitObject | undefined): readonly string[];

  /** @throws UserError when somebody has given the canary another share since the release wrote it: a step that went on would write over it */
  refuseDeparted(app: App, seen: SplitObject | undefined, written: WrittenShares): void;

  /** The address of the app, `''` where its object names none. */
  address(cluster: Cluster, seen: SplitObject | undefined, signal: AbortSignal): Promise<string>;

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
  readonly seen?: SplitObject | undefined;
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

export interface RoutedObject {
  readonly kind: Kind<{ readonly metadata?: V1ObjectMeta }>;
  readonly name: string;
}

/** What a router needs to remember of the world before the release, so that another process can undo what it did. Goes into the record. */
export interface RouterMemory {
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** Where nobody has said how long the slowest proxy takes to act on a change. */
export const UNKNOWN_SETTLE_MS = 30_000;

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

  /** Undoes our own edits and gives up ownership of the fields; what others changed meanwhile stays. A second call changes nothing. */
  leave(signal: AbortSignal): Promise<void>;
}
