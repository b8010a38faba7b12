import type { Clock } from '../../../kernel/clock.js';
import { within } from '../../../kernel/within.js';
import type { Broken, SidePoll, Source } from '../../source.js';
import { wantedMetrics } from '../exposition/counting.js';
import { parseExposition } from '../exposition/exposition.js';
import type { MetricsTarget } from './metrics-target.js';
import { Sharing, Withheld } from './sharing.js';
import { type ReadPage, SideReader, withoutPass } from './side-reader.js';
import { canTell, type KnownTarget, unreadPods, whatIsTold } from './unread.js';

/** The most requests a second that the API server is asked to pass on. */
export const MAX_SCRAPES_PER_SECOND = 20;

/** Of a page, as `metrics-max-age` has it. */
export const DEFAULT_MAX_AGE_MS = 90_000;

/** So many looks in quick succession show whether an app counts them, and whether several processes answer in turn. */
const CLOSE_LOOKS = 4;
/** Of two processes that answer by chance, the same one answers so often in one of 256 cases. */
const CONFIRMING_LOOKS = 8;
/** Where stable is not read for a comparison, what its version calls its metrics is looked up so often. */
const GLANCE_EVERY_MS = 10_000;

export interface PodsSourceOptions {
  /** The pods there are now. */
  targets(signal: AbortSignal): Promise<readonly MetricsTarget[]>;
  /** Canary pods that are to serve and can't be asked yet, a sentence each. */
  absent?(): readonly string[];
  /** Since when no canary pod is ready, as far as the pods say. */
  unreadySince?(): number | undefined;
  /** Why a canary pod among those that were there last has stopped serving; left out where nobody can know. */
  broken?(): Broken | undefined;
  /** The pod's exposition; rejects when it can't be had. */
  scrape(target: MetricsTarget, signal: AbortSignal): Promise<string>;
  /** What a pod counts in this time after it became ready is left out. */
  readonly warmUpMs: number;
  /**
   * Which stable pods are read where there are too many for each poll: all of them `in-turns`, which sees every pod; always the `same`, so that
   * what is counted on both sides covers the same seconds and an incident does not seem to reach stable later; `one`, to see whether there is any
   * traffic at all; or `none`.
   */
  readonly stable?: StableReading;
  /** A page in which nothing changes for this long, in milliseconds, is silence; until then it may be one that is cached. */
  readonly maxAgeMs?: number;
  readonly clock: Clock;
  /** MAX_SCRAPES_PER_SECOND, or less. */
  readonly maxScrapesPerSecond?: number;
  /** Looks at each pod so far, by its uid; to be shared by all sources of a process that read the same pods. */
  readonly looks?: Map<string, number>;
  /** One pod that hangs must not hold up the others. */
  readonly scrapeTimeoutMs?: number;
}

export type StableReading = 'in-turns' | 'same' | 'one' | 'none';

/** What is known of a pod from one look to the next. */
interface KnownPod {
  /** Milliseconds since the epoch. Decides whose turn it is, so that a pod that does not answer does not push itself to the front. */
  triedAt: number;
  readAt: number | undefined;
  /** Why its last look failed. */
  failure: string | undefined;
}

type Look = ReadPage | { readonly target: MetricsTarget; readonly problem: string };

/**
 * Reads the pods' own metrics. Every canary pod is read at each poll, stable pods within what is left of the budget (one stable pod at
 * least, a quarter of the budget for a comparison); canary pods take turns when they are more than that leaves. As counters add up, a pod
 * that is read less often loses nothing. A pod that is gone is forgotten, and starts with a new baseline if it comes back.
 */
