import http from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { image } from '../../test/suites/cluster/release-bed.js';
import { FaultRules } from '../node/fault-rules.js';
import { restaurantDeployment } from '../restaurant.js';
import { parseFaults } from './faults.js';
import { parseFlavours } from './flavours.js';
import { type ServedApp, serveApp } from './serve.js';

let served: ServedApp | undefined;
afterEach(() => served?.kill());

async function serve(words: string): Promise<void> {
  const options = { name: 'pod-1', version: 'v1', page: '<p>soup</p>', host: '127.0.0.1', port: 0 };
  served = await serveApp({ ...options, faults: parseFaults(words) });
}

function ask(path: string, headers: Record<string, string> = {}): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port: served?.port, path, headers, agent: false }, async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve({ status: response.statusCode, text });
    });
    request.on('error', reject);
    request.end();
  });
}
/** The sum of all series whose line begins so. */
async function counted(start: string, path = '/metrics'): Promise<number> {
  const { text } = await ask(path);
  const lines = text.split('\n').filter((line) => line.startsWith(start));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

test('a flavour that there is not is an error before anything starts, wherever it is asked for', () => {
  expect(() => parseFlavours('v2-flavour-quarkus')).toThrow(/No such flavour of the app: "quarkus".*There are: counting, paths/);
  expect(() => image('v2-flavour-quarkus')).toThrow('quarkus');
  expect(() => restaurantDeployment({ image: 'registry.test/restaurant:v2-flavour-' })).toThrow('No such flavour');
  expect(() => new FaultRules().set({ namespace: 'n', faults: 'flavour-quarkus' })).toThrow('quarkus');
});

test('an app that counts everything counts its scrapes and probes as it counts users', async () => {
  await serve('flavour-counting');
  expect(await counted('http_requests_total')).toBe(0);
  await ask('/healthz');
  await ask('/menu');
  expect(await counted('http_requests_total')).toBe(3);
});

test.each([
  ['paths', 'http_requests_total{status="200",method="GET",path="/metrics"}', '/metrics'],
  ['spring', 'http_server_requests_seconds_count{status="200",method="GET",uri="/actuator/prometheus"}', '/actuator/prometheus'],
  ['fastapi', 'http_requests_total{status="2xx",method="GET",handler="/metrics"}', '/metrics'],
])('%s says which path was asked for', async (flavour, series, path) => {
  await serve(`flavour-${flavour}`);
  await ask(path);
  expect(await counted(series, path)).toBe(1);
});

test('an app that negotiates refuses JSON, as Spring Boot does', async () => {
  await serve('flavour-negotiating');
  expect((await ask('/metrics', { accept: 'application/json' })).status).toBe(406);
  expect((await ask('/metrics', { accept: 'text/plain;version=0.0.4;q=0.9, */*;q=0.1' })).status).toBe(200);
});

test('several workers give pages that go back and forth', async () => {
  await serve('flavour-workers');
  for (let i = 0; i < 4; i++) await ask('/');
  const pages = [
    await counted('http_requests_total'),
    await counted('http_requests_total'),
    await counted('http_requests_total'),
  ];
  expect(pages.toSorted()).toEqual([1, 1, 2]);
});

test('a cached page knows nothing of what came since', async () => {
  await serve('flavour-cached15');
  expect(await counted('http_requests_total')).toBe(0);
  await ask('/');
  expect(await counted('http_requests_total')).toBe(0);
});

test.each([
  ['code', 'http_requests_total{code="200"} 1\n'],
  ['httpstatus', 'http_requests_total{http_status="200"} 1\n'],
  ['classes', 'http_requests_total{status="2xx"} 1\n'],
  ['renamed', 'http_server_requests_total{status="200"} 1\n'],
  ['errorscounter', 'http_requests_total 1\n'],
  ['milliseconds', 'http_request_duration_milliseconds_bucket{le="5000"} 1\n'],
  ['gauge', '# TYPE http_requests_total gauge\n'],
  ['nan', ' Nan\n'],
  ['openmetrics', '# TYPE http_requests counter\n'],
  ['utf8', '{"http.server.requests","http.status"="200"} 1\n'],
])('%s is written so', async (flavour, line) => {
  await serve(`flavour-${flavour}`);
  await ask('/');
  expect((await ask('/metrics')).text).toContain(line);
});

test('a page elsewhere leaves a word at the usual path', async () => {
  await serve('flavour-elsewhere');
  await ask('/');
  expect((await ask('/metrics')).text).toBe('meals\n');
  expect((await ask('/internal/prom')).text).toContain('http_requests_total{status="200"} 1\n');
});

test('nothing is there before the first request, and counters begin anew at each read', async () => {
  await serve('flavour-bare-flavour-forgetful');
  expect((await ask('/metrics')).text).toBe('');
  await ask('/');
  expect(await counted('http_requests_total')).toBe(1);
  expect((await ask('/metrics')).text).toBe('');
});
