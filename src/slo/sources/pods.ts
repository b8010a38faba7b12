import type { Clock } from '../../lib/clock.js';
import { within } from '../../lib/within.js';
import { wantedMetrics } from '../counting.js';
import { parseExposition } from '../exposition.js';
import type { MetricsTarget } from './metrics-target.js';
import { type ReadPage, SideReader } from './side-reader.js';
import type { Broken, SidePoll, Source } from './source.js';

/** The most requests a second that the API server is asked to pass on. */
export const MAX_SCRAPES_PER_SECOND = 20;

/** So many looks in quick succession show whether an app counts them, and whether several processes answer in turn. */
const CLOSE_LOOKS = 4;
/** Where stable is not read for a comparison, what its version calls its metrics is looked up so often. */
const GLANCE_EVERY_MS = 10_000;

export interface PodsSourceOptions {
  /** The pods there are now. */
  targets(signal: AbortSignal): Promise<readonly MetricsTarget[]>;
  /** Why a canary pod among those that were there last has stopped serving; left out where nobody can know. */
  broken?(): Broken | undefined;
  /** The pod's exposition; rejects when it can't be had. */
  scrape(target: MetricsTarget, signal: AbortSignal): Promise<string>;
  /** What a pod counts in this time after it became ready is left out. */
  readonly warmUpMs: number;
  /**
   * Which stable pods are read where there are too many for each poll: all of them `in-turns`, which sees every pod; always the `same`, so that
   * what is counted on both sides covers the same seconds and an incident does not seem to reach stable later; or `none`.
   */
  readonly stable?: 'in-turns' | 'same' | 'none';
  readonly clock: Clock;
  /** MAX_SCRAPES_PER_SECOND, or less. */
  readonly maxScrapesPerSecond?: number;
  /** Looks at each pod so far, by its uid; to be shared by all sources of a process that read the same pods. */
  readonly looks?: Map<string, number>;
  /** One pod that hangs must not hold up the others. */
  readonly scrapeTimeoutMs?: number;
}

/** What is known of a pod from one look to the next. */
interface KnownPod {
  /** Milliseconds since the epoch. Decides whose turn it is, so that a pod that does not answer does not push itself to the front. */
  triedAt: number;
  readAt: number | undefined;
  failing: boolean;
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
  const readers = { canary: new SideReader('canary'), stable: new SideReader('stable') };
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
    looksAt.set(uid, (looksAt.get(uid) ?? 0) + 1);
    try {
      const text = await within(scrapeTimeoutMs, clock, signal, (inner) => options.scrape(target, inner));
      const page = parseExposition(text, wanted);
      return { target, text, page, at: (askedAt + clock.now()) / 2, looks: looksAt.get(uid) ?? 0, isClose };
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
    const close = closer.map(async (target) => {
      const taken: Look[] = [];
      for (let i = 0; i < CLOSE_LOOKS; i++) taken.push(await look(target, wanted, signal, true));
      return taken;
    });
    return [...looks, ...(await Promise.all(close)).flat().filter((each) => 'page' in each)];
  };

  /** Where stable is not read, one of its pods still tells what its version calls its metrics. */
  const glanceAtStable = async (targets: readonly MetricsTarget[], wanted: ReadonlySet<string>, signal: AbortSignal) => {
    const target = targets.find(({ side }) => side === 'stable');
    if (stable !== 'none' || target === undefined || clock.now() - glancedAt < GLANCE_EVERY_MS) return [];
    glancedAt = clock.now();
    return pagesOf([await look(target, wanted, signal)]);
  };

