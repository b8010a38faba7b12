import { LN_SPEAKS, type Terms } from '../judge/judge.js';
import { lnLikelihoodGain } from '../judge/ln-evidence.js';
import type { Counts } from '../objective/objective.js';
import { formatPercent } from '../objective/percent.js';

/** Less than this part of the requests is no reason to speak of them. */
const NOTABLE = 0.1;

/** What of one step's requests can't be told for sure, and whether that stands between the canary and a pass. */
export class Doubt {
  readonly #max: number;
  readonly #atBest = { good: 0, bad: 0 };
  #good = 0;
  #bad = 0;
  #lastingWhy: string | undefined;
  #isOpen = false;
  /** What could not be told yet when there was any last; gone once it could be. */
  #openWhy: string | undefined;

  constructor({ max }: Pick<Terms, 'max'>) {
    this.#max = max;
  }

  hear({ good, bad, atWorst }: Counts): void {
    this.#atBest.good += good;
    this.#atBest.bad += bad;
    this.#good += atWorst?.good ?? good;
    this.#bad += atWorst?.bad ?? bad;
    this.#isOpen = atWorst?.isOpen ?? false;
    if (atWorst === undefined) return;
    this.#openWhy = atWorst.isOpen ? atWorst.why : undefined;
    if (!atWorst.isOpen) this.#lastingWhy = atWorst.why;
  }

  get #why(): string | undefined {
    return this.#openWhy ?? this.#lastingWhy;
  }

  /** Whether later looks may tell what could not be told so far. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Requests that users have surely made. */
  get surelyHeard(): number {
    return this.#good + this.#bad;
  }

  /** Whether the canary would be above `max` if all that can't be told were bad, or has had no request that is surely a user's. */
  get withholdsPass(): boolean {
    if (this.#why === undefined) return false;
    const speaks = (bad: number, good: number) => lnLikelihoodGain(bad, good, this.#max) >= LN_SPEAKS;
    return this.surelyHeard === 0 || (speaks(this.#bad, this.#good) && !speaks(this.#atBest.bad, this.#atBest.good));
  }

  /** The same for people; undefined where the doubt is too small to be what matters. */
  why(heard: number): string | undefined {
    if (this.#why === undefined || heard === 0) return undefined;
    const surely = this.surelyHeard;
    if (surely === 0) return `none of ${heard} counted requests is surely a user's: ${this.#why}`;
    const isNotable = this.withholdsPass || surely < (1 - NOTABLE) * (this.#atBest.good + this.#atBest.bad);
    if (!isNotable) return undefined;
    return `${this.#bad} of ${surely} requests were bad (${formatPercent(this.#bad / surely)}) if all that can not be told counts against the canary: ${this.#why}`;
  }
}
