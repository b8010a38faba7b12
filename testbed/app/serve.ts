import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type App, answer } from './answer.js';
import type { Faults } from './faults.js';
import { AppMetrics } from './metrics.js';

export interface ServeOptions extends Pick<App, 'name' | 'version' | 'page'> {
  /** Those of its image; an order replaces them. */
  readonly faults: Faults;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Called when an order has changed the faults: what they do to the process is for its owner. */
  readonly onFaults?: (faults: Faults) => void;
}

/** A copy of the app that listens. */
export interface ServedApp {
  readonly app: App;
  readonly port: number;
  /** What SIGTERM asks for: serves on until nobody calls any more, as its faults allow, and resolves when it has ended. */
  stop(): Promise<void>;
  /** Ends at once, with every connection; resolves when nothing listens any more. */
  kill(): Promise<void>;
}

/** Routers act on a pod's end after it has heard of it: Traefik up to 2 s after the event, kube-proxy 1 s; and the event takes its time. */
const stopMs = 3_000;
/** No request for this long means that the routers have left. */
const quietMs = 500;
/** A client that never leaves is left behind; the kubelet kills after 30 s. */
const longestStopMs = 20_000;

/**
 * Starts one copy of the app: ready `start-N` ms after it listens.
 * @throws Error when the port is taken
 */
export async function serveApp({ faults: own, host, port, onFaults, ...description }: ServeOptions): Promise<ServedApp> {
  const startedMs = performance.now();
  const metrics = new AppMetrics();
  let faults = own;
  let isStopping = false;
  const app: App = {
    ...description,
    metrics,
    get faults() {
      return faults;
    },
    get isReady() {
      return !faults.unready && performance.now() - startedMs >= (faults.startMs ?? 0);
    },
    order: (ordered) => {
      faults = ordered ?? own;
      onFaults?.(faults);
    },
  };
  const server = http.createServer((request, response) => {
    // Whoever still calls is told, with the answer, not to use this connection again.
    if (isStopping) response.shouldKeepAlive = false;
    answer(app, request, response);
  });
  // Longer than any client or router keeps an idle connection, so that none is closed under its next request.
  server.keepAliveTimeout = 300_000;
  server.listen(port, host);
  await once(server, 'listening');
  const kill = async () => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return {
    app,
    port: (server.address() as AddressInfo).port,
    kill,
    stop: async () => {
      isStopping = true;
      if (faults.ending === 'never') return new Promise(() => undefined);
      if (faults.ending === 'abrupt') return kill();
      await untilQuiet(metrics, faults.stopMs ?? stopMs);
      if (server.listening) await closeGently(server);
    },
  };
}

/** Lets answers that are under way arrive; their requests came too early to be told that the connection ends with them. */
async function closeGently(server: http.Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const timer = setInterval(() => server.closeIdleConnections(), 50);
  await closed;
  clearInterval(timer);
}

async function untilQuiet(metrics: AppMetrics, shortestMs: number): Promise<void> {
  const startedMs = performance.now();
  const sinceMs = (then: number) => performance.now() - then;
  let seen = metrics.answers;
  let quietSinceMs = startedMs;
  while (sinceMs(startedMs) < shortestMs || (sinceMs(quietSinceMs) < quietMs && sinceMs(startedMs) < longestStopMs)) {
    await wait(Math.min(quietMs / 5, Math.max(1, shortestMs - sinceMs(startedMs))));
    if (metrics.answers !== seen) quietSinceMs = performance.now();
    seen = metrics.answers;
  }
}
