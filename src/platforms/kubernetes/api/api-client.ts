import type { IncomingMessage } from 'node:http';
import type { Connection, HttpAnswer, HttpRequest } from '../../../http/connection.js';
import { TransportFailure } from '../../../http/failure.js';
import { type RetrySafety, withRetries } from '../../../http/retry.js';
import type { Clock } from '../../../kernel/clock.js';
import { UserError } from '../../../kernel/errors.js';
import type { Log } from '../../../kernel/log.js';
import { readStatus } from './api-status.js';
import type { ApiRequest, ApiResponse } from './cluster.js';
import type { Authorization, Credentials } from './credentials.js';
import { withQuery } from './resource-path.js';
import { ServerClock } from './server-clock.js';
import { ServerUnreachable } from './server-unreachable.js';
import { whileWebhookIsAway } from './webhook-patience.js';

const DEFAULT_TIMEOUT_MS = 15_000;
/** A cancelled step has 7.5 s until the runner asks it again to end, and still gives its lock back in that time. */
const WRITE_GRACE_MS = 2000;
/** Credentials that the server took so short a time ago are good; pods are listed every 5 s where they are read. */
const ACCEPTED_FOR_MS = 15_000;

export interface ClientEffects {
  readonly clock: Clock;
  readonly log: Log;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export interface ClientOptions {
  /** URL of the API server, for messages. */
  readonly server: string;
  /** `context prod of kubeconfig x`, for messages. */
  readonly origin: string;
  /** Adds `dryRun=All` to everything but GET. */
  readonly dryRun: boolean;
}

/** Requests to one API server: credentials, deadline, retries. Knows no kinds. */
export class ApiClient {
  readonly options: ClientOptions;
  readonly effects: ClientEffects;
  readonly serverClock = new ServerClock();
  readonly #open: () => { readonly connection: Connection; readonly credentials: Credentials };
  #accepted: { readonly authorization: Authorization; readonly at: number } | undefined;
  #opened: { readonly connection: Connection; readonly credentials: Credentials } | undefined;

  /** @param open called at the first request; it may throw a UserError */
  constructor(
    open: () => { readonly connection: Connection; readonly credentials: Credentials },
    options: ClientOptions,
    effects: ClientEffects,
  ) {
    this.#open = open;
    this.options = options;
    this.effects = effects;
  }

  get credentialsExpireAt(): number | undefined {
    return this.#parts().credentials.expiresAtMs;
  }

  /**
   * Sends a request and returns the answer whatever its status; retries are over by then.
   * @param pass asked each time right before it is sent; it throws when it must not be any more
   * @throws UserError when the server can't be reached or refuses the credentials; the signal's reason when aborted
   */
  async send(request: ApiRequest, safety: RetrySafety, signal: AbortSignal, pass?: () => Promise<void>): Promise<ApiResponse> {
    const { clock, log, random } = this.effects;
    const http = this.#toHttp(request);
    const label = describe(request);
    const onRetry = (why: string, delayMs: number) => {
      const text = `${label}: ${why}; sending it again in ${Math.round(delayMs)} ms`;
      // Only a wait that a reader would notice.
      if (delayMs >= 1000) log.info(text);
      else log.debug(text);
    };
    const sendOnce = async (): Promise<HttpAnswer> => {
      const started = clock.now();
      const answer = await this.#authorized(
        request,
        async (connection, authorization) => {
          await pass?.();
          return connection.exchange(http, authorization, signal);
        },
        signal,
      );
      const ended = clock.now();
      log.debug(`${label}: ${answer.status} after ${ended - started} ms`);
      // An app behind `proxy` has a clock, and perhaps a header, of its own.
      if (!isProxied(request)) this.serverClock.hear(answer.headers.date, started, ended);
      return answer;
    };
    try {
      const send = () => withRetries(sendOnce, safety, { clock, random, onRetry }, signal);
      return await (request.method === 'GET' ? send() : whileWebhookIsAway(label, send, this.effects, signal));
    } catch (error) {
      throw error instanceof TransportFailure ? new ServerUnreachable(this.options.server, error) : error;
    }
  }

