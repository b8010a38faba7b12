import { type ClientKind, type Sent, verdictOf } from './outcome.js';

/** How requests ended; `sent` is always the sum of the others. */
export interface Counts {
  sent: number;
  /** Answered below 500 by a version. */
  ok: number;
  /** Answered with 5xx by a version. */
  failed: number;
  /** No answer, or one that no version gave. */
  lost: number;
}

/** Times, in milliseconds since 1970, at which the client saw the first and the last of some answers. */
export interface Span {
  readonly firstAt: number;
  readonly lastAt: number;
}

/** Counts of some requests. A lost request has no version; it is only in the total, in its Service and in its kind of client. */
export interface Snapshot {
  readonly total: Readonly<Counts>;
  /** By `x-app-version`. */
  readonly versions: Readonly<Record<string, Counts>>;
  /** By the Service that was chosen (`none` when the route had none to choose), or the host that was asked for. */
  readonly services: Readonly<Record<string, Counts>>;
  readonly clients: Readonly<Partial<Record<ClientKind, ClientCounts>>>;
  /** How many were lost, by why: `reset`, `refused`, `timeout`, `cut`, `no-endpoint`, or the status of an answer that no version gave. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly bad: {
    /** Of the answers with 5xx, by version. */
    readonly failed: Readonly<Record<string, Span>>;
    readonly lost: Span | undefined;
  };
  /** How often a sticky client was answered by another version than before. */
  readonly moved: number;
}

export interface ClientCounts {
  readonly total: Readonly<Counts>;
  readonly versions: Readonly<Record<string, Counts>>;
}

/** The requests that were sent in one second. */
export interface Second {
  /** Since the load started. */
  readonly second: number;
  /** Milliseconds since 1970 at its start. */
  readonly at: number;
  readonly total: Readonly<Counts>;
  readonly versions: Readonly<Record<string, Counts>>;
  readonly reasons: Readonly<Record<string, number>>;
}

const none = (): Counts => ({ sent: 0, ok: 0, failed: 0, lost: 0 });

/** Keeps count, and keeps every request, so that any time can be looked at afterwards. */
export class Tally {
  readonly #sent: Sent[] = [];
  readonly #counter = new Counter();

  add(sent: Sent): void {
    this.#sent.push(sent);
    this.#counter.add(sent);
  }

  /** Everything so far. */
  snapshot(): Snapshot {
    return this.#counter.snapshot();
  }

  /** What was sent from one time until, not including, another; milliseconds since 1970. */
  between(fromMs: number, untilMs: number): Snapshot {
    const counter = new Counter();
    for (const sent of this.#sent) if (sent.sentAt >= fromMs && sent.sentAt < untilMs) counter.add(sent);
    return counter.snapshot();
  }

  /** Every second in which something was sent. */
  seconds(startedAt: number): Second[] {
    const counters = new Map<number, Counter>();
    for (const sent of this.#sent) {
      const second = Math.floor((sent.sentAt - startedAt) / 1000);
      const counter = counters.get(second) ?? new Counter();
      counters.set(second, counter);
      counter.add(sent);
    }
    return [...counters]
      .sort(([a], [b]) => a - b)
      .map(([second, counter]) => {
        const { total, versions, reasons } = counter.snapshot();
        return { second, at: startedAt + second * 1000, total, versions, reasons };
      });
  }

  /** Requests that were not ok, in the order in which they ended. */
  notOk(): Sent[] {
    return this.#sent.filter(({ outcome }) => verdictOf(outcome) !== 'ok');
  }

  /** How much later than due each request was sent, in milliseconds, sorted. */
  lateness(): Float64Array {
    return Float64Array.from(this.#sent, ({ dueAt, sentAt }) => sentAt - dueAt).sort();
  }
}

class Counter {
  readonly #total = none();
  readonly #versions: Record<string, Counts> = {};
  readonly #services: Record<string, Counts> = {};
  readonly #clients: Partial<Record<ClientKind, { total: Counts; versions: Record<string, Counts> }>> = {};
  readonly #reasons: Record<string, number> = {};
  readonly #failed: Record<string, Span> = {};
  #lost: Span | undefined;
  #moved = 0;

  add({ outcome, service, client, endedAt, moved }: Sent): void {
    const verdict = verdictOf(outcome);
    this.#services[service] ??= none();
    this.#clients[client] ??= { total: none(), versions: {} };
    const kind = this.#clients[client];
    const concerned = [this.#total, this.#services[service], kind.total];
    if ('lost' in outcome) {
      this.#reasons[outcome.lost] = (this.#reasons[outcome.lost] ?? 0) + 1;
      this.#lost = extend(this.#lost, endedAt);
    } else {
      const { version } = outcome;
      this.#versions[version] ??= none();
      kind.versions[version] ??= none();
      concerned.push(this.#versions[version], kind.versions[version]);
      if (verdict === 'failed') this.#failed[version] = extend(this.#failed[version], endedAt);
    }
    for (const counts of concerned) {
      counts.sent += 1;
      counts[verdict] += 1;
    }
    if (moved) this.#moved += 1;
  }

  snapshot(): Snapshot {
    return structuredClone({
      total: this.#total,
      versions: this.#versions,
      services: this.#services,
      clients: this.#clients,
      reasons: this.#reasons,
      bad: { failed: this.#failed, lost: this.#lost },
      moved: this.#moved,
    });
  }
}

function extend(span: Span | undefined, at: number): Span {
  if (span === undefined) return { firstAt: at, lastAt: at };
  return { firstAt: Math.min(span.firstAt, at), lastAt: Math.max(span.lastAt, at) };
}
