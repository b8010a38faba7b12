import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BodyStream, Connection, type HttpAnswer, type HttpRequest } from '../../http/connection.js';
import { TransportFailure } from '../../http/failure.js';
import { chooseProxy } from '../../http/proxy.js';
import { type RetryLimits, withRetries } from '../../http/retry.js';
import type { Clock } from '../../kernel/clock.js';
import { formatDuration } from '../../kernel/duration.js';
import type { Environment } from '../../kernel/environment.js';
import type { Log } from '../../kernel/log.js';
import { readChallenge } from './challenge.js';
import type { RegistryCredentials } from './credentials.js';
import { Scheme } from './scheme.js';
import { ofTokenServer, readToken } from './token.js';

/** What requests to a registry need from their surroundings. */
export interface RegistryEffects {
  readonly clock: Clock;
  readonly log: Log;
  readonly environment: Environment;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** One request to a registry; `path` is from the root of the registry, or an absolute URL that the registry gave. */
export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  readonly accept?: string;
  readonly body?: string | BodyStream;
  readonly contentType?: string;
}

const TIMEOUT_MS = 30_000;
/** The slowest upload that is not taken for a stalled one, in bytes per millisecond: 64 kB/s. */
const SLOWEST_UPLOAD = 64;
/** Where Docker keeps the certificate authorities of single registries (docs.docker.com/engine/security/certificates). */
const CERTIFICATES = '/etc/docker/certs.d';

/**
 * One registry, asked as one user (distribution-spec v1.1). Knows how to log in, to wait when it is told to, and nothing of images.
 */
export class Registry {
  /** As in a tag: host with optional port, or `docker.io`. */
  readonly name: string;
  readonly credentials: RegistryCredentials;
  readonly #effects: RegistryEffects;
  readonly #scheme: Scheme;
  readonly #connections = new Map<string, Connection>();
  /** `Authorization` by scope. */
  readonly #authorizations = new Map<string, string>();

  /** @param mayBeInsecure whether the engine speaks to it without TLS; asked only where TLS has failed */
  constructor(
    name: string,
    credentials: RegistryCredentials,
    effects: RegistryEffects,
    mayBeInsecure: () => Promise<boolean> = async () => false,
  ) {
    this.name = name;
    this.credentials = credentials;
    this.#effects = effects;
    this.#scheme = new Scheme(name === 'docker.io' ? 'registry-1.docker.io' : name, mayBeInsecure);
  }

  /**
   * Does something until there is an answer that waiting would not better: 408, 429, 5xx, broken and refused connections are tried again with
   * back-off, or when the registry says (Retry-After), as long as `limits` allow.
   * @param what in words, for the log
   * @throws TransportFailure without an answer; the signal's reason when aborted
   */
  async retry(what: string, send: () => Promise<HttpAnswer>, limits: RetryLimits, signal: AbortSignal): Promise<HttpAnswer> {
    const { clock, log, random } = this.#effects;
    const onRetry = (why: string, delayMs: number) => {
      const text = `${this.name}: ${what}: ${why}; trying again in ${formatDuration(delayMs)}`;
      if (delayMs >= 500) log.info(text);
      else log.debug(text);
    };
    return await withRetries(send, 'idempotent', { clock, random, onRetry }, signal, limits);
  }

