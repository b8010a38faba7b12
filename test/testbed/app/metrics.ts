import { Counter, Histogram, Registry } from 'prom-client';

/** What one copy of the app counts about its own answers; made at the first use, so that a pod without traffic costs nothing. */
export class AppMetrics {
  /** How many answers have been recorded. */
  answers = 0;
  #made: { registry: Registry; requests: Counter<'status'>; duration: Histogram } | undefined;

  record(status: number, seconds: number): void {
    const { requests, duration } = this.#get();
    this.answers += 1;
    requests.inc({ status: String(status) });
    duration.observe(seconds);
  }

  /** The page that /metrics answers, in Prometheus' text format. */
  page(): Promise<string> {
    return this.#get().registry.metrics();
  }

  get contentType(): string {
    return this.#get().registry.contentType;
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
