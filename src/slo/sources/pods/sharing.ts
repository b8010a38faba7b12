import { addCounts, type Counts } from '../../objective/objective.js';
import { PROCESS_START } from '../exposition/counter-growth.js';
import { callerOf, NO_UPKEEP } from '../exposition/upkeep.js';
import { type ReadPage, withoutPass } from './side-reader.js';

/** Fewer requests than these are alike by chance. */
const ALIKE_FROM = 20;
/** Part of a look's growth that two readings of one set of counters may be apart, as they are not read in the same moment. */
const APART = 0.1;
/** So many looks alike, with requests of users in each, and so many of these in all are no chance. */
const SURE_AFTER = { looks: 5, requests: 30 };
/** So many looks in a row at counters that differ show that they were alike by chance. */
const APART_AFTER = 3;

const WHY =
  'the canary and stable show the same counters, which grow together: pods that share their counters (in Redis, or by a push to one place) ' +
  "can't be told apart; let each pod count for itself";

/** Finds out whether the pods of both sides share one set of counters, so that the canary's requests would be stable's. */
export class Sharing {
  #last: number | undefined;
  #alike = { looks: 0, requests: 0 };
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
    if (!isAlike) this.#alike = { looks: 0, requests: 0 };
    this.#apart = isAlike ? 0 : this.#apart + 1;
    this.#isSuspected = isAlike;
    this.#last = ofCanary;
  }

  /** What users have surely asked of the canary since the last look: probes and scrapes grow alike on pods that share nothing. */
  hear(requests: number): void {
    if (!this.#isSuspected || requests <= 0) return;
    this.#alike = { looks: this.#alike.looks + 1, requests: this.#alike.requests + requests };
  }

  /** Why the counts make no pass now; and once that is sure, no fail either. */
  get doubt(): { readonly why: string; readonly isSure: boolean } | undefined {
    const { looks, requests } = this.#alike;
    const isSure = looks >= SURE_AFTER.looks && requests >= SURE_AFTER.requests;
    return this.#isSuspected ? { why: WHY, isSure } : undefined;
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
      return withoutPass(counts, doubt.why, true);
    }
    if (this.#counts.size === 0) return counts;
    return isOpen ? stillOpen(counts) : this.#withThose(counts);
  }

  /** They were judged for a fail already, so that they count for the pass alone. */
  #withThose(counts: ReadonlyMap<string, Counts>): Map<string, Counts> {
    const given = new Map(counts);
    for (const [name, withheld] of this.#counts) {
      const [now, back] = [counts.get(name) ?? NONE, withheld.atWorst ?? withheld];
      const sure = now.atWorst ?? now;
      const why = now.atWorst?.why ?? withheld.atWorst?.why ?? WHY;
      given.set(name, { ...now, atWorst: { good: sure.good + back.good, bad: sure.bad + back.bad, why } });
    }
    this.#counts.clear();
    return given;
  }
}

const NONE: Counts = { good: 0, bad: 0 };

const stillOpen = (counts: ReadonlyMap<string, Counts>): Map<string, Counts> =>
  new Map([...counts].map(([name, each]) => [name, { ...each, atWorst: { why: WHY, ...(each.atWorst ?? each), isOpen: true } }]));

/** Of what users may have asked for. */
const sumOf = ({ page, target: { upkeep = NO_UPKEEP } }: ReadPage): number => {
  const users = page.samples.filter(({ metric, labels }) => metric !== PROCESS_START && callerOf(labels, upkeep) !== 'upkeep');
  return users.reduce((sum, { value }) => sum + (value > 0 && Number.isFinite(value) ? value : 0), 0);
};