  /**
   * Sends a request. A 401 is answered with a login, once.
   * @param scope what the request needs, e.g. `repository:shop/app:pull,push`
   * @throws TransportFailure without an answer; the signal's reason when aborted
   */
  async send(request: RegistryRequest, scope: string, signal: AbortSignal): Promise<HttpAnswer> {
    const url = new URL(request.path, this.#scheme.root);
    // An upload may be handed on to another host, which must not see the password.
    if (url.host !== this.#scheme.root.host) return this.#exchange(url, request, undefined, signal);
    // One that stands behind a proxy may name itself by http:// (distribution/distribution, configuration, `http.relativeurls`); that would send the password in the clear.
    const ask = (authorization: string | undefined) =>
      this.#scheme.exchange(({ root, skipVerify }) =>
        this.#exchange(new URL(`${url.pathname}${url.search}`, root), request, authorization, signal, skipVerify),
      );
    const answer = await ask(this.#authorizations.get(scope));
    if (answer.status !== 401) return answer;
    const fresh = await this.#logIn(header(answer, 'www-authenticate'), scope, signal);
    if (typeof fresh !== 'string') return fresh ?? answer;
    this.#authorizations.set(scope, fresh);
    return ask(fresh);
  }

  /**
   * @returns the `Authorization` header that the registry asks for; the token server's own answer when that may be another one later; undefined
   * when there is no login that could give one
   */
  async #logIn(
    challengeHeader: string | undefined,
    scope: string,
    signal: AbortSignal,
  ): Promise<string | HttpAnswer | undefined> {
    const challenge = readChallenge(challengeHeader);
    const { credentials } = this;
    if (challenge === undefined) return undefined;
    if (credentials.kind === 'registry-token') return `Bearer ${credentials.token}`;
    if (challenge.scheme === 'basic') return credentials.kind === 'password' ? basic(credentials) : undefined;

    const realm = new URL(challenge.realm);
    const answer = await this.#askForToken(realm, challenge.service, scope, signal).catch((error: unknown) => {
      throw error instanceof TransportFailure ? ofTokenServer(error, realm) : error;
    });
    if (answer.status !== 200) return answer.status === 429 || answer.status >= 500 ? answer : undefined;
    const value = readToken(answer, this.name, realm);
    if (value === undefined) return undefined;
    this.#effects.log.mask(value);
    return `Bearer ${value}`;
  }

  #askForToken(realm: URL, service: string | undefined, scope: string, signal: AbortSignal): Promise<HttpAnswer> {
    const { credentials } = this;
    // A registry that names a plain-text token server of another host would have the password sent in the clear.
    const safe = realm.protocol === 'https:' || realm.hostname === this.#scheme.root.hostname;
    const fields = { ...(service === undefined ? {} : { service }), scope };
    if (credentials.kind === 'identity-token' && safe) {
      return this.#exchange(realm, oauth(fields, credentials.token), undefined, signal);
    }
    const authorization = credentials.kind === 'password' && safe ? basic(credentials) : undefined;
    return this.#exchange(withQuery(realm, fields), { method: 'GET', path: '' }, authorization, signal);
  }

  #exchange(
    url: URL,
    { method, accept, body, contentType }: RegistryRequest,
    authorization: string | undefined,
    signal: AbortSignal,
    skipVerify = false,
  ): Promise<HttpAnswer> {
    const bytes = typeof body === 'object' ? body.length : 0;
    const http: HttpRequest = {
      method,
      path: `${url.pathname}${url.search}`,
      timeoutMs: TIMEOUT_MS + bytes / SLOWEST_UPLOAD,
      ...(body === undefined ? {} : { body }),
      ...(contentType === undefined ? {} : { contentType }),
    };
    const headers = {
      accept: accept ?? '*/*',
      ...(body === undefined && (method === 'POST' || method === 'PUT') ? { 'content-length': '0' } : {}),
      ...(authorization === undefined ? {} : { authorization }),
    };
    return this.#connection(url, skipVerify).exchange(http, { headers }, signal);
  }

  #connection(url: URL, skipVerify: boolean): Connection {
    const key = `${url.origin}${skipVerify ? ' unverified' : ''}`;
    const known = this.#connections.get(key);
    if (known !== undefined) return known;
    const connection = new Connection({
      url: new URL(url.origin),
      certificateAuthority: certificatesOf(url.host),
      tlsServerName: undefined,
      insecureSkipTlsVerify: skipVerify,
      proxy: chooseProxy(url, undefined, this.#effects.environment.variables),
    });
    this.#connections.set(key, connection);
    return connection;
  }
}

function certificatesOf(host: string): Buffer | undefined {
  const directory = join(CERTIFICATES, host);
  try {
    const files = readdirSync(directory).filter((name) => name.endsWith('.crt'));
    return files.length === 0 ? undefined : Buffer.concat(files.map((name) => readFileSync(join(directory, name))));
  } catch {
    return undefined;
  }
}

const basic = ({ username, password }: { readonly username: string; readonly password: string }): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** docs.docker.com/registry/spec/auth/oauth: a refresh token is exchanged for an access token. */
const oauth = (fields: Readonly<Record<string, string>>, refreshToken: string): RegistryRequest => ({
  method: 'POST',
  path: '',
  contentType: 'application/x-www-form-urlencoded',
  body: new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: 'd9-actions',
    ...fields,
  }).toString(),
});

function withQuery(url: URL, fields: Readonly<Record<string, string>>): URL {
  const copy = new URL(url);
  for (const [name, value] of Object.entries(fields)) copy.searchParams.append(name, value);
  return copy;
}

export function header({ headers }: HttpAnswer, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
