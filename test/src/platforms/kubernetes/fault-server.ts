import { createServer, request as httpRequest, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, request as httpsRequest } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { KeyPair } from './certificates.js';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: string;
  /** Common name of the client's certificate. */
  readonly clientName: string | undefined;
}

/** What happens to one request. */
export type Fault = (request: SeenRequest, response: ServerResponse) => void;

/** A server that answers each request with the next fault of its script, and the last one for ever. It knows HTTP and nothing of Kubernetes. */
export class FaultServer {
  readonly requests: SeenRequest[] = [];
  connections = 0;
  readonly #server: Server;
  readonly #secure: boolean;
  readonly #sockets = new Set<Socket>();
  #script: Fault[];

  private constructor(script: Fault[], tls: (KeyPair & { readonly clientCa?: string }) | undefined) {
    this.#script = script;
    this.#secure = tls !== undefined;
    const listener: RequestListener = (request, response) => this.#serve(request, response);
    const client = tls?.clientCa ? { ca: tls.clientCa, requestCert: true, rejectUnauthorized: false } : {};
    this.#server = tls ? createTlsServer({ cert: tls.cert, key: tls.key, ...client }, listener) : createServer(listener);
    this.#server.on('connection', (socket: Socket) => {
      this.connections++;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(script: Fault[], tls?: KeyPair & { readonly clientCa?: string }): Promise<FaultServer> {
    const server = new FaultServer(script, tls);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#secure ? 'https' : 'http'}://127.0.0.1:${this.port}`;
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  play(...script: Fault[]): void {
    this.#script = script;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', this.url);
      const peer = this.#secure ? (request.socket as TLSSocket).getPeerCertificate() : undefined;
      const clientName = peer?.subject?.CN;
      const seen: SeenRequest = {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        rawHeaders: request.rawHeaders,
        body: Buffer.concat(chunks).toString('utf8'),
        clientName: Array.isArray(clientName) ? clientName[0] : clientName,
      };
      this.requests.push(seen);
      const fault = this.#script.length > 1 ? this.#script.shift() : this.#script[0];
      fault?.(seen, response);
    });
  }
}

export const answer =
  (status: number, body: unknown, headers: Record<string, string> = {}): Fault =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

/** As the API server says no: metav1.Status. */
export const refuse = (code: number, reason: string, message: string, headers: Record<string, string> = {}): Fault =>
  answer(code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message }, headers);

/** Breaks the connection with a TCP reset, without a word of TLS. */
const breakOff = ({ socket }: ServerResponse): void => {
  const raw = (socket as (Socket & { _parent?: Socket }) | null)?._parent ?? socket;
  raw?.resetAndDestroy();
};

export const reset: Fault = (_request, response) => breakOff(response);

export const stall: Fault = () => undefined;

/** The head and the given text, then whatever `end` says. */
export const stream =
  (text: string, end: 'close' | 'reset' | 'stay'): Fault =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(text, () => {
      if (end === 'close') response.end();
      if (end === 'reset') breakOff(response);
    });
  };

/** Passes the request on to a real server; `alter` may cut or replace what comes back, and decides when it ends. */
export const forward =
  (target: string, ca: string | undefined, alter?: (piece: string, response: ServerResponse) => void): Fault =>
  (seen, response) => {
    const url = new URL(`${seen.path}${seen.query.size > 0 ? `?${seen.query}` : ''}`, target);
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const { host: _host, connection: _connection, ...headers } = seen.headers;
    const upstream = send(url, { method: seen.method, headers, ...(ca ? { ca } : {}) }, (real) => {
      response.writeHead(real.statusCode ?? 502, real.headers);
      response.flushHeaders();
      if (alter === undefined) {
        real.pipe(response);
      } else {
        real.setEncoding('utf8').on('data', (piece: string) => alter(piece, response));
        real.on('end', () => response.end());
      }
      real.on('error', () => response.destroy());
    });
    upstream.on('error', () => response.destroy());
    response.on('close', () => upstream.destroy());
    upstream.end(seen.body);
  };
