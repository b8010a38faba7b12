/** Whose request it was. */
export type Caller = 'user' | 'scrape' | 'probe';

/** Requests that were answered alike. */
export interface Answered {
  readonly caller: Caller;
  readonly status: number;
  readonly path: string;
  /** Which of the app's processes answered. */
  readonly turn: number;
  count: number;
}

/** All answers, by what they had in common, and how long those to users took. */
export class Tally {
  readonly #answered = new Map<string, Answered>();
  readonly #turns = 12; // divides into two, three, four and six workers
  #next = 0;
  seconds: number[] = [];

  add(caller: Caller, status: number, path: string, seconds?: number): void {
    const turn = this.#next++ % this.#turns;
    const key = `${caller} ${status} ${turn} ${path}`;
    const known = this.#answered.get(key) ?? { caller, status, path, turn, count: 0 };
    known.count += 1;
    this.#answered.set(key, known);
    if (seconds !== undefined && this.seconds.length < 100_000) this.seconds.push(seconds);
  }

  answered(): Answered[] {
    return [...this.#answered.values()];
  }

  clear(): void {
    this.#answered.clear();
    this.seconds = [];
  }
}
