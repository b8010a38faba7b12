import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { KeyPair } from '../certificate.js';
import { anonymous, authorize, type User } from './authorization.js';
import { apiGroups } from './discovery.js';
import { Lists } from './lists.js';
import { type Nodes, proxyToPod } from './pod-subresources.js';
import { methodNotAllowed, noSuchResource, notInSandbox, Refusal } from './refusal.js';
import { type Address, PageNotFound, readPath, verbOf } from './request.js';
import { pods } from './resources.js';
import { reviews } from './reviews.js';
import type { Store } from './store.js';
import { type Answer, answer, type Backend, json } from './verbs.js';
import { watch } from './watches.js';
import type { Webhooks } from './webhooks.js';
import type { Writes } from './writes.js';

export interface ApiServerOptions {
  readonly store: Store;
  readonly writes: Writes;
  /** By token. */
  readonly users: ReadonlyMap<string, User>;
  readonly nodes: Nodes;
  /** None unless given. */
  readonly webhooks?: Webhooks;
}

export interface ApiServer {
  /** `https://ADDRESS:PORT` */
  readonly url: string;
  close(): Promise<void>;
}

/** Answers as the API server does for the kinds and verbs that README.md lists, whatever server the requests come by. */
export function answerApi(options: ApiServerOptions): RequestListener {
  const backend: Backend = { ...options, lists: new Lists(options.store) };
  return (request, response) => {
    handle(backend, options, request, response).catch((error: NodeJS.ErrnoException) => {
      // A client that hung up in the middle of its request waits for no answer.
      if (error.code !== 'ECONNRESET') refuse(response, error);
    });
  };
}

/** The same on a port of its own, over TLS. */
export async function serveApi(options: ApiServerOptions, keyPair: KeyPair, address: string): Promise<ApiServer> {
  const server = https.createServer({ key: keyPair.key, cert: keyPair.certificate }, answerApi(options));
  // Longer than any client keeps a connection that it does not use.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, address, resolve);
  });
  return {
    url: `https://${address}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** @throws Refusal, which becomes the answer */
async function handle(
  backend: Backend,
  { users, webhooks }: Pick<ApiServerOptions, 'users' | 'webhooks'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', url = '/', headers } = request;
  const { pathname, searchParams: query, search } = new URL(url, 'https://sandbox');
  const user = authenticate(request, users);
  if (pathname === '/readyz' || pathname === '/livez') {
    reply(response, { status: 200, body: 'ok' });
    return;
  }
  if (pathname === '/apis') {
    reply(response, { status: 200, body: apiGroups() });
    return;
  }
  const review = method === 'POST' ? reviews.get(pathname) : undefined;
  if (review !== undefined) {
    reply(response, { status: 201, body: review(json(await readAll(request)), user, backend.store) });
    return;
  }
  const address = readPath(pathname);
  const verb = verbOf(method, address, query);
  if (verb === undefined) throw methodNotAllowed();
  authorize(backend.store, user, verb, plainName(address));
  if (address.subresource === 'proxy') {
    if (address.resource !== pods) throw noSuchResource();
    const target = { namespace: address.namespace ?? '', target: address.name ?? '', path: address.rest + search };
    proxyToPod(backend, target, request, response);
  } else if (verb === 'watch') {
    watch(backend.store, address.resource, address.namespace, query, response);
  } else {
    const { 'content-type': contentType = 'application/json', 'user-agent': program = 'unknown' } = headers;
    const agent = program.split('/')[0] ?? program;
    webhooks?.admit(verb, address);
    reply(response, answer({ address, verb, query, body: await readAll(request), contentType, agent }, backend));
  }
}

/** `https:NAME:PORT`, as a proxy's target may be spelt, is about NAME. */
const plainName = (address: Address): Address =>
  address.subresource === 'proxy' ? { ...address, name: address.name?.replace(/^https?:|:\d+$/g, '') } : address;

/** @throws Refusal 401 for a token that nobody has; without a token one is anonymous */
function authenticate({ headers }: IncomingMessage, users: ReadonlyMap<string, User>): User {
  if (headers['impersonate-user'] !== undefined) throw notInSandbox('impersonation');
  if (headers.authorization === undefined) return anonymous;
  const user = users.get(headers.authorization.replace(/^Bearer /, ''));
  if (user === undefined) throw new Refusal(401, 'Unauthorized', 'Unauthorized');
  return user;
}

function reply(response: ServerResponse, { status, body }: Answer): void {
  const isText = typeof body === 'string';
  const text = isText ? body : JSON.stringify(body);
  const type = isText ? 'text/plain; charset=utf-8' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) }).end(text);
}

function refuse(response: ServerResponse, error: unknown): void {
  if (error instanceof PageNotFound) {
    reply(response, { status: error.code, body: `${error.message}\n` });
  } else if (error instanceof Refusal) {
    reply(response, { status: error.code, body: error.status });
  } else {
    process.stderr.write(`sandbox: ${error instanceof Error ? error.stack : String(error)}\n`);
    const internal = new Refusal(500, 'InternalError', `Internal error occurred: ${String(error)}`);
    reply(response, { status: 500, body: internal.status });
  }
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
