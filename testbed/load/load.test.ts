import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Load, startLoad, type Traffic } from './load.js';
import { ManualTimers } from './manual-timers.js';
import { startLoadProcess } from './process.js';
import type { Report } from './report.js';

const closings: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close();
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The load's time; it stands still unless a test moves it. */
let timers: ManualTimers;
beforeEach(() => {
  timers = new ManualTimers();
});

const good: Handler = (_, response) => response.writeHead(200, { 'x-app-version': 'v1' }).end('soup');

async function serve(handler: Handler): Promise<{ url: string; server: http.Server }> {
  const server = http.createServer({ keepAliveTimeout: 60_000 }, handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closings.push(() => server.closeAllConnections());
  closings.push(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}

async function load(url: string, traffic: Partial<Traffic> = {}): Promise<Load> {
  const started = await startLoad({ url, rps: RPS, ...traffic }, undefined, timers);
  closings.push(() => started.stop());
  return started;
}

const RPS = 200;

/** Sends so many more at `RPS`, each when the one before is over. */
async function send(running: Load, count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1) {
    const { sent } = running.snapshot().total;
    timers.advance(sent === 0 ? 0 : 1000 / RPS);
    await running.until(({ total }) => total.sent > sent);
  }
}

/** Sends so many, and reports. */
async function loadOf(count: number, url: string, traffic: Partial<Traffic> = {}): Promise<Report> {
  const running = await load(url, traffic);
  await send(running, count);
  const report = await running.stop();
  expect(report.total.sent).toBe(count);
  expect(report.total.ok + report.total.failed + report.total.lost).toBe(count);
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
  ])('%s is lost', async (_, bad, reasons) => {
    let count = 0;
    const { url } = await serve((request, response) => {
      count += 1;
      (count === 5 ? bad : good)(request, response);
    });
    const report = await loadOf(20, url);
    expect(report).toMatchObject({ reasons, total: { lost: 1, failed: 0 } });
    expect(report.notOk).toMatchObject([{ verdict: 'lost', what: Object.keys(reasons)[0] }]);
  });

  test('no answer in time is lost, and no sooner', async () => {
    let count = 0;
    const { url } = await serve((request, response) => {
      count += 1;
      if (count !== 5) good(request, response);
    });
    const running = await load(url, { durationMs: (20 * 1000) / RPS, timeoutMs: 300 });
    timers.advance((19 * 1000) / RPS);
    await running.until(({ total }) => total.ok === 19);
    timers.advance(200);
    await readEverything();
    expect(running.snapshot().total.lost).toBe(0);
    timers.advance(100);
    const report = await running.stop();
    expect(report).toMatchObject({ reasons: { timeout: 1 }, total: { sent: 20, lost: 1 } });
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
    await send(running, 20);
    const from = timers.now() + 1;
    isBad = true;
    await send(running, 10);
    isBad = false;
    const until = timers.now() + 1;
    await send(running, 20);
    await running.stop();
    expect(running.between(from, until).total).toEqual({ sent: 10, ok: 0, failed: 0, lost: 10 });
    expect(running.between(0, from).total).toEqual({ sent: 20, ok: 20, failed: 0, lost: 0 });
    expect(running.between(until, timers.now() + 1).total).toEqual({ sent: 20, ok: 20, failed: 0, lost: 0 });
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
    let closed = Promise.withResolvers<void>();
    const { url, server } = await serve(good);
    server.on('connection', (socket) => {
      connections += 1;
      socket.on('close', () => closed.resolve());
    });
    const running = await load(url, { idleMs: 30 });
    for (let sent = 1; sent <= 6; sent += 1) {
      closed = Promise.withResolvers();
      await send(running, 1);
      await closed.promise;
    }
    await running.stop();
    expect(connections).toBe(6);
    const kept = await loadOf(6, url, { idleMs: 60_000 });
    expect(connections).toBe(7);
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
    await send(running, 120);
    expect(running.snapshot()).toMatchObject({ moved: 0, clients: { sticky: { total: { ok: 60 } } } });
    forgets = true;
    await send(running, 20);
    expect(running.snapshot().moved).toBeGreaterThan(0);
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
    const waiting: ServerResponse[] = [];
    const { url } = await serve((_, response) => waiting.push(response));
    const running = await load(url, { rps: 100, durationMs: 500 });
    for (let moment = 0; moment < 5; moment += 1) {
      timers.advance(100);
      await until(() => waiting.length === Math.min(50, 10 * (moment + 1) + 1));
    }
    await running.ended;
    expect(running.snapshot().total.sent).toBe(0);
    for (const response of waiting) response.writeHead(200, { 'x-app-version': 'v1' }).end();
    const report = await running.stop();
    expect(report).toMatchObject({ total: { sent: 50, ok: 50 }, unsent: 0, lateness: { max: 0 } });
    expect(report.endedAt - report.startedAt).toBe(500);
  });

  test('leaves out nothing when the process was blocked, says how late it was, and uses no connection that died meanwhile', async () => {
    const server = await serveElsewhere();
    const running = await load(server.url, { durationMs: (150 * 1000) / RPS });
    await send(running, 20);
    server.blockUntil('closed');
    timers.jump(600);
    await running.until(({ total }) => total.sent === 20 + 600 / (1000 / RPS));
    timers.advance(50);
    const report = await running.stop();
    expect(report.total).toEqual({ sent: 150, ok: 150, failed: 0, lost: 0 });
    expect(report.lateness.max).toBe(600 - 1000 / RPS);
    expect(report.unsent).toBe(0);
  });

  test('an answer that came in time is in time, also when the process was blocked and could not read it', async () => {
    const server = await serveElsewhere();
    server.holdAnswers();
    const running = await load(server.url, { durationMs: (25 * 1000) / RPS, timeoutMs: 300 });
    timers.advance((4 * 1000) / RPS);
    await until(() => server.received() === 5);
    server.blockUntil('answered');
    timers.jump(600);
    await running.ended;
    expect((await running.stop()).total).toEqual({ sent: 25, ok: 25, failed: 0, lost: 0 });
  });
});

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await readEverything();
}

