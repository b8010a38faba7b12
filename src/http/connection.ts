import type { ClientRequest, IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { SecureContext } from 'node:tls';
import { classify, timedOut } from './failure.js';
import { USER_AGENT } from './user-agent.js';

/** What a connection to a server needs besides the user's credentials. */
export interface ServerOptions {
  readonly url: URL;
  /** PEM; the system's authorities when left out. */
  readonly certificateAuthority: Buffer | undefined;
  readonly tlsServerName: string | undefined;
  readonly insecureSkipTlsVerify: boolean;
  /** URL of the proxy to go through. */
  readonly proxy: string | undefined;
}

/** Bytes of a known number that are made anew for each time they are sent, such as those of a file. */
export interface BodyStream {
  readonly length: number;
  open(): Readable;
}

export interface HttpRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body?: string | BodyStream;
  readonly contentType?: string;
  /** What the answer may be; JSON when it is left out. */
  readonly accept?: string;
  /** Until the whole answer is there (`exchange`) or its head is (`open`), connection included. */
  readonly timeoutMs: number;
  /**
   * How long the answer is still waited for when the signal is aborted after this was sent. A server may carry out what nobody waits for any more:
   * whoever changes something wants to know of it before the next one does. By default not at all.
   */
  readonly graceMs?: number;
}

/** What a request is sent with to say who asks, and what else its headers say. */
export interface RequestCredentials {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly clientCertificate?: ClientCertificate;
}

/** PEM. */
interface ClientCertificate {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Idle connections are closed before a load balancer in between does (60 s is usual), so that no request meets a dead one. */
const IDLE_MS = 30_000;

/** Sends requests over one pool of kept-alive connections. Knows nothing of who answers. */
export class Connection {
  readonly #url: URL;
  readonly #request: (options: RequestOptions) => ClientRequest;
  readonly #base: RequestOptions;
  /** `host:port`, without the user's name and password. */
  readonly #proxy: string | undefined;
  readonly #secureContext: (clientCertificate: ClientCertificate | undefined) => SecureContext | undefined;

  constructor(server: ServerOptions) {
    this.#url = server.url;
    this.#proxy = server.proxy && new URL(server.proxy).host;
    const secure = server.url.protocol === 'https:';
    // Loaded here and not by an import: TLS is most of what Node loads for us, and an image is built without it;
    // `import 'node:http'` would bring fetch and WebSocket along, 30 ms of start-up for a server that almost nobody has.
    const { Agent, request } = secure ? process.getBuiltinModule('node:https') : process.getBuiltinModule('node:http');
    this.#request = request;
    const agent = new Agent({
      keepAlive: true,
      maxSockets: 20,
      timeout: IDLE_MS,
      ...(server.proxy ? { proxyEnv: secure ? { HTTPS_PROXY: server.proxy } : { HTTP_PROXY: server.proxy } } : {}),
      ...(server.certificateAuthority ? { ca: server.certificateAuthority } : {}),
      ...(server.tlsServerName ? { servername: server.tlsServerName } : {}),
      ...(server.insecureSkipTlsVerify ? { rejectUnauthorized: false } : {}),
    });
    this.#secureContext = secure ? secureContexts(server.certificateAuthority) : () => undefined;
    this.#base = {
      agent,
      hostname: server.url.hostname.replace(/^\[|\]$/g, ''),
      port: server.url.port || (secure ? 443 : 80),
    };
  }

  /**
   * One request and its whole answer, whatever its status.
   * @throws TransportFailure without a complete answer; the signal's reason when aborted
   */
  exchange(request: HttpRequest, authorization: RequestCredentials, signal: AbortSignal): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const attempt = new Attempt(this.#start(request, authorization), { ...request, proxy: this.#proxy }, signal, reject);
      attempt.onResponse((response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          // A body that stops short of its length ends with an error, not here.
          attempt.settle();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') });
        });
      });
      attempt.send(request.body);
    });
  }

  /**
   * One request whose answer is read piece by piece; resolves with its head. The caller ends it by `destroy()`.
   * @throws TransportFailure without an answer; the signal's reason when aborted
   */
  open(request: HttpRequest, authorization: RequestCredentials, signal: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const attempt = new Attempt(this.#start(request, authorization), { ...request, proxy: this.#proxy }, signal, reject);
      attempt.onResponse((response) => {
        attempt.settle();
        resolve(response);
      });
      attempt.send(request.body);
    });
  }

  #start(request: HttpRequest, authorization: RequestCredentials): ClientRequest {
    const { body, contentType, accept = 'application/json' } = request;
    const secureContext = this.#secureContext(authorization.clientCertificate);
    return this.#request({
      ...this.#base,
      // The certificate stands beside what was made of it, because the pool tells connections apart by it.
      ...authorization.clientCertificate,
      ...(secureContext && { secureContext }),
      method: request.method,
      path: this.#url.pathname.replace(/\/$/, '') + request.path,
      headers: {
        accept,
        'user-agent': USER_AGENT,
        ...(body === undefined
          ? {}
          : {
              'content-type': contentType ?? 'application/json',
              'content-length': typeof body === 'string' ? Buffer.byteLength(body) : body.length,
            }),
        ...authorization.headers,
      },
    });
  }
}

