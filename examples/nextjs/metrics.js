import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** Next.js bundles each route by itself; what they share hangs on the process. */
export const metrics = () => {
  globalThis.restaurantMetrics ??= make();
  return globalThis.restaurantMetrics;
};

function make() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Answers to users, by status.',
    labelNames: ['status_code'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long answers to users took.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5],
    registers: [registry],
  });
  // A gate needs to see a zero: a series that is not there yet is unknown.
  for (const status_code of ['200', '500']) requests.inc({ status_code }, 0);
  return { registry, requests, durations };
}
