import { formatDuration } from '../kernel/duration.js';
import type { Broken, Poll } from './source.js';

/** The canary's share while a gate looks. */
export interface LiveShare {
  /** 1–100. */
  readonly percent: number;
  /** When it last moved, in milliseconds since the epoch. */
  readonly movedAt: number;
  /** How long the slowest proxy takes to act on that. */
  readonly settleMs: number;
  /** The part of it that was measured, 0–1: what reaches stable past the split is no reason to expect more of the canary. */
  readonly measuredPart?: number;
}

/** So many requests should have come to a canary that got none, before that is no chance: e⁻⁹ is one in 8 000. */
const EXPECTED = 9;
/** Later in a hold there are hundreds of moments at which it could happen by chance. */
const EXPECTED_LATER = 24;
/** The most that one look counts for: a burst of stable's clients is no steady traffic. */
const EXPECTED_IN_A_LOOK = 3;
const BUSY_LOOKS = 3;
/** The list of pods may be from the middle of a change. */
const UNREADY_MS = 1500;

/** Notices a canary that can't be in any figures: one without a ready pod, and one whose requests reach no counter. */
export class Liveness {
  readonly #share: () => LiveShare | undefined;
  #unreadyAt: number | undefined;
  #hasServed: boolean;
  #movedAt = Number.NaN;
  #heardSinceMove = false;
  #silentSince = Number.NaN;
  /** What the canary should have got since then, look by look, and stable's busy looks by that one. */
  #owed: Owed[] = [];
  #busyLooksThen = 0;
  /** What all pods got while stable was among them. */
  #rate = { requests: 0, sinceMs: Number.NaN, ms: 0 };

  /**
   * @param share undefined while the canary has none
   * @param hasServed whether pods of it were ready in an earlier step
   */
  constructor(share: () => LiveShare | undefined, hasServed: boolean) {
    this.#share = share;
    this.#hasServed = hasServed;
  }

  /** @returns why the canary has failed although no count says so */
  hear(poll: Poll): Broken | undefined {
    const share = this.#share();
    this.#hasServed ||= (poll.canary.ready ?? 0) > 0;
    if (share === undefined || share.movedAt !== this.#movedAt) this.#begin(share);
    else this.#weigh(share, poll);
    if (share === undefined || share.percent < 100) this.#measure(poll);
    if (share === undefined) return undefined;
    const reason = this.#withoutPod(share, poll) ?? this.#silent(share, poll);
    return reason === undefined ? undefined : { reason, lastLines: '' };
  }

  #withoutPod({ percent, settleMs }: LiveShare, { at, canary }: Poll): string | undefined {
    const { ready, unreadySince = at } = canary;
    if (ready !== 0 || !this.#hasServed) {
      this.#unreadyAt = undefined;
      return undefined;
    }
    // Seen twice, so that a list in the middle of a change is not taken for more than it is.
    const isSeenAgain = this.#unreadyAt !== undefined;
    this.#unreadyAt = Math.min(this.#unreadyAt ?? at, unreadySince);
    const forMs = at - this.#unreadyAt;
    if (!isSeenAgain || forMs < Math.max(settleMs, UNREADY_MS)) return undefined;
    return `no pod of the canary has been ready for ${formatDuration(forMs)}, and its ${percent} % of the traffic leads to none`;
  }

  #begin(share: LiveShare | undefined): void {
    this.#movedAt = share?.movedAt ?? Number.NaN;
    this.#heardSinceMove = false;
    this.#silentSince = Number.NaN;
    this.#owed = [];
  }

  /** The rate of all requests, as long as stable has a part in them. */
  #measure({ at, canary, stable }: Poll): void {
    if (Number.isNaN(this.#rate.sinceMs)) this.#rate.sinceMs = at;
    this.#rate.requests += requestsOf(stable) + (canary.requests ?? 0);
    this.#rate.ms = at - this.#rate.sinceMs;
  }

  /** Adds what a canary with its share should have got since the last look. */
  #weigh({ percent, movedAt, settleMs, measuredPart = 1 }: LiveShare, { at, canary, stable }: Poll): void {
    if (at < movedAt + settleMs) return;
    const { told, atMost = canary.requests ?? 0 } = canary;
    const isHeard = atMost > 0;
    this.#heardSinceMove ||= isHeard;
    const { busyLooks = 0 } = stable;
    if (isHeard || Number.isNaN(this.#silentSince)) {
      this.#beSilentFrom(at, busyLooks);
      return;
    }
    // What came before a pod's first page is on none.
    if (told !== undefined && told.from > this.#silentSince) this.#beSilentFrom(told.from, busyLooks);
    const { requests, ms } = this.#rate;
    const byRate = ms > 0 ? (requests / ms) * 1000 : 0;
    const expected = percent < 100 ? (requestsOf(stable) * percent) / (100 - percent) : byRate;
    this.#owed.push({ at, requests: Math.min(EXPECTED_IN_A_LOOK, measuredPart * expected), busyLooks });
  }

  #beSilentFrom(at: number, busyLooks: number): void {
    this.#silentSince = at;
    this.#owed = [];
    this.#busyLooksThen = busyLooks;
  }

  /** Only what the canary's pages would show by now is held against it: a look that was slow or lost, and a page that is old, tell of less. */
  #silent({ percent }: LiveShare, { at, canary, stable }: Poll): string | undefined {
    const { told, requests, atMost = requests } = canary;
    const until = told?.until ?? (requests === undefined ? undefined : at);
    if (atMost !== 0 || until === undefined || Number.isNaN(this.#silentSince)) return undefined;
    const owed = this.#owed.filter((look) => look.at <= until);
    const expected = owed.reduce((sum, look) => sum + look.requests, 0);
    if (expected < (this.#heardSinceMove ? EXPECTED_LATER : EXPECTED)) return undefined;
    const busyLooks = (owed.at(-1)?.busyLooks ?? 0) - this.#busyLooksThen;
    if (percent < 100 && busyLooks < BUSY_LOOKS) return undefined;
    const pageAgeMs = Math.max(stable.pageAgeMs ?? 0, canary.pageAgeMs ?? 0);
    const silentMs = until - this.#silentSince;
    // Pages that are made anew only now and then may be a whole turn late on the one side and fresh on the other.
    if (silentMs < 2 * pageAgeMs) return undefined;
    const beside = percent < 100 ? ' while stable got its own' : '';
    return `the canary got no request in ${formatDuration(silentMs)}${beside}, with ${percent} % of the traffic: what is sent to it reaches no counter`;
  }
}

/** What was due to the canary by one look. */
interface Owed {
  readonly at: number;
  readonly requests: number;
  readonly busyLooks: number;
}

/** Of all pods of a side, when only some of them were read. */
function requestsOf({ requests = 0, pods, scraped }: Poll['stable']): number {
  return scraped > 0 ? (requests * pods) / scraped : 0;
}