export function podsSource(options: PodsSourceOptions): Source {
  const { clock, stable = 'in-turns', maxScrapesPerSecond = MAX_SCRAPES_PER_SECOND, scrapeTimeoutMs = 2000 } = options;
  const { looks: looksAt = new Map<string, number>() } = options;
  const known = new Map<string, KnownPod>();
  const { maxAgeMs = DEFAULT_MAX_AGE_MS, warmUpMs } = options;
  const readers = { canary: new SideReader('canary', maxAgeMs), stable: new SideReader('stable', maxAgeMs, stable === 'same') };
  const sharing = new Sharing();
  const withheld = { canary: new Withheld(sharing), stable: new Withheld(sharing) };
  let lastPollAt = Number.NEGATIVE_INFINITY;
  let glancedAt = Number.NEGATIVE_INFINITY;

  const look = async (
    target: MetricsTarget,
    wanted: ReadonlySet<string>,
    signal: AbortSignal,
    isClose = false,
  ): Promise<Look> => {
    const askedAt = clock.now();
    const { uid } = target;
    const isWarm = askedAt >= target.readySince + warmUpMs;
    looksAt.set(uid, (looksAt.get(uid) ?? 0) + 1);
    try {
      const text = await within(scrapeTimeoutMs, clock, signal, (inner) => options.scrape(target, inner));
      const page = parseExposition(text, wanted);
      const unsureMs = (clock.now() - askedAt) / 2;
      return { target, text, page, at: askedAt + unsureMs, unsureMs, looks: looksAt.get(uid) ?? 0, isClose, isWarm };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      return { target, problem: error instanceof Error ? error.message : String(error) };
    }
  };

  /** Looks at the pods, and in quick succession at one of them where that tells what single looks don't. */
  const lookAt = async (targets: readonly MetricsTarget[], wanted: ReadonlySet<string>, room: number, signal: AbortSignal) => {
    const looks = await Promise.all(targets.map((target) => look(target, wanted, signal)));
    const closer = Object.values(readers).flatMap((reader) => {
      const first = looks.find((each) => 'page' in each && each.target.side === reader.side);
      return first && room >= CLOSE_LOOKS * 2 && reader.wantsCloseLook ? [first.target] : [];
    });
    const close = await Promise.all(closer.map((target) => lookClosely(target, wanted, signal)));
    return [...looks, ...close.flat()];
  };

  const lookClosely = async (target: MetricsTarget, wanted: ReadonlySet<string>, signal: AbortSignal, times = CLOSE_LOOKS) => {
    const taken: Look[] = [];
    for (let i = 0; i < times; i++) taken.push(await look(target, wanted, signal, true));
    return pagesOf(taken);
  };

  /** Where stable is not read, one of its pods still tells what its version calls its metrics. */
  const glanceAtStable = async (targets: readonly MetricsTarget[], wanted: ReadonlySet<string>, signal: AbortSignal) => {
    const target = targets.find(({ side }) => side === 'stable');
    const isDue = sharing.isOpen || clock.now() - glancedAt >= GLANCE_EVERY_MS;
    if (stable !== 'none' || target === undefined || !isDue) return [];
    glancedAt = clock.now();
    return pagesOf([await look(target, wanted, signal)]);
  };

  const knownCanaries = (targets: readonly MetricsTarget[]): KnownTarget[] =>
    ofSide(targets, 'canary').map((target) => ({
      target,
      failure: known.get(target.uid)?.failure,
      standing: readers.canary.standing(target.uid),
    }));
  const unread = (targets: readonly MetricsTarget[]): string[] => [
    ...(options.absent?.() ?? []),
    ...unreadPods(knownCanaries(targets), clock.now(), warmUpMs),
  ];

  return {
    findUnread: async (signal) => unread(await options.targets(signal)),
    async poll(objectives, signal) {
      const targets = await options.targets(signal);
      const now = clock.now();
      forgetAllBut(targets, known);
      // Polls that come faster than once a second share the second's budget; a pause does not save up for a rush.
      const budget = Math.max(1, Math.floor(maxScrapesPerSecond * Math.min(1, (now - lastPollAt) / 1000)));
      lastPollAt = now;
      const warm = targets.filter((target) => now >= target.readySince + warmUpMs);
      // The canary is read in its warm-up too, to see whether it gets any requests.
      const asked = targets.filter((target) => target.side === 'canary' || warm.includes(target));
      const chosen = chooseTargets(asked, known, { budget, stable });
      for (const { uid } of chosen) podOf(uid, known).triedAt = now;
      // For a comparison the canary goes first: what begins to trouble both is then never seen on the canary alone.
      const [first, then] = stable === 'same' ? bySide(chosen) : [chosen, []];
      const [wanted, room] = [wantedMetrics(objectives), budget - chosen.length];
      const looks = [...(await lookAt(first, wanted, room, signal)), ...(await lookAt(then, wanted, room, signal))];
      for (const each of looks) noteOutcome(each, known);
      const glance = await glanceAtStable(warm, wanted, signal);
      readers.stable.learn(glance, objectives);
      const firstOf = (name: MetricsTarget['side']) => pagesOf(looksAtSide(looks, name)).find(({ isClose }) => !isClose);
      sharing.note(firstOf('canary'), firstOf('stable') ?? glance[0]);
      for (const reader of Object.values(readers)) {
        reader.forgetAllBut(new Set(targets.map(({ uid }) => uid)));
        reader.learn(pagesOf(looksAtSide(looks, reader.side)), objectives);
      }
      const side = (name: MetricsTarget['side']) => {
        const [own, other] = name === 'canary' ? [readers.canary, readers.stable] : [readers.stable, readers.canary];
        const pods = ofSide(targets, name);
        const seen = own.read(pagesOf(looksAtSide(looks, name)), objectives, other.vocabulary);
        const problems = [...problemsOf(looksAtSide(looks, name)), ...seen.problems];
        const ready = pods.filter(({ isReady = true }) => isReady).length;
        if (name === 'canary') sharing.hear(seen.requests);
        const { doubt } = sharing;
        const counts = withheld[name].judged(seen.counts);
        if (doubt?.isSure) problems.push(doubt.why);
        return { ...seen, ...agesOf(pods, own), counts, pods: pods.length, ready, problems };
      };
      const [canary, canaries] = [side('canary'), knownCanaries(targets)];
      const canSee = canaries.length > 0 && canaries.every((pod) => canTell(pod, now));
      const toConfirm = readers.canary.toConfirm;
      const unconfirmed = toConfirm && readers.canary.confirm(await lookClosely(toConfirm, wanted, signal, CONFIRMING_LOOKS));
      return {
        at: now,
        canary: {
          ...canary,
          counts: unconfirmed === undefined ? canary.counts : withoutPass(canary.counts, unconfirmed),
          unread: unread(targets),
          requests: canSee ? canary.requests : undefined,
          told: whatIsTold(canaries),
          warmBy: Math.max(0, ...canaries.map(({ target }) => target.readySince)) + warmUpMs,
          unreadySince: canary.ready === 0 ? options.unreadySince?.() : undefined,
          broken: options.broken?.(),
        },
        stable: side('stable'),
      };
    },
  };
}

