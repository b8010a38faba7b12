import { addCounts, type Counts } from '../../objective/objective.js';
import { PROCESS_START } from '../exposition/counter-growth.js';
import { type ReadPage, withoutPass } from './side-reader.js';

/** Fewer requests than these are alike by chance. */
const ALIKE_FROM = 20;
/** Part of a look's growth that two readings of one set of counters may be apart, as they are not read in the same moment. */
const APART = 0.1;
/** So many looks alike, with growth in each, are no chance. */
const SURE_AFTER = 5;
/** So many looks in a row at counters that differ show that they were alike by chance. */
const APART_AFTER = 3;

const WHY =
  'the canary and stable show the same counters, which grow together: pods that share their counters (in Redis, or by a push to one place) ' +
  "can't be told apart; let each pod count for itself";

/** Finds out whether the pods of both sides share one set of counters, so that the canary's requests would be stable's. */
export class Sharing {
  #last: number | undefined;
  #alike = 0;
  #isSuspected = false;
  #apart = APART_AFTER;

  /** Whether another page of stable would tell. */
  get isOpen(): boolean {
    return this.#apart < APART_AFTER;
  }

  /** Sets one page of each side beside the other, read at about the same time; without either nothing changes. */
  note(canary: ReadPage | undefined, stable: ReadPage | undefined): void {
    if (canary === undefined || stable === undefined) return;
    const [ofCanary, ofStable] = [sumOf(canary), sumOf(stable)];
    const grown = ofCanary - (this.#last ?? ofCanary);
    const isAlike = ofCanary >= ALIKE_FROM && Math.abs(ofCanary - ofStable) <= 2 + APART * grown;
    if (!isAlike) this.#alike = 0;
    else if (grown > 0) this.#alike += 1;
    this.#apart = isAlike ? 0 : this.#apart + 1;
    this.#isSuspected = isAlike;
    this.#last = ofCanary;
  }

  /** Why the counts make no pass now; and once that is sure, no fail either. */
  get doubt(): { readonly why: string; readonly isSure: boolean } | undefined {
    return this.#isSuspected ? { why: WHY, isSure: this.#alike >= SURE_AFTER } : undefined;
  }
}

/** One side's counts that make no pass while it is open whether they are its own. */
export class Withheld {
  readonly #sharing: Sharing;
  readonly #counts = new Map<string, Counts>();

  constructor(sharing: Sharing) {
    this.#sharing = sharing;
  }

  /** @returns what may be judged of this look: for a fail alone while in doubt, nothing once that is sure, and all of it when it was a chance */
  judged(counts: ReadonlyMap<string, Counts>): ReadonlyMap<string, Counts> {
    const { doubt, isOpen } = this.#sharing;
    if (doubt?.isSure) return new Map();
    if (doubt !== undefined) {
      for (const [name, each] of counts) this.#counts.set(name, addCounts(this.#counts.get(name) ?? NONE, each));
      return withoutPass(counts, doubt.why);
    }
    return isOpen || this.#counts.size === 0 ? counts : this.#withThose(counts);
  }

  /** They were judged for a fail already, so that they count for the pass alone. */
  #withThose(counts: ReadonlyMap<string, Counts>): Map<string, Counts> {
    const given = new Map(counts);
    for (const [name, withheld] of this.#counts) {
      const [now, back] = [counts.get(name) ?? NONE, withheld.atWorst ?? withheld];
      const sure = now.atWorst ?? now;
      given.set(name, { ...now, atWorst: { good: sure.good + back.good, bad: sure.bad + back.bad, why: WHY } });
    }
    this.#counts.clear();
    return given;
  }
}

const NONE: Counts = { good: 0, bad: 0 };

const sumOf = ({ page }: ReadPage): number =>
  page.samples.reduce(
    (sum, { metric, value }) => sum + (metric !== PROCESS_START && value > 0 && Number.isFinite(value) ? value : 0),
    0,
  );
