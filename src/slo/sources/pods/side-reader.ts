import { addCounts, type Counts, type Objective, type Selector } from '../../objective/objective.js';
import type { PodLook } from '../../pace.js';
import type { SidePoll } from '../../source.js';
import { type Circumstances, PodCounter, type PodCounts, wantedMetrics } from '../exposition/counting.js';
import type { Exposition } from '../exposition/exposition.js';
import type { CountsLooks } from '../exposition/upkeep.js';
import { Vocabulary } from '../exposition/vocabulary.js';
import type { MetricsTarget } from './metrics-target.js';
import { PageAge } from './page-age.js';
import { type Gap, noSeries, type Sides, unvouched } from './vouching.js';

/** Growth of so little in a close look, on a page that was made anew meanwhile, is that of an app that doesn't count its looks. */
const BARELY = 1;
/** Of so many requests a look is less than chance makes of them. */
const MANY_A_LOOK = 20;
/** So many different pages in close looks are made for each look, and then an app that counts its looks shows all of them but one. */
const FRESH_PAGES = 3;
const FEWER_GROWN = 2;
/** In looks that took longer together, users may have come as often as they. */
const CLOSE_MS = 300;
/** More often nobody counts one request; a busy app only seems to. */
const MOST_TIMES = 4;

/** A page that was read. */
export interface ReadPage {
  readonly target: MetricsTarget;
  readonly text: string;
  readonly page: Exposition;
  /** About when the pod answered, in milliseconds since the epoch. */
  readonly at: number;
  /** How far from `at` that may have been. */
  readonly unsureMs?: number;
  /** Looks at this pod so far, by whomever in this process. */
  readonly looks: number;
  /** One of several in quick succession. */
  readonly isClose: boolean;
  /** Past the pod's warm-up. */
  readonly isWarm: boolean;
}

/** How far a pod's pages say what its users got. */
export interface Standing {
  /** Looks since it is past its warm-up; the first is only the baseline. */
  warmLooks: number;
  /** Objectives that its last page had no figures for. */
  uncounted: readonly string[];
  /** Whether requests that its last page does not show have not come. */
  tells: boolean;
  readonly page: PageAge;
  /** When its counting began, with its first page or with the first one of another process. */
  countedFrom: number;
  /** How often its process was started anew in a container that went on. */
  newProcesses: number;
  /** Requests that it should have had since its last one, by what the others of its side got, and since when. */
  missed: { requests: number; sinceMs: number };
}

/** What is known of a pod from one look to the next. */
interface KnownPod extends Standing {
  readonly counter: PodCounter;
  last: Pick<ReadPage, 'at' | 'text' | 'looks'> | undefined;
}

/** Turns the pages of one side's pods into its counts. */
export class SideReader {
  readonly side: 'canary' | 'stable';
  readonly vocabulary = new Vocabulary();
  readonly #countsLooks = new Map<string, CountsLooks>();
  readonly #pods = new Map<string, KnownPod>();
  #timesCounted = 1;
  #wasLookedAtClosely = false;
  #mayCountLooks = false;
  #firstToGrow: MetricsTarget | undefined;
  #wasConfirmed = false;

  readonly #maxAgeMs: number;
  readonly #isJudged: boolean;

  /**
   * @param maxAgeMs how long a page in which nothing changes may be an old one
   * @param isJudged whether a verdict hangs on its counts
   */
  constructor(side: 'canary' | 'stable', maxAgeMs: number, isJudged = true) {
    this.side = side;
    this.#maxAgeMs = maxAgeMs;
    this.#isJudged = isJudged;
  }

  standing(uid: string): Standing | undefined {
    return this.#pods.get(uid);
  }

