import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Load, startLoad, type Traffic } from './load.js';
import { startLoadProcess } from './process.js';
import type { Report } from './report.js';

const closings: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const good: Handler = (_, response) => response.writeHead(200, { 'x-app-version': 'v1' }).end('soup');

async function serve(handler: Handler): Promise<{ url: string; server: http.Server }> {
  const server = http.createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closings.push(() => server.closeAllConnections());
  closings.push(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}

async function load(url: string, traffic: Partial<Traffic> = {}): Promise<Load> {
  const started = await startLoad({ url, rps: 200, ...traffic });
  closings.push(() => started.stop());
  return started;
}

/** Sends until so many are over, and reports. */
async function loadOf(count: number, url: string, traffic: Partial<Traffic> = {}): Promise<Report> {
  const started = await load(url, traffic);
  await started.until(({ total }) => total.sent >= count);
  const report = await started.stop();
  expect(report.total.sent).toBe(report.total.ok + report.total.failed + report.total.lost);
  return report;
}

describe('what a client sees', () => {
  test.each<[string, Handler, Record<string, number>]>([
    ['a reset connection', (request) => request.socket.resetAndDestroy(), { reset: 1 }],
    ['a connection that is closed before the answer', (request) => request.socket.destroy(), { reset: 1 }],
    ["a router's 502", (_, response) => response.writeHead(502).end(), { 502: 1 }],
    ["a router's 404", (_, response) => response.writeHead(404).end(), { 404: 1 }],
    [
      'an answer that is cut off',
      (request, response) => {
        response.writeHead(200, { 'x-app-version': 'v1', 'content-length': 10 }).write('soup');
        setTimeout(() => request.socket.destroy(), 5);
      },
      { cut: 1 },
    ],
    ['no answer in time', () => undefined, { timeout: 1 }],
  ])('%s is lost', async (_, bad, reasons) => {
    let count = 0;
    const { url } = await serve((request, response) => {
      count += 1;
      (count === 5 ? bad : good)(request, response);
    });
    const report = await loadOf(20, url, { timeoutMs: 300 });
    expect(report).toMatchObject({ reasons, total: { lost: 1, failed: 0 } });
    expect(report.notOk).toMatchObject([{ verdict: 'lost', what: Object.keys(reasons)[0] }]);
  });

  test('nobody who listens is lost as refused', async () => {
    const { url, server } = await serve(good);
    server.close();
    await once(server, 'close');
    expect(await loadOf(10, url)).toMatchObject({ total: { ok: 0 }, reasons: { refused: expect.any(Number) } });
  });

  test("a version's own 5xx has failed, its 404 has not", async () => {
    const statuses = [200, 500, 404, 503];
    let count = 0;
    const { url } = await serve((_, response) => {
      const version = `v${count % 2}`;
      response.writeHead(statuses[count % 4] ?? 200, { 'x-app-version': version }).end();
      count += 1;
    });
    const report = await loadOf(40, url, { newConnections: 1 });
    const { total, versions } = report;
    expect(total.lost).toBe(0);
    expect(versions.v0).toEqual({ sent: versions.v0?.ok, ok: versions.v0?.ok, failed: 0, lost: 0 });
    expect(versions.v1?.ok).toBe(0);
    expect(total.failed).toBe(versions.v1?.failed);
    expect(report.bad.failed.v1?.firstAt).toBeGreaterThan(report.startedAt);
  });

  test('a phase is cut out of the whole by its times', async () => {
    let isBad = false;
    const { url } = await serve((request, response) => (isBad ? request.socket.resetAndDestroy() : good(request, response)));
    const running = await load(url);
    await running.until(({ total }) => total.sent >= 20);
    const from = Date.now();
    isBad = true;
    await running.until(({ total }) => total.lost >= 10);
    isBad = false;
    const until = Date.now();
    await running.until(({ total }) => total.ok >= 40);
    const { total } = await running.stop();
    const phase = running.between(from - 10, until + 10).total;
    expect(phase.lost).toBe(total.lost);
    expect(running.between(0, from - 10).total.lost).toBe(0);
    expect(running.between(until + 10, Date.now() + 1_000).total.lost).toBe(0);
  });
});

describe('clients', () => {
  test('keep their connections or open new ones, in exact proportion', async () => {
    const connections = new Map<Socket, number>();
    const { url } = await serve((request, response) => {
      connections.set(request.socket, (connections.get(request.socket) ?? 0) + 1);
      good(request, response);
    });
    const { clients, total } = await loadOf(100, url, { newConnections: 0.25 });
    expect(Math.abs((clients.new?.total.sent ?? 0) - total.sent / 4)).toBeLessThanOrEqual(1);
    const single = [...connections.values()].filter((requests) => requests === 1).length;
    expect(single).toBeGreaterThanOrEqual(clients.new?.total.sent ?? 0);
    expect(connections.size).toBeLessThan(total.sent / 2);
  });

  test('let an idle connection go before a server would', async () => {
    let connections = 0;
    const { url, server } = await serve(good);
    server.on('connection', () => {
      connections += 1;
    });
    const { total } = await loadOf(6, url, { rps: 10, idleMs: 30 });
    expect(connections).toBe(total.sent);
    const kept = await loadOf(6, url, { rps: 10, idleMs: 4_000 });
    expect(connections).toBe(total.sent + 1);
    expect(kept.total.lost).toBe(0);
  });

  test('with a header send it, and are counted apart', async () => {
    const { url } = await serve((request, response) => {
      response.writeHead(200, { 'x-app-version': request.headers['x-canary'] === 'always' ? 'v2' : 'v1' }).end();
    });
    const report = await loadOf(50, url, { header: { name: 'x-canary', value: 'always', share: 0.2 } });
    expect(report.clients.header?.versions).toEqual({ v2: report.versions.v2 });
    expect(report.clients['keep-alive']?.versions).toEqual({ v1: report.versions.v1 });
  });

  test('with cookies come back with them, and are noticed when they are sent elsewhere', async () => {
    let count = 0;
    let forgets = false;
    const { url } = await serve((request, response) => {
      const known = forgets ? undefined : /\bversion=(v\d)/.exec(request.headers.cookie ?? '')?.[1];
      count += 1;
      const version = known ?? `v${1 + (Math.floor(count / 7) % 2)}`;
      const cookies = [`version=${version}; Path=/; HttpOnly`, 'gone=1; Max-Age=0'];
      response.writeHead(200, { 'x-app-version': version, 'set-cookie': cookies }).end(request.headers.cookie);
    });
    const running = await load(url, { sticky: 0.5, stickyClients: 4 });
    await running.until(({ clients }) => (clients.sticky?.total.sent ?? 0) >= 60);
    expect(running.snapshot().moved).toBe(0);
    forgets = true;
    await running.until(({ moved }) => moved > 0);
  });

  test('send from the addresses that they are given, in turn', async () => {
    const seen = new Map<string | undefined, number>();
    const { url } = await serve((request, response) => {
      const { remoteAddress } = request.socket;
      seen.set(remoteAddress, (seen.get(remoteAddress) ?? 0) + 1);
      good(request, response);
    });
    const { total } = await loadOf(30, url, { sources: ['127.0.0.2', '127.0.0.3'], newConnections: 0.5 });
    expect([...seen.keys()].sort()).toEqual(['127.0.0.2', '127.0.0.3']);
    for (const count of seen.values()) expect(Math.abs(count - total.sent / 2)).toBeLessThanOrEqual(1);
  });

  test('whose shares make more than the whole are refused', async () => {
    await expect(startLoad({ url: 'http://127.0.0.1/', rps: 1, sticky: 0.6, newConnections: 0.6 })).rejects.toThrow('Shares');
  });

  test.each([0, -1, Number.NaN, 1e6])('a rate of %d is refused', async (rps) => {
    await expect(startLoad({ url: 'http://127.0.0.1/', rps })).rejects.toThrow('rps');
  });
});

describe('the pace', () => {
  test('does not wait for answers: slow ones change nothing about the rate', async () => {
    const { url } = await serve((request, response) => setTimeout(() => good(request, response), 400));
    const running = await load(url, { rps: 100, durationMs: 500 });
    await running.ended;
    const report = await running.stop();
    expect(report.total).toMatchObject({ sent: 50, ok: 50 });
    expect(report.endedAt - report.startedAt).toBeLessThan(1_500);
    expect(report.unsent).toBe(0);
  });

  test('leaves out nothing when the process was blocked, says how late it was, and uses no connection that died meanwhile', async () => {
    const running = await load(await serveElsewhere({ answersAfterMs: 0, forgetsAfterMs: 100 }), { rps: 100, durationMs: 1_500 });
    await running.until(({ total }) => total.sent >= 20);
    await block(600);
    await running.ended;
    const report = await running.stop();
    expect(report.total).toEqual({ sent: 150, ok: 150, failed: 0, lost: 0 });
    expect(report.lateness.max).toBeGreaterThan(400);
    expect(report.unsent).toBe(0);
  });

  test('an answer that came in time is in time, also when the process was blocked and could not read it', async () => {
    const url = await serveElsewhere({ answersAfterMs: 150, forgetsAfterMs: 60_000 });
    const running = await load(url, { rps: 50, durationMs: 500, timeoutMs: 300 });
    await running.until(({ total }) => total.sent >= 5);
    await block(600);
    await running.ended;
    expect((await running.stop()).total).toEqual({ sent: 25, ok: 25, failed: 0, lost: 0 });
  });
});

/** Blocks this thread, at a moment after which timers come before anything is read. */
async function block(forMs: number): Promise<void> {
  await new Promise(setImmediate);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs);
}