/** Returns when what has arrived by now is read. */
async function readEverything(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
}

/** The words of the memory that the server in the other thread shares with the test. */
const [RECEIVED, HOLDS, ORDER, DONE] = [0, 1, 2, 3];
const orders = { closed: 1, answered: 2 };

interface ServerElsewhere {
  readonly url: string;
  /** How many requests have arrived. */
  received(): number;
  /** Answers no more until it is ordered to. */
  holdAnswers(): void;
  /** Blocks this thread until the server has closed its connections without having told anybody, or has answered what it held. */
  blockUntil(done: keyof typeof orders): void;
}

/** A server in a thread of its own, which goes on while the test's is blocked. */
async function serveElsewhere(): Promise<ServerElsewhere> {
  const program = `
    const { parentPort, workerData: memory } = require('node:worker_threads');
    const answer = 'HTTP/1.1 200 OK\\r\\nx-app-version: v1\\r\\ncontent-length: 0\\r\\n\\r\\n';
    const sockets = new Set();
    const held = [];
    const server = require('node:net').createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
      socket.on('data', () => {
        Atomics.add(memory, ${RECEIVED}, 1);
        if (Atomics.load(memory, ${HOLDS})) held.push(socket);
        else socket.write(answer);
      });
    });
    const closed = (socket) => new Promise((resolve) => socket.on('close', resolve).destroy());
    const answered = (socket) => new Promise((resolve) => socket.write(answer, resolve));
    const obey = async () => {
      const order = Atomics.exchange(memory, ${ORDER}, 0);
      if (order === ${orders.closed}) await Promise.all([...sockets].map(closed));
      if (order === ${orders.answered}) await Promise.all(held.splice(0).map(answered));
      if (order !== 0) {
        Atomics.store(memory, ${DONE}, 1);
        Atomics.notify(memory, ${DONE});
      }
    };
    setInterval(obey, 1);
    server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`;
  const memory = new Int32Array(new SharedArrayBuffer(16));
  const worker = new Worker(program, { eval: true, workerData: memory });
  closings.push(() => worker.terminate());
  const [port] = (await once(worker, 'message')) as [number];
  return {
    url: `http://127.0.0.1:${port}/`,
    received: () => Atomics.load(memory, RECEIVED),
    holdAnswers: () => Atomics.store(memory, HOLDS, 1),
    blockUntil(done) {
      Atomics.store(memory, HOLDS, 0);
      Atomics.store(memory, ORDER, orders[done]);
      if (Atomics.wait(memory, DONE, 0, 30_000) === 'timed-out') throw new Error('The server does not obey.');
    },
  };
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
