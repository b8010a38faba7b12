import { addCounts, type Counts } from '../objective/objective.js';
import type { Poll } from '../source.js';

type ByName = ReadonlyMap<string, Counts>;

interface Window {
  readonly since: number;
  canary: ByName;
  stable: ByName;
}

/**
 * Sets whole pages beside whole pages. Pods that make theirs anew only every 15 or 60 s do so each at its own time, so that trouble of both versions
 * shows on one side first: each turn of the canary's is compared with the worst of stable's turns before, at and after it.
 */
export class WholePages {
  readonly #closed: Window[] = [];
  #open: Window | undefined;
  #judged = 0;

  /** @returns the poll with the counts that are to be judged now; those that wait are left out. Pages made for each look pass as they are */
  take(poll: Poll): Poll {
    const ageMs = Math.max(poll.canary.pageAgeMs ?? 0, poll.stable.pageAgeMs ?? 0);
    if (ageMs === 0) return poll;
    const { since, canary, stable } = this.#open ?? { since: poll.at, canary: new Map(), stable: new Map() };
    this.#open = { since, canary: sum(canary, poll.canary.counts), stable: sum(stable, poll.stable.counts) };
    if (poll.at - since >= ageMs) {
      this.#closed.push(this.#open);
      this.#open = undefined;
    }
    const due = this.#closed.length > this.#judged + 1 ? this.#closed[this.#judged] : undefined;
    if (due === undefined) return withCounts(poll, new Map(), new Map());
    const beside = this.#closed.slice(Math.max(0, this.#judged - 1), this.#judged + 2).map(({ stable: turn }) => turn);
    this.#judged++;
    return withCounts(poll, due.canary, worstOf(beside));
  }

  /** What of the canary was read and waits for stable's turns. */
  waiting(): ByName {
    const turns = [...this.#closed.slice(this.#judged), ...(this.#open ? [this.#open] : [])];
    return turns.reduce<ByName>((all, { canary }) => sum(all, canary), new Map());
  }
}

const withCounts = ({ at, canary, stable }: Poll, ofCanary: ByName, ofStable: ByName): Poll => ({
  at,
  canary: { ...canary, counts: ofCanary },
  stable: { ...stable, counts: ofStable },
});

function sum(a: ByName, b: ByName): ByName {
  const all = new Map(a);
  for (const [name, counts] of b) all.set(name, addCounts(all.get(name) ?? { good: 0, bad: 0 }, counts));
  return all;
}

function worstOf(turns: readonly ByName[]): ByName {
  const worst = new Map<string, Counts>();
  for (const [name, counts] of turns.flatMap((turn) => [...turn])) {
    const known = worst.get(name);
    if (known === undefined || badShare(counts) > badShare(known)) worst.set(name, counts);
  }
  return worst;
}

const badShare = ({ good, bad }: Counts): number => (good + bad > 0 ? bad / (good + bad) : -1);
