import { Counter, Registry } from 'prom-client';

/** Route handlers are bundled one by one; what they share hangs on the process. */
function make() {
  const registry = new Registry();
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Answers, by status.',
    labelNames: ['status_code'],
    registers: [registry],
  });
  return { registry, requests };
}

export const metrics = () => {
  globalThis.restaurantMetrics ??= make();
  return globalThis.restaurantMetrics;
};