/** Certificates are parsed once and not again by each connection: a step opens half a dozen at its very start. */
function secureContexts(authority: Buffer | undefined): (clientCertificate: ClientCertificate | undefined) => SecureContext {
  const { createSecureContext } = process.getBuiltinModule('node:tls');
  const contexts = new WeakMap<ClientCertificate, SecureContext>();
  const make = (clientCertificate?: ClientCertificate) =>
    createSecureContext({ ...(authority && { ca: authority }), ...clientCertificate });
  let anonymous: SecureContext | undefined;
  return (clientCertificate) => {
    if (clientCertificate === undefined) {
      anonymous ??= make();
      return anonymous;
    }
    const context = contexts.get(clientCertificate) ?? make(clientCertificate);
    contexts.set(clientCertificate, context);
    return context;
  };
}

type AttemptLimits = Pick<HttpRequest, 'timeoutMs' | 'graceMs'> & {
  /** Named when the way through it breaks. */
  readonly proxy: string | undefined;
};

/** One request in the air: fails it on error, deadline or abort, whichever is first, and leaves no listener behind. */
class Attempt {
  readonly #request: ClientRequest;
  readonly #signal: AbortSignal;
  readonly #reject: (reason: unknown) => void;
  readonly #graceMs: number;
  readonly #proxy: string | undefined;
  #timer: NodeJS.Timeout;
  #connected = false;
  #settled = false;

  constructor(
    request: ClientRequest,
    { timeoutMs, graceMs = 0, proxy }: AttemptLimits,
    signal: AbortSignal,
    reject: (reason: unknown) => void,
  ) {
    this.#request = request;
    this.#graceMs = graceMs;
    this.#proxy = proxy;
    this.#signal = signal;
    this.#reject = reject;
    this.#timer = setTimeout(() => this.#fail(timedOut(timeoutMs, this.#connected, proxy)), timeoutMs);
    signal.addEventListener('abort', this.#abort);
    request.on('error', this.#broken);
    request.on('socket', (socket: Socket & { secureConnecting?: boolean }) => {
      if (!socket.connecting && !socket.secureConnecting) this.#markConnected();
      else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', this.#markConnected);
    });
  }

  onResponse(take: (response: IncomingMessage) => void): void {
    this.#request.on('response', (response) => {
      // Without a listener a connection that breaks later would end the process; a settled attempt ignores it.
      response.on('error', this.#broken);
      take(response);
    });
  }

  send(body: string | BodyStream | undefined): void {
    if (this.#signal.aborted) this.#abort();
    else if (typeof body === 'object') this.#stream(body);
    else this.#request.end(body);
  }

  #stream(body: BodyStream): void {
    const bytes = body.open();
    bytes.on('error', (error) => this.#fail(error));
    this.#request.on('close', () => bytes.destroy());
    bytes.pipe(this.#request);
  }

  /** The attempt is over for good; what happens to the connection from here on is for the caller. */
  settle(): void {
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#signal.removeEventListener('abort', this.#abort);
  }

  readonly #markConnected = () => {
    this.#connected = true;
  };
  readonly #abort = () => {
    if (!this.#connected || this.#graceMs === 0) return this.#fail(this.#signal.reason);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fail(this.#signal.reason), this.#graceMs);
  };
  readonly #broken = (error: NodeJS.ErrnoException) => this.#fail(classify(error, this.#connected, this.#proxy));

  #fail(reason: unknown): void {
    if (this.#settled) return;
    this.settle();
    this.#request.destroy();
    this.#reject(reason);
  }
}
