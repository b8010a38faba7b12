import { createServer } from 'node:http';

/** A small app that a canary release can judge: its version in each answer, and its own figures at /metrics. */
const version = process.env.VERSION ?? 'unknown';
const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const requests = new Map();
const durations = { counts: BUCKETS_SECONDS.map(() => 0), sum: 0, count: 0 };

function menu(_request, response) {
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.end('Today: soup.\n');
}

function count(status, seconds) {
  requests.set(status, (requests.get(status) ?? 0) + 1);
  BUCKETS_SECONDS.forEach((bound, index) => {
    if (seconds <= bound) durations.counts[index] += 1;
  });
  durations.sum += seconds;
  durations.count += 1;
}

/** Prometheus text format. */
function metrics(response) {
  const lines = ['# TYPE http_requests_total counter'];
  for (const [status, value] of requests) lines.push(`http_requests_total{status="${status}"} ${value}`);
  // An absent series and one at zero are not the same to a gate.
  if (!requests.has(200)) lines.push('http_requests_total{status="200"} 0');
  lines.push('# TYPE http_request_duration_seconds histogram');
  BUCKETS_SECONDS.forEach((bound, index) => {
    lines.push(`http_request_duration_seconds_bucket{le="${bound}"} ${durations.counts[index]}`);
  });
  lines.push(`http_request_duration_seconds_bucket{le="+Inf"} ${durations.count}`);
  lines.push(`http_request_duration_seconds_sum ${durations.sum}`, `http_request_duration_seconds_count ${durations.count}`);
  response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
  response.end(`${lines.join('\n')}\n`);
}

const server = createServer((request, response) => {
  if (request.url === '/healthz') return response.end('ok\n');
  if (request.url === '/metrics') return metrics(response);
  const startedAt = performance.now();
  response.setHeader('x-app-version', version);
  response.on('finish', () => count(response.statusCode, (performance.now() - startedAt) / 1000));
  return menu(request, response);
});

server.listen(Number(process.env.PORT ?? 8080), () => console.log(`listening on ${server.address().port}`));
// Answers what it has accepted, then ends. New connections stop earlier: `preStop` holds this back until no proxy sends any.
process.on('SIGTERM', () => server.close(() => process.exit(0)));
