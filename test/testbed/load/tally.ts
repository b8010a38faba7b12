/** How requests ended, seen from the client. */
export interface Counts {
  sent: number;
  /** Answered below 500 by a version. */
  ok: number;
  /** Answered with 5xx by a version. */
  failed: number;
  /** No answer, or one that no version gave. */
  lost: number;
}

/** Counts by `x-app-version`; a lost request has none and is only in the total and in its Service. */
export interface Second {
  /** Since the load started. */
  readonly second: number;
  readonly total: Readonly<Counts>;
  readonly versions: Readonly<Record<string, Counts>>;
}

export interface Snapshot extends Omit<Second, 'second'> {
  /** By the Service that was chosen; `none` when the route had no Service to choose. */
  readonly services: Readonly<Record<string, Counts>>;
  /** A request belongs to the second in which it was sent. */
  readonly seconds: readonly Second[];
}

export type Outcome = { readonly version: string; readonly status: number } | 'lost';

const none = (): Counts => ({ sent: 0, ok: 0, failed: 0, lost: 0 });

/** Keeps count. */
export class Tally {
  readonly #total = none();
  readonly #versions: Record<string, Counts> = {};
  readonly #services: Record<string, Counts> = {};
  readonly #seconds = new Map<number, { total: Counts; versions: Record<string, Counts> }>();

  add(second: number, service: string, outcome: Outcome): void {
    const during = this.#seconds.get(second) ?? { total: none(), versions: {} };
    this.#seconds.set(second, during);
    this.#services[service] ??= none();
    const concerned = [this.#total, during.total, this.#services[service]];
    if (outcome !== 'lost') {
      this.#versions[outcome.version] ??= none();
      during.versions[outcome.version] ??= none();
      concerned.push(this.#versions[outcome.version] as Counts, during.versions[outcome.version] as Counts);
    }
    const end = outcome === 'lost' ? 'lost' : outcome.status >= 500 ? 'failed' : 'ok';
    for (const counts of concerned) {
      counts.sent += 1;
      counts[end] += 1;
    }
  }

  snapshot(): Snapshot {
    const seconds = [...this.#seconds].sort(([a], [b]) => a - b).map(([second, counts]) => ({ second, ...counts }));
    return structuredClone({ total: this.#total, versions: this.#versions, services: this.#services, seconds });
  }
}