  return {
    async poll(objectives, signal) {
      const targets = await options.targets(signal);
      const now = clock.now();
      forgetAllBut(targets, known);
      // Polls that come faster than once a second share the second's budget; a pause does not save up for a rush.
      const budget = Math.max(1, Math.floor(maxScrapesPerSecond * Math.min(1, (now - lastPollAt) / 1000)));
      lastPollAt = now;
      const warm = targets.filter((target) => now >= target.readySince + options.warmUpMs);
      const chosen = chooseTargets(warm, known, { budget, stable });
      for (const { uid } of chosen) podOf(uid, known).triedAt = now;
      // For a comparison the canary goes first: what begins to trouble both is then never seen on the canary alone.
      const [first, then] = stable === 'same' ? bySide(chosen) : [chosen, []];
      const [wanted, room] = [wantedMetrics(objectives), budget - chosen.length];
      const looks = [...(await lookAt(first, wanted, room, signal)), ...(await lookAt(then, wanted, room, signal))];
      for (const each of looks) noteOutcome(each, known);
      readers.stable.learn(await glanceAtStable(warm, wanted, signal), objectives);
      for (const reader of Object.values(readers)) {
        reader.forgetAllBut(new Set(targets.map(({ uid }) => uid)));
        reader.learn(pagesOf(ofSide(looks, reader.side)), objectives);
      }
      const side = (name: MetricsTarget['side']): SidePoll => {
        const [own, other] = name === 'canary' ? [readers.canary, readers.stable] : [readers.stable, readers.canary];
        const seen = own.read(pagesOf(ofSide(looks, name)), objectives, other.vocabulary);
        const problems = [...problemsOf(ofSide(looks, name)), ...seen.problems];
        return { ...seen, pods: targets.filter((target) => target.side === name).length, problems };
      };
      return { at: now, canary: { ...side('canary'), broken: options.broken?.() }, stable: side('stable') };
    },
  };
}

function podOf(uid: string, known: Map<string, KnownPod>): KnownPod {
  const pod = known.get(uid) ?? { triedAt: 0, readAt: undefined, failing: false };
  known.set(uid, pod);
  return pod;
}

function forgetAllBut(targets: readonly MetricsTarget[], known: Map<string, KnownPod>): void {
  const present = new Set(targets.map(({ uid }) => uid));
  for (const uid of known.keys()) if (!present.has(uid)) known.delete(uid);
}

const bySide = (targets: readonly MetricsTarget[]): [MetricsTarget[], MetricsTarget[]] => [
  targets.filter(({ side }) => side === 'canary'),
  targets.filter(({ side }) => side === 'stable'),
];

interface Choice {
  readonly budget: number;
  readonly stable: 'in-turns' | 'same' | 'none';
}

function chooseTargets(targets: readonly MetricsTarget[], known: Map<string, KnownPod>, choice: Choice): MetricsTarget[] {
  const side = (name: MetricsTarget['side']) => targets.filter((target) => target.side === name);
  // Those whose last turn is longest ago come first.
  const triedAt = ({ uid }: MetricsTarget) => known.get(uid)?.triedAt ?? 0;
  const inTurns = (pods: MetricsTarget[]) => pods.toSorted((a, b) => triedAt(a) - triedAt(b));
  // Those that have been read come first, those that did not answer last.
  const rank = ({ uid }: MetricsTarget) => (known.get(uid)?.failing ? 2 : known.get(uid)?.readAt === undefined ? 1 : 0);
  const sameAgain = (pods: MetricsTarget[]) => pods.toSorted((a, b) => rank(a) - rank(b));

  const stable = choice.stable === 'none' ? [] : choice.stable === 'same' ? sameAgain(side('stable')) : inTurns(side('stable'));
  const forStable = Math.min(stable.length, choice.stable === 'same' ? Math.ceil(choice.budget / 4) : 1);
  const chosenCanary = inTurns(side('canary')).slice(0, Math.max(1, choice.budget - forStable));
  return [...chosenCanary, ...stable.slice(0, Math.max(0, choice.budget - chosenCanary.length))];
}

const ofSide = (looks: readonly Look[], name: MetricsTarget['side']): Look[] =>
  looks.filter(({ target }) => target.side === name);
const pagesOf = (looks: readonly Look[]): ReadPage[] => looks.flatMap((look) => ('page' in look ? [look] : []));
const problemsOf = (looks: readonly Look[]): string[] => [
  ...new Set(looks.flatMap((look) => ('problem' in look ? [`pod ${look.target.name}: ${look.problem}`] : []))),
];

function noteOutcome(look: Look, known: Map<string, KnownPod>): void {
  const pod = podOf(look.target.uid, known);
  pod.failing = 'problem' in look;
  if ('page' in look) pod.readAt = look.at;
}
