import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Moto, startMoto } from './moto.js';

/** One request to AWS, as far as a test chooses by it. */
export interface AwsRequest {
  readonly method: string;
  readonly path: string;
  /** Such as `dynamodb:UpdateItem` or `lambda:PUT`. */
  readonly action: string;
  readonly body: string;
  /** Whose it is, where its sender puts a `/p1` and so on behind the address; else empty. */
  readonly sender: string;
}

/** What becomes of a request: `before` it is not carried out, `after` it is; its answer never comes. */
export type Fate = 'answered' | 'lost-before' | 'lost-after' | AwsRefusal;

/** An answer of AWS's that is no success. */
export interface AwsRefusal {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

export interface AwsServer {
  readonly url: string;
  readonly requests: AwsRequest[];
  /** Decides what becomes of each request; waits as long as it likes. */
  fate: (request: AwsRequest) => Fate | Promise<Fate>;
  close(): Promise<void>;
}

const ALIAS = /^\/2015-03-31\/functions\/([^/]+)\/aliases\/([^/]+)$/;

/**
 * moto, and before it a double of what moto lacks of Lambda's aliases, after the API reference: a RevisionId that changes with each update, and
 * PreconditionFailedException for one that is not the latest. It sends no traffic: weights are kept, and nobody is asked by them.
 */
export async function startAws(): Promise<AwsServer> {
  const moto = await startMoto();
  const revisions = new Map<string, string>();
  let updating: Promise<unknown> = Promise.resolve();
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  const aws: AwsServer = {
    url: '',
    requests: [],
    fate: () => 'answered',
    async close() {
      server.closeAllConnections();
      server.close();
      await moto.close();
    },
  };
  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(incoming);
    const request = requestOf(incoming, body);
    aws.requests.push(request);
    const fate = await aws.fate(request);
    if (fate === 'lost-before') return void incoming.socket.destroy();
    if (typeof fate === 'object') return refuse(response, fate);
    // One update of an alias after the other, or two could both be of the latest revision.
    const carriedOut = updating.then(() => forward(moto, incoming, request, revisions));
    updating = carriedOut.catch(() => undefined);
    const { status, type, text } = await carriedOut;
    if (fate === 'lost-after') return void incoming.socket.destroy();
    response.writeHead(status, { 'content-type': 'application/json', ...(type && { 'x-amzn-errortype': type }) }).end(text);
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return Object.assign(aws, { url: `http://127.0.0.1:${port}` });
}

interface Answer {
  readonly status: number;
  readonly type?: string | undefined;
  readonly text: string;
}

async function forward(
  moto: Moto,
  incoming: IncomingMessage,
  { method, path, body }: AwsRequest,
  revisions: Map<string, string>,
): Promise<Answer> {
  const alias = ALIAS.exec(path)?.slice(1).join(':');
  const known = alias && (revisions.get(alias) ?? randomUUID());
  if (alias !== undefined && known) revisions.set(alias, known);
  if (alias !== undefined && method === 'PUT') {
    const { RevisionId } = JSON.parse(body) as { readonly RevisionId?: string };
    if (RevisionId !== undefined && RevisionId !== known) return stale(path);
  }
  const headers = Object.entries(incoming.headers).filter(
    ([name]) => !['host', 'content-length', 'connection', 'expect'].includes(name),
  );
  const sent = { method, headers: headers as Array<[string, string]>, ...(method === 'GET' ? {} : { body }) };
  const answered = await fetch(moto.url + path, sent);
  const text = await answered.text();
  const type = answered.headers.get('x-amzn-errortype') ?? undefined;
  if (alias === undefined || !answered.ok) return { status: answered.status, type, text };
  if (method === 'PUT') revisions.set(alias, randomUUID());
  return { status: answered.status, text: JSON.stringify({ ...JSON.parse(text), RevisionId: revisions.get(alias) }) };
}

const stale = (path: string): Answer => ({
  status: 412,
  type: 'PreconditionFailedException',
  text: JSON.stringify({
    Type: 'User',
    message: `The RevisionId provided does not match the latest RevisionId for ${path}. Call the GetFunction or the GetAlias API to retrieve the latest RevisionId for your resource.`,
  }),
});

function refuse(response: ServerResponse, { status, type, message }: AwsRefusal): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type });
  response.end(JSON.stringify({ __type: type, message, Message: message }));
}

function requestOf({ method = '', url = '', headers }: IncomingMessage, body: string): AwsRequest {
  const target = String(headers['x-amz-target'] ?? '');
  const [, operation] = target.split('.');
  const query = new URLSearchParams(body).get('Action');
  const action = operation ? `dynamodb:${operation}` : query ? `sts:${query}` : `lambda:${method}`;
  const [, sender = '', path = ''] = /^\/(p\d+)?\/?(.*)$/.exec(url) ?? [];
  return { method, path: `/${path}`, action, body, sender };
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
