import http, { type IncomingMessage } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { parseFaults } from './faults.js';
import { type ServedApp, serveApp } from './serve.js';

let served: ServedApp | undefined;
afterEach(() => served?.kill());

async function serve(faults = ''): Promise<ServedApp> {
  const options = { name: 'pod-1', version: 'v1', page: '<p>soup</p>', host: '127.0.0.1', port: 0 };
  served = await serveApp({ ...options, faults: parseFaults(faults) });
  return served;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

const agent = new http.Agent({ keepAlive: true });

function ask(path: string, options: http.RequestOptions = {}, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const address = { host: '127.0.0.1', port: served?.port, path, agent };
    const request = http.request({ ...address, ...options }, async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve({ status: response.statusCode, headers: response.headers, text });
    });
    request.on('error', reject);
    request.end(body);
  });
}

const askWith = (faults: string) => ask('/', { headers: { 'x-fault': faults } });
const order = (faults: unknown) => ask('/-/faults', { method: 'POST' }, JSON.stringify({ faults }));
const counted = async (status: number) => {
  const { text } = await ask('/metrics');
  return Number(new RegExp(`^http_requests_total{status="${status}"} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
};

test('every path but health and metrics is answered by the version, and only those answers are counted', async () => {
  await serve();
  expect(await ask('/menu?for=2')).toMatchObject({
    status: 200,
    headers: { 'x-app-version': 'v1', 'x-app-pod': 'pod-1' },
    text: '<p>soup</p>',
  });
  const health = await ask('/healthz');
  expect(health.status).toBe(200);
  expect(health.headers).not.toHaveProperty('x-app-version');
  expect(await counted(200)).toBe(1);
});

test('a fault in the header is for that request only', async () => {
  await serve();
  expect(await askWith('errors-100')).toMatchObject({ status: 500, headers: { 'x-app-version': 'v1' } });
  expect(await ask('/')).toMatchObject({ status: 200 });
  await expect(askWith('resets-100')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await askWith('errors-100 crash')).toMatchObject({ status: 400 });
  expect([await counted(500), await counted(200), await counted(400)]).toEqual([1, 1, 0]);
});

test('a good answer can be had from a bad version, one request long', async () => {
  await serve('errors-100');
  expect(await askWith('errors-0')).toMatchObject({ status: 200 });
  expect(await ask('/')).toMatchObject({ status: 500 });
});

test('a slow answer takes as long as the metrics say', async () => {
  await serve('slow-80');
  const startedMs = performance.now();
  await ask('/');
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(75);
  const { text } = await ask('/metrics');
  expect(text).toContain('http_request_duration_seconds_bucket{le="0.05"} 0\n');
  expect(text).toContain('http_request_duration_seconds_count 1\n');
});

test('an order replaces the faults of the image until it is taken back', async () => {
  const { app } = await serve('errors-100');
  expect(await order('unready, nodata')).toMatchObject({ status: 200 });
  expect((await ask('/')).status).toBe(200);
  expect((await ask('/healthz')).status).toBe(503);
  expect((await ask('/metrics')).status).toBe(404);
  expect(await order(null)).toMatchObject({ status: 200 });
  expect((await ask('/healthz')).status).toBe(200);
  expect(app.faults.errorPercent).toBe(100);
});

test.each([['erors-100'], [12], [undefined]])('the order %j is refused and changes nothing', async (faults) => {
  const { app } = await serve();
  expect((await order(faults)).status).toBe(400);
  expect(app.faults).toEqual(parseFaults(''));
});

test('a slow starter listens, and is ready when its time has come', async () => {
  await serve('start-300');
  expect((await ask('/healthz')).status).toBe(503);
  const startedMs = performance.now();
  while ((await ask('/healthz')).status !== 200 && performance.now() - startedMs < 5_000);
  expect(performance.now() - startedMs).toBeGreaterThan(150);
});

test('an app that is asked to stop loses nobody: it answers new and old connections, and ends once nobody calls', async () => {
  const { stop } = await serve('stop-300');
  expect((await ask('/')).headers.connection).toBe('keep-alive');
  let isOver = false;
  const stopped = stop().then(() => {
    isOver = true;
  });
  const startedMs = performance.now();
  while (performance.now() - startedMs < 900) {
    expect(await ask('/')).toMatchObject({ status: 200, headers: { connection: 'close' } });
  }
  expect(isOver).toBe(false);
  await stopped;
  await expect(ask('/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('an answer that is under way when the app stops still arrives', async () => {
  const { stop } = await serve('slow-900-stop-10');
  const answer = ask('/');
  await ask('/healthz');
  await stop();
  expect(await answer).toMatchObject({ status: 200 });
});

test('an app with bad manners cuts its answers off', async () => {
  const { stop } = await serve('abrupt-slow-5000');
  const answer = ask('/');
  answer.catch(() => undefined);
  await ask('/healthz');
  await stop();
  await expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' });
});
