/** Counts every answer to a user where Node.js itself sends it, so that pages, routes and errors count alike. */
export async function register() {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { subscribe } = await import('node:diagnostics_channel');
  const { metrics } = await import('./metrics.js');
  const { requests, durations } = metrics();
  const started = new WeakMap();
  subscribe('http.server.request.start', ({ request }) => started.set(request, performance.now()));
  subscribe('http.server.response.finish', ({ request, response }) => {
    // Probes and scrapes are not users.
    if (/^\/api\/(health|ready|metrics)(\?|$)/.test(request.url)) return;
    requests.inc({ status_code: String(response.statusCode) });
    durations.observe((performance.now() - started.get(request)) / 1000);
  });
}
