import http from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { Api } from '../client/api.js';
import { type Destination, Destinations, type Source } from './destination.js';
import { type Outcome, type Snapshot, Tally } from './tally.js';

export type LoadOptions = Source & {
  readonly kubeconfig: string;
  readonly namespace: string;
  /** Requests per second, sent whether or not earlier ones have been answered. */
  readonly rps: number;
  /** Path of the requests. */
  readonly path?: string;
};

export interface Load {
  snapshot(): Snapshot;
  /** Waits until the counts are as asked. */
  until(isDone: (snapshot: Snapshot) => boolean, timeoutMs?: number): Promise<Snapshot>;
  /** Sends no more, waits for the answers that are due, and returns the final counts. */
  stop(): Promise<Snapshot>;
}

const tickMs = 10;
const answerTimeoutMs = 10_000;

/**
 * Sends open-loop traffic to pods, split as an HTTPRoute says, and counts what a client sees.
 * To be called inside the bed's network namespace: nowhere else do the pods' addresses lead to the pods.
 */
export async function startLoad(options: LoadOptions): Promise<Load> {
  const { kubeconfig, namespace, rps, path = '/' } = options;
  const api = new Api(kubeconfig);
  const ended = new AbortController();
  const destinations = await Destinations.follow(api, namespace, options, ended.signal);
  const agent = new http.Agent({ keepAlive: true });
  const tally = new Tally();
  const underway = new Set<Promise<void>>();
  const startedMs = performance.now();
  let sent = 0;

  const sendOne = () => {
    const second = Math.floor((performance.now() - startedMs) / 1000);
    const destination = destinations.choose();
    const request = send(agent, destination, path)
      .then((outcome) => tally.add(second, destination.service, outcome))
      .finally(() => underway.delete(request));
    underway.add(request);
  };
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedMs) / 1000) * rps);
    for (; sent < due; sent += 1) sendOne();
  }, tickMs);

  return {
    snapshot: () => tally.snapshot(),
    until: async (isDone, timeoutMs = 30_000) => {
      const deadlineMs = performance.now() + timeoutMs;
      for (;;) {
        const snapshot = tally.snapshot();
        if (isDone(snapshot)) return snapshot;
        if (performance.now() > deadlineMs)
          throw new Error(`Waited ${timeoutMs} ms for the load; it counts ${JSON.stringify(snapshot)}`);
        await wait(tickMs);
      }
    },
    stop: async () => {
      clearInterval(timer);
      await Promise.all(underway);
      ended.abort();
      agent.destroy();
      api.close();
      return tally.snapshot();
    },
  };
}

function send(agent: http.Agent, { endpoint }: Destination, path: string): Promise<Outcome> {
  if (endpoint === undefined) return Promise.resolve('lost');
  return new Promise((resolve) => {
    const request = http.get(`http://${endpoint}${path}`, { agent, timeout: answerTimeoutMs }, (response) => {
      const version = response.headers['x-app-version'];
      response.resume();
      response.on('error', () => resolve('lost'));
      response.on('end', () => resolve(typeof version === 'string' ? { version, status: response.statusCode ?? 0 } : 'lost'));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve('lost'));
  });
}
