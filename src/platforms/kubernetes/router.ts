/** The kinds of router that can split an app's traffic. */
export type RouterKind = 'http-route' | 'replicas';

/** The weight that stable's backend had in one rule; null when it was left to its default. */
export interface RuleMemory {
  /** Identifies the rule when others add, remove or reorder rules meanwhile. */
  readonly rule: string;
  readonly weight: number | null;
}

/** What a router needs to remember of the world before the release, so that another process can undo what it did. Goes into the record. */
export type RouterMemory =
  | { readonly kind: 'http-route'; readonly route: string; readonly rules: readonly RuleMemory[] }
  | { readonly kind: 'replicas' };

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
export interface Router {
  readonly kind: RouterKind;
  readonly memory: RouterMemory;

  /** Whether the canary's pods must stay behind the stable Service for this router to work. */
  readonly isolation: 'isolated' | 'shared';

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

  /** Undoes our own edits and gives up ownership of the fields; what others changed meanwhile stays. A second call changes nothing. */
  leave(signal: AbortSignal): Promise<void>;
}
