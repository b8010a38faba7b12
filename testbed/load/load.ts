import { setTimeout as wait } from 'node:timers/promises';
import { Api } from '../client/api.js';
import { type ClientMix, Clients, type Endpoint } from './clients.js';
import { Destinations, type Source } from './destination.js';
import type { Sent } from './outcome.js';
import { startPace } from './pace.js';
import { type Report, report } from './report.js';
import { type Snapshot, Tally } from './tally.js';
import { systemTimers, type Timers } from './timers.js';

/** Through a router: one URL for every request. */
export interface UrlTarget {
  /** Plain HTTP, e.g. http://192.0.2.20/menu. */
  readonly url: string;
  /** The Host header; that of the URL when undefined. */
  readonly host?: string;
}

/** Straight to the pods, where there is no router: as an HTTPRoute's or IngressRoute's weights say, or to one Service. */
export type PodsTarget = Source & {
  readonly kubeconfig: string;
  readonly namespace: string;
  /** Path of the requests. */
  readonly path?: string;
};

export type Target = UrlTarget | PodsTarget;

export interface Traffic extends ClientMix {
  /** Requests per second, sent whether or not earlier ones have been answered. */
  readonly rps: number;
  /** Sends no longer than this; default one hour. */
  readonly durationMs?: number;
}

export type LoadOptions = Target & Traffic;

export interface Load {
  /** What has been counted so far. */
  snapshot(): Snapshot;
  /** What was sent from one time until, not including, another; milliseconds since 1970, `Date.now()` will do. */
  between(fromMs: number, untilMs: number): Snapshot;
  /** Waits until the counts are as asked. */
  until(isDone: (snapshot: Snapshot) => boolean, timeoutMs?: number): Promise<Snapshot>;
  /** Resolves when nothing more will be sent: it was stopped, or its time is over. */
  readonly ended: Promise<void>;
  /** Sends no more, waits for the answers that are due, and returns the final counts. May be called twice. */
  stop(): Promise<Report>;
}

const lookEveryMs = 10;
const longestMs = 3_600_000;
const highestRate = 10_000;
/** A client that waits for this many answers has lost touch; what is due then is counted as unsent. */
const mostUnderway = 10_000;

/**
 * Sends open-loop traffic and counts what a client sees. Targets that are pods or the bed's router are reached inside the bed's network
 * namespace only.
 * @param onSent told of every request that is over
 * @throws Error for a rate, a time or a share that makes no sense
 */
export async function startLoad(
  options: LoadOptions,
  onSent: (sent: Sent) => void = () => undefined,
  timers: Timers = systemTimers,
): Promise<Load> {
  const { rps, durationMs = longestMs } = options;
  if (!(rps > 0 && rps <= highestRate)) throw new Error(`A load of ${rps} rps is not within 0 and ${highestRate}.`);
  if (!(durationMs > 0 && durationMs <= longestMs)) throw new Error(`A load of ${durationMs} ms is not within 0 and an hour.`);
  const clients = new Clients(options, timers);
  const target = await openTarget(options);
  const tally = new Tally();
  const underway = new Set<Promise<void>>();
  const ended = Promise.withResolvers<void>();
  let unsent = 0;

  const send = (dueAt: number) => {
    if (underway.size >= mostUnderway) {
      unsent += 1;
      return;
    }
    const { service, endpoint, status } = target.choose();
    const client = clients.next();
    const sentAt = timers.now();
    const answered = endpoint === undefined ? nobody(status) : clients.send(client, endpoint);
    const request = answered
      .then((reply) => {
        const sent = { dueAt, sentAt, endedAt: timers.now(), client, service, ...reply };
        tally.add(sent);
        onSent(sent);
      })
      .finally(() => underway.delete(request));
    underway.add(request);
  };
  const count = Math.ceil((durationMs / 1000) * rps);
  const pace = startPace({ rate: rps, count, send, onEnd: ended.resolve, timers });

  let stopped: Promise<Report> | undefined;
  const stop = async () => {
    unsent += pace.stop();
    ended.resolve();
    const endedAt = timers.now();
    await Promise.all(underway);
    target.close();
    clients.close();
    return report(tally, { startedAt: pace.startedAt, endedAt, unsent });
  };
  return {
    ...observe(tally),
    ended: ended.promise,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/**
 * The part of a `Load` that only looks.
 * @param check throws when there is nothing to wait for any more
 */
export function observe(tally: Tally, check: () => void = () => undefined): Pick<Load, 'snapshot' | 'between' | 'until'> {
  return {
    snapshot: () => tally.snapshot(),
    between: (fromMs, untilMs) => tally.between(fromMs, untilMs),
    until: async (isDone, timeoutMs = 30_000) => {
      const deadlineMs = performance.now() + timeoutMs;
      for (;;) {
        const snapshot = tally.snapshot();
        if (isDone(snapshot)) return snapshot;
        check();
        if (performance.now() > deadlineMs)
          throw new Error(`Waited ${timeoutMs} ms for the load; it counts ${JSON.stringify(snapshot)}`);
        await wait(lookEveryMs);
      }
    },
  };
}

/** @param status with which the router that is not there would have answered */
const nobody = async (status?: number) => ({ outcome: { lost: status === undefined ? 'no-endpoint' : String(status) } });

interface OpenTarget {
  choose(): { readonly service: string; readonly endpoint: Endpoint | undefined; readonly status?: number };
  close(): void;
}

async function openTarget(options: Target): Promise<OpenTarget> {
  if ('url' in options) {
    const { protocol, hostname, port, pathname, search, host } = new URL(options.url);
    if (protocol !== 'http:') throw new Error(`The load generator speaks plain HTTP, not ${options.url}.`);
    const endpoint = { hostname, port: port || '80', path: `${pathname}${search}`, host: options.host ?? host };
    return { choose: () => ({ service: endpoint.host, endpoint }), close: () => undefined };
  }
  const { kubeconfig, namespace, path = '/' } = options;
  const api = new Api(kubeconfig);
  const ended = new AbortController();
  const destinations = await Destinations.follow(api, namespace, options, ended.signal);
  return {
    choose: () => {
      const { service, endpoint, ...rest } = destinations.choose();
      if (endpoint === undefined) return { service, endpoint, ...rest };
      const { hostname, port, host } = new URL(`http://${endpoint}`);
      return { service, endpoint: { hostname, port: port || '80', path, host } };
    },
    close: () => {
      ended.abort();
      api.close();
    },
  };
}