/** A server in a thread of its own, which goes on while the test blocks. It closes idle connections without having told anybody. */
async function serveElsewhere(behaviour: { answersAfterMs: number; forgetsAfterMs: number }): Promise<string> {
  const program = `
    const { parentPort, workerData } = require('node:worker_threads');
    const answer = 'HTTP/1.1 200 OK\\r\\nx-app-version: v1\\r\\ncontent-length: 0\\r\\n\\r\\n';
    const server = require('node:net').createServer((socket) => {
      socket.setTimeout(workerData.forgetsAfterMs, () => socket.destroy());
      socket.on('error', () => undefined);
      socket.on('data', () => setTimeout(() => socket.write(answer), workerData.answersAfterMs));
    });
    server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`;
  const worker = new Worker(program, { eval: true, workerData: behaviour });
  closings.push(() => worker.terminate());
  const [port] = (await once(worker, 'message')) as [number];
  return `http://127.0.0.1:${port}/`;
}

describe('a process of its own', () => {
  test('counts the same, and is looked at while it runs', async () => {
    let count = 0;
    const { url } = await serve((request, response) => {
      count += 1;
      if (count % 10 === 0) request.socket.resetAndDestroy();
      else good(request, response);
    });
    const running = await startLoadProcess({ url, rps: 200 });
    await running.until(({ total }) => total.sent >= 50);
    const report = await running.stop();
    expect(report.total.sent).toBe(count);
    expect(report.total.lost).toBe(Math.floor(count / 10));
    expect(report.lateness.max).toBeGreaterThan(0);
    expect(await running.stop()).toEqual(report);
  });

  test('that refuses its options says why', async () => {
    await expect(startLoadProcess({ url: 'https://127.0.0.1/', rps: 1 })).rejects.toThrow('speaks plain HTTP');
  });

  test('prints one document for a shell; SIGTERM stops the sending, not the waiting', async () => {
    const { url, server } = await serve((request, response) => setTimeout(() => good(request, response), 300));
    const program = path.join(import.meta.dirname, 'main.js');
    const child = spawn(process.execPath, [program, '--url', url, '--rps', '50'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    closings.push(() => child.kill('SIGKILL'));
    for (let requests = 0; requests < 10; requests += 1) await once(server, 'request');
    child.kill('SIGTERM');
    const [code] = await once(child, 'close');
    const report = JSON.parse(output) as Report;
    expect(code).toBe(0);
    expect(report.total).toMatchObject({ ok: report.total.sent, lost: 0 });
    expect(report.total.sent).toBeLessThan(1_000);
    expect(report.seconds[0]?.versions.v1?.ok).toBeGreaterThan(0);
  });
});
