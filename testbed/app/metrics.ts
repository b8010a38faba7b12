import { Counter, Histogram, Registry } from 'prom-client';
import { flavouredPage } from './flavoured-page.js';
import type { Flavours } from './flavours.js';
import { type Caller, Tally } from './tally.js';

/** A probe that nobody sends, because the pod is played; what it would have counted is counted all the same. */
export interface PlayedProbe {
  readonly path: string;
  readonly periodMs: number;
}

const sharedTallies = new Map<string, Tally>();

function sharedTally(by: string): Tally {
  const tally = sharedTallies.get(by) ?? new Tally();
  sharedTallies.set(by, tally);
  return tally;
}

/** What one copy of the app counts about its own answers; made at the first use, so that a pod without traffic costs nothing. */
export class AppMetrics {
  /** How many answers have been recorded. */
  answers = 0;
  readonly #tally = new Tally();
  readonly #startedMs = performance.now();
  readonly #sharedBy: string;
  #probed = 0;
  #scrapes = 0;
  #cached: { readonly page: string; readonly madeMs: number } | undefined;
  #made: { registry: Registry; requests: Counter<'status'>; duration: Histogram } | undefined;

  /** @param sharedBy a name in common with the other copies that share its counters, where its flavour says so */
  constructor(sharedBy = '') {
    this.#sharedBy = sharedBy;
  }

  /** Notes an answer that only apps of some flavours count. */
  attend(caller: Exclude<Caller, 'user'>, status: number, path: string): void {
    this.#tally.add(caller, status, path);
  }

  record(status: number, seconds: number, path = '/'): void {
    const { requests, duration } = this.#get();
    this.answers += 1;
    this.#tally.add('user', status, path, seconds);
    if (this.#sharedBy !== '') sharedTally(this.#sharedBy).add('user', status, path, seconds);
    requests.inc({ status: String(status) });
    duration.observe(seconds);
  }

  /** The page that /metrics answers, in Prometheus' text format unless its flavour has another. */
  async page(flavours?: Flavours, probes: readonly PlayedProbe[] = []): Promise<string> {
    if (flavours === undefined) return this.#get().registry.metrics();
    const now = performance.now();
    if (this.#cached && now - this.#cached.madeMs < flavours.cachedMs) return this.#cached.page;
    this.#playProbes(probes, now);
    const tally = flavours.isShared ? sharedTally(this.#sharedBy) : this.#tally;
    const page = flavouredPage(flavours, tally, this.#scrapes++);
    if (flavours.forgets) tally.clear();
    this.#cached = { page, madeMs: now };
    return page;
  }

  contentType(flavours?: Flavours): string {
    return flavours?.isOpenMetrics
      ? 'application/openmetrics-text; version=1.0.0; charset=utf-8'
      : this.#get().registry.contentType;
  }

  #playProbes(probes: readonly PlayedProbe[], now: number): void {
    const due = probes.flatMap(({ path, periodMs }) =>
      Array.from({ length: Math.floor((now - this.#startedMs) / periodMs) }, (_, i) => ({ path, atMs: (i + 1) * periodMs })),
    );
    for (const { path } of due.toSorted((a, b) => a.atMs - b.atMs).slice(this.#probed)) this.attend('probe', 200, path);
    this.#probed = due.length;
  }

  #get() {
    if (this.#made !== undefined) return this.#made;
    const registry = new Registry();
    const registers = [registry];
    const requests = new Counter({
      name: 'http_requests_total',
      help: 'Answers, by status.',
      labelNames: ['status'] as const,
      registers,
    });
    const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    const duration = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time to answer, in seconds.',
      buckets,
      registers,
    });
    this.#made = { registry, requests, duration };
    return this.#made;
  }
}
