import http, { type IncomingMessage } from 'node:http';
import { versionHeader } from '../app/answer.js';
import { type ClientKind, type Outcome, reasonOf } from './outcome.js';
import { afterReading } from './pace.js';
import type { Timers } from './timers.js';

/** Who sends the requests; what these shares leave is sent on kept connections. */
export interface ClientMix {
  /** Share of requests that open a connection of their own, 0–1. */
  readonly newConnections?: number;
  /** Share of requests from clients that keep their cookies, 0–1. */
  readonly sticky?: number;
  /** How many clients there are with cookies; default 10. */
  readonly stickyClients?: number;
  /** Requests with a header that the route may have a rule for. */
  readonly header?: { readonly name: string; readonly value: string; readonly share: number };
  /** Addresses of this machine to send from, in turn; a sticky client keeps to one. */
  readonly sources?: readonly string[];
  /** How long an answer may take, to its last byte; default 10 s. */
  readonly timeoutMs?: number;
  /** How long a connection is kept without use; default 4 s. */
  readonly idleMs?: number;
}

export interface Endpoint {
  readonly hostname: string;
  readonly port: string;
  readonly path: string;
  /** The Host header. */
  readonly host: string;
}

export interface Reply {
  readonly outcome: Outcome;
  /** Name, and value or undefined for one to forget. */
  readonly cookies: ReadonlyArray<readonly [name: string, value: string | undefined]>;
}

interface StickyClient {
  readonly cookies: Map<string, string>;
  version: string | undefined;
}

/** Sends requests as different kinds of client, in exact proportion. */
export class Clients {
  readonly #mix: ClientMix;
  readonly #timers: Timers;
  readonly #kept: http.Agent;
  readonly #shares: ReadonlyArray<readonly [ClientKind, number]>;
  readonly #credits = new Map<ClientKind, number>();
  readonly #sticky: readonly StickyClient[];
  #turn = 0;
  #stickyTurn = 0;

  /** @throws Error when the shares are not within 0 and 1, also together */
  constructor(mix: ClientMix, timers: Timers) {
    const { newConnections = 0, sticky = 0, stickyClients = 10, header, idleMs = 4_000 } = mix;
    const special = { new: newConnections, sticky, header: header?.share ?? 0 };
    const shares = { ...special, 'keep-alive': 1 - newConnections - sticky - (header?.share ?? 0) };
    if (Object.values(shares).some((share) => !(share >= -1e-9 && share <= 1)))
      throw new Error(`Shares of clients are within 0 and 1, also together; these are ${JSON.stringify(special)}.`);
    this.#mix = mix;
    this.#timers = timers;
    this.#shares = Object.entries(shares) as [ClientKind, number][];
    this.#sticky = Array.from({ length: stickyClients }, () => ({ cookies: new Map(), version: undefined }));
    // Idle connections go before a server could close them: a request on a connection that is being closed under it is reset, and that loss
    // would be the client's doing. Servers keep them for 5 s (Node's default; it says so and the agent obeys), 75 s (nginx) or 180 s (Traefik).
    // Nothing is tried twice, so that a reset at any other time counts: then it was the app or the router that broke the connection.
    this.#kept = new http.Agent({ keepAlive: true, timeout: idleMs });
  }

  /** Says which kind of client is next. */
  next(): ClientKind {
    let chosen: ClientKind = 'keep-alive';
    let most = Number.NEGATIVE_INFINITY;
    for (const [kind, share] of this.#shares) {
      const credit = (this.#credits.get(kind) ?? 0) + share;
      this.#credits.set(kind, credit);
      if (credit > most && share > 0) [chosen, most] = [kind, credit];
    }
    this.#credits.set(chosen, most - 1);
    return chosen;
  }

  /** Sends one request, once; it resolves whatever happens. */
  async send(kind: ClientKind, { host, ...address }: Endpoint): Promise<{ outcome: Outcome; moved?: true }> {
    const { timeoutMs = 10_000, sources = [], header } = this.#mix;
    this.#turn += 1;
    this.#stickyTurn += kind === 'sticky' ? 1 : 0;
    const client = kind === 'sticky' ? this.#sticky[this.#stickyTurn % this.#sticky.length] : undefined;
    const localAddress = sources[(client === undefined ? this.#turn : this.#stickyTurn % this.#sticky.length) % sources.length];
    const options: http.RequestOptions = {
      ...address,
      agent: kind === 'new' ? false : this.#kept,
      headers: {
        host,
        ...(kind === 'header' && header ? { [header.name]: header.value } : {}),
        ...(client && client.cookies.size > 0 ? { cookie: [...client.cookies].map((pair) => pair.join('=')).join('; ') } : {}),
      },
      ...(localAddress === undefined ? {} : { localAddress }),
    };
    const { outcome, cookies } = await exchange(options, timeoutMs, this.#timers);
    if (client === undefined || !('version' in outcome)) return { outcome };
    for (const [name, value] of cookies) {
      if (value === undefined) client.cookies.delete(name);
      else client.cookies.set(name, value);
    }
    const hasMoved = client.version !== undefined && client.version !== outcome.version;
    client.version = outcome.version;
    return hasMoved ? { outcome, moved: true } : { outcome };
  }

  close(): void {
    this.#kept.destroy();
  }
}

function exchange(options: http.RequestOptions, timeoutMs: number, timers: Timers): Promise<Reply> {
  return new Promise((resolve) => {
    const request = http.get(options);
    let isOver = false;
    const end = (outcome: Outcome, cookies: Reply['cookies'] = []) => {
      isOver = true;
      cancelTimeout();
      resolve({ outcome, cookies });
    };
    // An answer that is there, but could not be read yet because the event loop was blocked, is in time.
    const giveUp = () => {
      if (isOver) return;
      end({ lost: 'timeout' });
      request.destroy();
    };
    const cancelTimeout = timers.after(timeoutMs, () => afterReading(giveUp));
    request.on('error', (error) => end({ lost: reasonOf(error) }));
    request.on('response', (response) => {
      response.resume();
      response.on('error', () => end({ lost: 'cut' }));
      response.on('end', () => end(outcomeOf(response), cookiesOf(response)));
    });
  });
}

function outcomeOf({ headers, statusCode = 0 }: IncomingMessage): Outcome {
  const version = headers[versionHeader];
  return typeof version === 'string' ? { version, status: statusCode } : { lost: String(statusCode) };
}

/** Path and domain of a cookie don't matter to a client that knows one host. */
function cookiesOf({ headers }: IncomingMessage): Reply['cookies'] {
  return (headers['set-cookie'] ?? []).map((line) => {
    const [pair = '', ...attributes] = line.split(';');
    const name = pair.slice(0, pair.indexOf('=')).trim();
    const isGone = attributes.some((attribute) => /^\s*max-age=(0|-\d+)\s*$/i.test(attribute) || hasExpired(attribute));
    return [name, isGone ? undefined : pair.slice(pair.indexOf('=') + 1).trim()];
  });
}

function hasExpired(attribute: string): boolean {
  const date = /^\s*expires=(.+)$/i.exec(attribute)?.[1];
  return date !== undefined && Date.parse(date) < Date.now();
}
