import { type Circumstances, PodCounter, wantedMetrics } from '../counting.js';
import type { Exposition } from '../exposition.js';
import { addCounts, type Counts, type Objective, type RatioObjective } from '../objective.js';
import type { CountsLooks } from '../upkeep.js';
import { Vocabulary } from '../vocabulary.js';
import { noSeries, type Sides, unvouched } from '../vouching.js';
import type { MetricsTarget } from './metrics-target.js';
import type { SidePoll } from './source.js';

/** Growth of so little in a close look, on a page that was made anew meanwhile, is that of an app that doesn't count its looks. */
const BARELY = 1;

/** A page that was read. */
export interface ReadPage {
  readonly target: MetricsTarget;
  readonly text: string;
  readonly page: Exposition;
  /** About when the pod answered, in milliseconds since the epoch. */
  readonly at: number;
  /** Looks at this pod so far, by whomever in this process. */
  readonly looks: number;
  /** One of several in quick succession. */
  readonly isClose: boolean;
}

/** What is known of a pod from one look to the next. */
interface KnownPod {
  readonly counter: PodCounter;
  last: Pick<ReadPage, 'at' | 'text' | 'looks'> | undefined;
}

/** Turns the pages of one side's pods into its counts. */
export class SideReader {
  readonly side: 'canary' | 'stable';
  readonly vocabulary = new Vocabulary();
  readonly #countsLooks = new Map<string, CountsLooks>();
  readonly #pods = new Map<string, KnownPod>();
  #wasLookedAtClosely = false;

  constructor(side: 'canary' | 'stable') {
    this.side = side;
  }

  /** Whether a few looks in quick succession would tell what single ones don't: several processes behind the port, looks that are counted. */
  get wantsCloseLook(): boolean {
    return !this.#wasLookedAtClosely;
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
  read(pages: readonly ReadPage[], objectives: readonly Objective[], other: Vocabulary): Omit<SidePoll, 'pods'> {
    const sides: Sides = { side: this.side, mine: this.vocabulary, other };
    const gaps = gapsIn(objectives, sides);
    const [counts, problems, notes] = [new Map<string, Counts>(), new Set<string>(), new Set<string>()];
    if (pages.length > 0) for (const [name, gap] of gaps) problems.add(`${name}: ${gap}`);
    let coveredPodMs = 0;
    let distrusted: string | undefined;
    for (const each of pages) {
      const pod = this.#podOf(each.target.uid);
      const { last } = pod;
      const seen = pod.counter.look(each.page, objectives, this.#around(each, last, gaps, sides));
      coveredPodMs += last === undefined ? 0 : each.at - last.at;
      pod.last = each;
      if (last !== undefined && last.text !== each.text) this.#learnUpkeep(pod, objectives);
      for (const [name, counted] of seen.counts) counts.set(name, addCounts(counts.get(name) ?? { good: 0, bad: 0 }, counted));
      for (const problem of seen.problems) problems.add(`pod ${each.target.name}: ${problem}`);
      for (const note of seen.notes) notes.add(note);
      if (seen.distrust !== undefined) distrusted = `pod ${each.target.name}: ${seen.distrust}`;
    }
    this.#learnFromCloseLook(pages, objectives);
    return {
      scraped: new Set(pages.map(({ target }) => target.uid)).size,
      counts: distrusted === undefined ? counts : withoutPass(counts, distrusted),
      problems: [...problems],
      notes: [...notes],
      coveredPodMs,
    };
  }

  #around(
    { target, at, looks }: ReadPage,
    last: KnownPod['last'],
    gaps: ReadonlyMap<string, string>,
    sides: Sides,
  ): Circumstances {
    return {
      life: target.life,
      ...(target.upkeep && { upkeep: target.upkeep }),
      looks: last === undefined ? 0 : looks - last.looks,
      elapsedMs: last === undefined ? 0 : at - last.at,
      countsLooks: this.#countsLooks,
      gaps,
      totalGap: ({ total }: RatioObjective) => noSeries(total, sides),
    };
  }

  /** Only a page that has been made anew can tell that looks were not counted. */
  #learnUpkeep(pod: KnownPod, objectives: readonly Objective[]): void {
    for (const { name } of objectives) {
      if (!this.#countsLooks.has(name) && pod.counter.ledger(name).countsFewer) this.#countsLooks.set(name, 'no');
    }
  }

  #learnFromCloseLook(pages: readonly ReadPage[], objectives: readonly Objective[]): void {
    const close = pages.filter(({ isClose }) => isClose);
    const [first] = close;
    if (first === undefined) return;
    this.#wasLookedAtClosely = true;
    const isRenewed = new Set(close.map(({ text }) => text)).size > 1;
    for (const { name } of objectives) {
      if (this.#countsLooks.has(name)) continue;
      const grown = this.#podOf(first.target.uid).counter.ledger(name).grownInARow(close.length);
      if (grown >= close.length) this.#countsLooks.set(name, 'yes');
      else if (isRenewed && grown <= BARELY) this.#countsLooks.set(name, 'no');
    }
  }

  #podOf(uid: string): KnownPod {
    const pod = this.#pods.get(uid) ?? { counter: new PodCounter(), last: undefined };
    this.#pods.set(uid, pod);
    return pod;
  }
}

function gapsIn(objectives: readonly Objective[], sides: Sides): Map<string, string> {
  const found = objectives.flatMap((objective): Array<[string, string]> => {
    const gap = sides.mine.isKnown ? unvouched(objective, sides) : undefined;
    return gap === undefined ? [] : [[objective.name, gap]];
  });
  return new Map(found);
}

/** What was counted, for a fail alone. */
const withoutPass = (counts: ReadonlyMap<string, Counts>, why: string): Map<string, Counts> =>
  new Map([...counts].map(([name, { good, bad }]) => [name, { good, bad, atWorst: { good: 0, bad: 0, why } }]));