  /**
   * Whether a few looks in quick succession would tell what single ones don't: several processes behind the port, looks that are counted. Of a side that
   * is merely counted they tell only where its requests are so few that they may be the looks themselves.
   */
  get wantsCloseLook(): boolean {
    return (this.#isJudged || this.#mayCountLooks) && !this.#wasLookedAtClosely;
  }

  /** The pod that has grown first, when that is still to be confirmed: one look that meets another process is a growth too. */
  get toConfirm(): MetricsTarget | undefined {
    return this.#wasConfirmed ? undefined : this.#firstToGrow;
  }

  /** @returns why what was counted makes no pass, if a page that was read right afterwards goes back behind it */
  confirm(pages: readonly ReadPage[]): string | undefined {
    this.#wasConfirmed = this.#wasConfirmed || pages.length > 0;
    for (const { target, page } of pages) {
      const distrust = this.#podOf(target.uid).counter.peek(page);
      if (distrust !== undefined) return `pod ${target.name}: ${distrust}`;
    }
    return undefined;
  }

  /** Forgets pods that are gone: one that comes back starts with a new baseline. */
  forgetAllBut(uids: ReadonlySet<string>): void {
    for (const uid of this.#pods.keys()) if (!uids.has(uid)) this.#pods.delete(uid);
  }

  /** Learns what the pages call things, which the other side's reading rests on too. */
  learn(pages: readonly ReadPage[], objectives: readonly Objective[]): void {
    const wanted = wantedMetrics(objectives);
    for (const { page } of pages) this.vocabulary.learn(page, wanted);
  }

  /** Counts what the pods have learnt to tell since they were last looked at. */
  read(
    pages: readonly ReadPage[],
    objectives: readonly Objective[],
    other: Vocabulary,
  ): Omit<SidePoll, 'pods'> & { readonly requests: number; readonly atMost: number } {
    const sides: Sides = { side: this.side, mine: this.vocabulary, other };
    const gaps = gapsIn(objectives, sides);
    const [counts, problems, notes] = [new Map<string, Counts>(), new Set<string>(), new Set<string>()];
    if (pages.length > 0) for (const [name, { why }] of gaps) problems.add(`${name}: ${why}`);
    const lasting = new Map([...gaps].flatMap(([name, { why, isLasting }]) => (isLasting ? [[name, why] as const] : [])));
    let [coveredPodMs, requests, atMost] = [0, 0, 0];
    const got = new Map<string, { readonly requests: number; readonly at: number }>();
    const [looks, paths] = [[] as PodLook[], new Set<string>()];
    let distrusted: string | undefined;
    const known = new Set([...this.#pods].flatMap(([uid, { warmLooks }]) => (warmLooks > 0 ? [uid] : [])));
    for (const each of pages) {
      const pod = this.#podOf(each.target.uid);
      const { last } = pod;
      const seen = pod.counter.look(each.page, objectives, this.#around(each, last, gaps, sides));
      // The first look past the warm-up is the baseline: what came before is left out.
      const isCounted = each.isWarm && pod.warmLooks > 0;
      coveredPodMs += last === undefined || !isCounted ? 0 : each.at - last.at;
      const own = noteStanding(pod, each, seen, objectives, gaps);
      requests += own;
      atMost += seen.atMost;
      if (last !== undefined && isCounted && !each.isClose) {
        looks.push({ uid: each.target.uid, elapsedMs: each.at - last.at, requests: own });
        for (const path of seen.paths ?? []) paths.add(path);
      }
      got.set(each.target.uid, { requests: seen.atMost + (got.get(each.target.uid)?.requests ?? 0), at: each.at });
      pod.last = each;
      if (seen.isOfNewProcess) pod.newProcesses++;
      if (last !== undefined && last.text !== each.text) this.#learnUpkeep(pod, objectives);
      if (last !== undefined) this.#noteDoubt(pod, each.looks - last.looks, objectives);
      // All first looks at a pod are its baseline, also those in quick succession: they may have met one process after the other.
      for (const [name, counted] of seen.counts) {
        const news = isCounted && known.has(each.target.uid) ? counted : { good: 0, bad: 0 };
        if (news.good + news.bad > 0) this.#firstToGrow ??= each.target;
        counts.set(name, addCounts(counts.get(name) ?? { good: 0, bad: 0 }, news));
      }
      for (const [name, why] of seen.lasting ?? []) lasting.set(name, why);
      for (const problem of seen.problems) problems.add(`pod ${each.target.name}: ${problem}`);
      for (const note of seen.notes) notes.add(note);
      if (seen.distrust !== undefined) distrusted = `pod ${each.target.name}: ${seen.distrust}`;
    }
    this.#learnFromCloseLook(pages, objectives);
    this.#noteMissed(got);
    return {
      scraped: new Set(pages.filter(({ isWarm }) => isWarm).map(({ target }) => target.uid)).size,
      requests,
      atMost,
      counts: distrusted === undefined ? counts : withoutPass(counts, distrusted),
      problems: [...problems],
      ...(lasting.size > 0 && { lasting }),
      notes: [...notes],
      coveredPodMs,
      looks,
      paths: [...paths],
    };
  }

  /** What a pod got none of while the others of its side got theirs. */
  #noteMissed(got: ReadonlyMap<string, { readonly requests: number; readonly at: number }>): void {
    const all = [...got.values()].reduce((sum, { requests }) => sum + requests, 0);
    for (const [uid, { requests, at }] of got) {
      const { missed } = this.#podOf(uid);
      if (requests > 0 || missed.sinceMs === 0) Object.assign(missed, { requests: 0, sinceMs: at });
      else missed.requests += got.size > 1 ? all / (got.size - 1) : 0;
    }
  }

  #around(
    { target, at, unsureMs = 0, looks }: ReadPage,
    last: KnownPod['last'],
    gaps: ReadonlyMap<string, Gap>,
    sides: Sides,
  ): Circumstances {
    return {
      life: target.life,
      ...(target.upkeep && { upkeep: target.upkeep }),
      looks: last === undefined ? 0 : looks - last.looks,
      elapsedMs: last === undefined ? 0 : at - last.at,
      unsureMs,
      countsLooks: this.#countsLooks,
      timesCounted: this.#timesCounted,
      gaps,
      totalGap: (objective) => noSeries(allOf(objective), sides),
    };
  }

  /** Where requests are many more than looks, it does not matter whether these are among them; where there are none, they are not. */
  #noteDoubt(pod: KnownPod, looks: number, objectives: readonly Objective[]): void {
    for (const { name } of objectives) {
      const [grown = 0] = pod.counter.ledger(name).lastGrowths(1);
      if (grown > 0 && grown < MANY_A_LOOK * looks && !this.#countsLooks.has(name)) this.#mayCountLooks = true;
    }
  }

  /** Only a page that has been made anew can tell that looks were not counted. */
  #learnUpkeep(pod: KnownPod, objectives: readonly Objective[]): void {
    for (const { name } of objectives) {
      if (!this.#countsLooks.has(name) && pod.counter.ledger(name).countsFewer) this.#countsLooks.set(name, 'no');
    }
  }

  #learnFromCloseLook(read: readonly ReadPage[], objectives: readonly Objective[]): void {
    const close = read.filter(({ isClose }) => isClose);
    const [first] = close;
    if (first === undefined) return;
    this.#wasLookedAtClosely = true;
    const pages = new Set(close.map(({ text }) => text)).size;
    const isQuick = (close.at(-1)?.at ?? 0) - first.at <= CLOSE_MS;
    for (const { name } of objectives) {
      if (this.#countsLooks.has(name)) continue;
      const growths = this.#podOf(first.target.uid).counter.ledger(name).lastGrowths(close.length);
      const grown = growths.reduce((sum, each) => sum + each, 0);
      if (isQuick && growths.every((each) => each > 0)) {
        this.#countsLooks.set(name, 'yes');
        this.#timesCounted = Math.max(this.#timesCounted, Math.min(Math.floor(grown / close.length), MOST_TIMES));
      }
      if ((pages > 1 && grown <= BARELY) || (pages >= FRESH_PAGES && grown <= close.length - FEWER_GROWN))
        this.#countsLooks.set(name, 'no');
    }
  }

  #podOf(uid: string): KnownPod {
    const fresh = {
      last: undefined,
      warmLooks: 0,
      uncounted: [],
      tells: false,
      page: new PageAge(this.#maxAgeMs),
      newProcesses: 0,
      countedFrom: 0,
    };
    const pod = this.#pods.get(uid) ?? { ...fresh, counter: new PodCounter(), missed: { requests: 0, sinceMs: 0 } };
    this.#pods.set(uid, pod);
    return pod;
  }
}

/** @returns the users' requests that are surely new on the page, those of the warm-up too */
function noteStanding(
  pod: KnownPod,
  { page, text, at, isWarm }: ReadPage,
  { counts, atMost, isOfNewProcess = false }: PodCounts,
  objectives: readonly Objective[],
  gaps: ReadonlyMap<string, Gap>,
): number {
  const sure = [...counts.values()].map(({ good, bad, atWorst }) => (atWorst ? atWorst.good + atWorst.bad : good + bad));
  const requests = Math.max(0, ...sure);
  if (pod.last === undefined || isOfNewProcess) pod.countedFrom = at;
  if (isWarm) pod.warmLooks++;
  pod.uncounted = objectives.filter(({ name }) => !counts.has(name)).map(({ name }) => name);
  pod.tells = counts.size > 0 || objectives.some((objective) => !gaps.has(objective.name) && isUnused(objective, page));
  pod.page.look(text, atMost, at);
  return requests;
}

/** The selector of all requests of an objective. */
const allOf = (objective: Objective): Selector =>
  objective.kind === 'ratio' ? objective.total : { ...objective.histogram, metric: `${objective.histogram.metric}_bucket` };

/** A counter with labels has no series before it has counted, but most libraries declare it. */
function isUnused(objective: Objective, { samples, types }: Exposition): boolean {
  const { metric } = objective.kind === 'ratio' ? objective.total : objective.histogram;
  const isDeclared = types.has(metric) || types.has(metric.replace(/_total$/, ''));
  return isDeclared && !samples.some((sample) => sample.metric.startsWith(metric));
}

function gapsIn(objectives: readonly Objective[], sides: Sides): Map<string, Gap> {
  const found = objectives.flatMap((objective): Array<[string, Gap]> => {
    const gap = sides.mine.isKnown ? unvouched(objective, sides) : undefined;
    return gap === undefined ? [] : [[objective.name, gap]];
  });
  return new Map(found);
}

/** What was counted, for a fail alone; `isOpen` as of `AtWorst`. */
export const withoutPass = (counts: ReadonlyMap<string, Counts>, why: string, isOpen = false): Map<string, Counts> => {
  const atWorst = { good: 0, bad: 0, why, ...(isOpen && { isOpen }) };
  return new Map([...counts].map(([name, { good, bad }]) => [name, { good, bad, atWorst }]));
};