function podOf(uid: string, known: Map<string, KnownPod>): KnownPod {
  const pod = known.get(uid) ?? { triedAt: 0, readAt: undefined, failure: undefined };
  known.set(uid, pod);
  return pod;
}

function forgetAllBut(targets: readonly MetricsTarget[], known: Map<string, KnownPod>): void {
  const present = new Set(targets.map(({ uid }) => uid));
  for (const uid of known.keys()) if (!present.has(uid)) known.delete(uid);
}

const bySide = (targets: readonly MetricsTarget[]): [MetricsTarget[], MetricsTarget[]] => [
  ofSide(targets, 'canary'),
  ofSide(targets, 'stable'),
];

interface Choice {
  readonly budget: number;
  readonly stable: StableReading;
}

function chooseTargets(targets: readonly MetricsTarget[], known: Map<string, KnownPod>, choice: Choice): MetricsTarget[] {
  const side = (name: MetricsTarget['side']) => ofSide(targets, name);
  // Those whose last turn is longest ago come first.
  const triedAt = ({ uid }: MetricsTarget) => known.get(uid)?.triedAt ?? 0;
  const inTurns = (pods: MetricsTarget[]) => pods.toSorted((a, b) => triedAt(a) - triedAt(b));
  // Those that have been read come first, those that did not answer last.
  const rank = ({ uid }: MetricsTarget) =>
    known.get(uid)?.failure !== undefined ? 2 : known.get(uid)?.readAt === undefined ? 1 : 0;
  const sameAgain = (pods: MetricsTarget[]) => pods.toSorted((a, b) => rank(a) - rank(b));

  const witnesses = { 'in-turns': inTurns, same: sameAgain, one: sameAgain, none: () => [] };
  const stable = witnesses[choice.stable](side('stable'));
  const forStable = Math.min(stable.length, choice.stable === 'same' ? Math.ceil(choice.budget / 4) : 1);
  const chosenCanary = inTurns(side('canary')).slice(0, Math.max(1, choice.budget - forStable));
  const room = Math.max(0, choice.budget - chosenCanary.length);
  return [...chosenCanary, ...stable.slice(0, choice.stable === 'one' ? Math.min(1, room) : room)];
}

const ofSide = (targets: readonly MetricsTarget[], name: MetricsTarget['side']): MetricsTarget[] =>
  targets.filter(({ side }) => side === name);
const looksAtSide = (looks: readonly Look[], name: MetricsTarget['side']): Look[] =>
  looks.filter(({ target }) => target.side === name);
const pagesOf = (looks: readonly Look[]): ReadPage[] => looks.flatMap((look) => ('page' in look ? [look] : []));
const problemsOf = (looks: readonly Look[]): string[] => [
  ...new Set(looks.flatMap((look) => ('problem' in look ? [`pod ${look.target.name}: ${look.problem}`] : []))),
];

function noteOutcome(look: Look, known: Map<string, KnownPod>): void {
  const pod = podOf(look.target.uid, known);
  pod.failure = 'problem' in look ? look.problem : undefined;
  if ('page' in look) pod.readAt = look.at;
}

/** Of all pods of a side, whether they were read this time or not. */
function agesOf(pods: readonly MetricsTarget[], reader: SideReader): Pick<SidePoll, 'busyLooks' | 'pageAgeMs'> {
  const pages = pods.flatMap(({ uid }) => reader.standing(uid)?.page ?? []);
  return {
    busyLooks: Math.max(0, ...pages.map(({ busyLooks }) => busyLooks)),
    pageAgeMs: Math.max(0, ...pages.map(({ longestMs }) => longestMs)),
  };
}
