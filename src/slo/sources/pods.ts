import type { Clock } from '../../lib/clock.js';
import { within } from '../../lib/within.js';
import { PodCounter, wantedMetrics } from '../counting.js';
import { parseExposition, type Sample } from '../exposition.js';
import type { Counts, Objective } from '../objective.js';
import type { Broken, SidePoll, Source } from './source.js';

/** The most requests a second that the API server is asked to pass on. */
export const MAX_SCRAPES_PER_SECOND = 20;

/** A pod that serves metrics. */
export interface MetricsTarget {
  readonly name: string;
  readonly uid: string;
  readonly side: 'canary' | 'stable';
  /** When the pod became ready, in milliseconds since the Unix epoch. */
  readonly readySince: number;
}

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
  /** One pod that hangs must not hold up the others. */
  readonly scrapeTimeoutMs?: number;
}

/** What is known of a pod from one look to the next. */
interface KnownPod {
  readonly counter: PodCounter;
  /** Milliseconds since the epoch. Decides whose turn it is, so that a pod that does not answer does not push itself to the front. */
  triedAt: number;
  readAt: number | undefined;
  failing: boolean;
}

interface Look {
  readonly target: MetricsTarget;
  /** About when the pod answered: in the middle of the way there and back, in milliseconds since the epoch. */
  readonly at: number;
  readonly outcome: { readonly samples: readonly Sample[] } | { readonly problem: string };
}

/**
 * Reads the pods' own metrics. Every canary pod is read at each poll, stable pods within what is left of the budget (one stable pod at
 * least, a quarter of the budget for a comparison); canary pods take turns when they are more than that leaves. As counters add up, a pod
 * that is read less often loses nothing. A pod that is gone is forgotten, and starts with a new baseline if it comes back.
 */
export function podsSource(options: PodsSourceOptions): Source {
  const { clock, stable = 'in-turns', maxScrapesPerSecond = MAX_SCRAPES_PER_SECOND, scrapeTimeoutMs = 2000 } = options;
  const known = new Map<string, KnownPod>();
  let lastPollAt = Number.NEGATIVE_INFINITY;

  const look = async (target: MetricsTarget, wanted: ReadonlySet<string>, signal: AbortSignal): Promise<Look> => {
    const askedAt = clock.now();
    try {
      const text = await within(scrapeTimeoutMs, clock, signal, (inner) => options.scrape(target, inner));
      return { target, at: (askedAt + clock.now()) / 2, outcome: { samples: parseExposition(text, wanted) } };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      return { target, at: askedAt, outcome: { problem: error instanceof Error ? error.message : String(error) } };
    }
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
      const wanted = wantedMetrics(objectives);
      const lookAt = (pods: readonly MetricsTarget[]) => Promise.all(pods.map((target) => look(target, wanted, signal)));
      // For a comparison the canary goes first: what begins to trouble both is then never seen on the canary alone.
      const [first, then] = stable === 'same' ? bySide(chosen) : [chosen, []];
      const looks = [...(await lookAt(first)), ...(await lookAt(then))];
      const side = (name: MetricsTarget['side']) => ({
        pods: targets.filter((target) => target.side === name).length,
        ...readSide(
          looks.filter(({ target }) => target.side === name),
          { objectives, known },
        ),
      });
      return { at: now, canary: { ...side('canary'), broken: options.broken?.() }, stable: side('stable') };
    },
  };
}

function podOf(uid: string, known: Map<string, KnownPod>): KnownPod {
  const pod = known.get(uid) ?? { counter: new PodCounter(), triedAt: 0, readAt: undefined, failing: false };
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

interface Context {
  readonly objectives: readonly Objective[];
  readonly known: Map<string, KnownPod>;
}

function readSide(looks: readonly Look[], { objectives, known }: Context): Omit<SidePoll, 'pods'> {
  const counts = new Map<string, Counts>();
  const problems = new Set<string>();
  const notes = new Set<string>();
  let [scraped, coveredPodMs] = [0, 0];
  for (const { target, at, outcome } of looks) {
    const pod = podOf(target.uid, known);
    pod.failing = 'problem' in outcome;
    if ('problem' in outcome) {
      problems.add(`pod ${target.name}: ${outcome.problem}`);
      continue;
    }
    const seen = pod.counter.look(outcome.samples, objectives);
    scraped++;
    coveredPodMs += pod.readAt === undefined ? 0 : at - pod.readAt;
    pod.readAt = at;
    for (const [name, { good, bad }] of seen.counts) {
      const sum = counts.get(name) ?? { good: 0, bad: 0 };
      counts.set(name, { good: sum.good + good, bad: sum.bad + bad });
    }
    for (const problem of seen.problems) problems.add(`pod ${target.name}: ${problem}`);
    for (const note of seen.notes) notes.add(note);
  }
  return { scraped, counts, problems: [...problems], notes: [...notes], coveredPodMs };
}