  /**
   * Opens an answer that goes on for a long time. No retries: a watch has its own.
   * @throws TransportFailure, and what `send` throws
   */
  async stream(request: ApiRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const http = this.#toHttp(request);
    this.effects.log.debug(`watching ${request.path}`);
    const streamed = await this.#authorized(
      request,
      async (connection, authorization) => {
        const response = await connection.open(http, authorization, signal);
        // Nobody reads the body of a refusal; left unread it would hold the connection.
        if (response.statusCode === 401) response.resume();
        return { status: response.statusCode ?? 0, response, body: '' };
      },
      signal,
    );
    return streamed.response;
  }

  /** A 401 gets fresh credentials once; the request was not carried out, so any may be sent again. */
  async #authorized<A extends { readonly status: number; readonly body: string }>(
    request: ApiRequest,
    send: (connection: Connection, authorization: Authorization) => Promise<A>,
    signal: AbortSignal,
  ): Promise<A> {
    const { connection, credentials } = this.#parts();
    const authorization = await credentials.authorization(signal);
    const answer = await send(connection, authorization);
    if (answer.status !== 401 && !isProxied(request)) this.#accepted = { authorization, at: this.effects.clock.now() };
    if (!this.#isRefusal(request, answer, authorization)) return answer;
    if (!credentials.reject(authorization)) throw this.#refused(credentials, authorization);
    this.effects.log.debug(`${describe(request)}: 401; fetching fresh ${credentials.description}`);
    const fresh = await credentials.authorization(signal);
    const second = await send(connection, fresh);
    if (!this.#isRefusal(request, second, fresh)) return second;
    throw this.#refused(credentials, fresh);
  }

  /**
   * Behind a `proxy` subresource an app may say 401 for reasons of its own, and in the API server's own words when it is built on the same library
   * (kube-rbac-proxy). It is the app's as long as the API server itself takes the same credentials.
   */
  #isRefusal(
    request: ApiRequest,
    { status, body }: { readonly status: number; readonly body: string },
    authorization: Authorization,
  ): boolean {
    if (status !== 401) return false;
    if (!isProxied(request)) return true;
    const { authorization: accepted, at = 0 } = this.#accepted ?? {};
    const isAccepted =
      JSON.stringify(accepted?.headers) === JSON.stringify(authorization.headers) &&
      this.effects.clock.now() - at < ACCEPTED_FOR_MS;
    return !isAccepted && readStatus(body) !== undefined;
  }

  #refused(credentials: Credentials, { expiresAtMs }: Authorization): UserError {
    const expired = expiresAtMs !== undefined && expiresAtMs <= this.effects.clock.now();
    const why = expired ? `they expired at ${new Date(expiresAtMs).toISOString()}` : 'they are wrong, revoked or expired';
    return new UserError(
      'credentials-refused',
      `The API server ${this.options.server} does not accept the ${credentials.description} (401 Unauthorized): ${why}.\n` +
        `They come from ${this.options.origin}. Renew them, or point \`context\` at another user.`,
    );
  }

  #parts(): { readonly connection: Connection; readonly credentials: Credentials } {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  #toHttp({ method, path, query, body, contentType, accept, timeoutMs }: ApiRequest): HttpRequest {
    const dryRun = this.options.dryRun && method !== 'GET' ? { dryRun: 'All' } : {};
    return {
      method,
      path: withQuery(path, { ...query, ...dryRun }),
      timeoutMs: timeoutMs ?? DEFAULT_TIMEOUT_MS,
      ...(method === 'GET' ? {} : { graceMs: WRITE_GRACE_MS }),
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      ...(contentType === undefined ? {} : { contentType }),
      ...(accept === undefined ? {} : { accept }),
    };
  }
}

const isProxied = ({ path }: ApiRequest): boolean => path.includes('/proxy');

/** `GET /api/v1/…`, without the query: a patch's or selector's values don't belong in every line of the log. */
export const describe = ({ method, path }: Pick<ApiRequest, 'method' | 'path'>): string => `${method} ${path}`;
