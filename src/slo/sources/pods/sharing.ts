import { PROCESS_START } from '../exposition/counter-growth.js';
import type { ReadPage } from './side-reader.js';

/** Fewer requests than these are alike by chance. */
const ALIKE_FROM = 20;
/** Part of a look's growth that two readings of one set of counters may be apart, as they are not read in the same moment. */
const APART = 0.1;
/** So many looks alike, with growth in each, are no chance. */
const SURE_AFTER = 5;

const WHY =
  'the canary and stable show the same counters, which grow together: pods that share their counters (in Redis, or by a push to one place) ' +
  "can't be told apart; let each pod count for itself";

/** Finds out whether the pods of both sides share one set of counters, so that the canary's requests would be stable's. */
export class Sharing {
  #last: number | undefined;
  #alike = 0;
  #isSuspected = false;

  /** Whether another page of stable would tell. */
  get isSuspected(): boolean {
    return this.#isSuspected;
  }

  /** Sets one page of each side beside the other, read at about the same time; without either nothing changes. */
  note(canary: ReadPage | undefined, stable: ReadPage | undefined): void {
    if (canary === undefined || stable === undefined) return;
    const [ofCanary, ofStable] = [sumOf(canary), sumOf(stable)];
    const grown = ofCanary - (this.#last ?? ofCanary);
    const isAlike = ofCanary >= ALIKE_FROM && Math.abs(ofCanary - ofStable) <= 2 + APART * grown;
    if (!isAlike) this.#alike = 0;
    else if (grown > 0) this.#alike += 1;
    this.#isSuspected = isAlike;
    this.#last = ofCanary;
  }

  /** Why the counts make no pass now; and once that is sure, no fail either. */
  get doubt(): { readonly why: string; readonly isSure: boolean } | undefined {
    return this.#isSuspected ? { why: WHY, isSure: this.#alike >= SURE_AFTER } : undefined;
  }
}

const sumOf = ({ page }: ReadPage): number =>
  page.samples.reduce(
    (sum, { metric, value }) => sum + (metric !== PROCESS_START && value > 0 && Number.isFinite(value) ? value : 0),
    0,
  );
