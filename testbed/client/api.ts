import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { load } from 'js-yaml';
import { ApiError } from './api-error.js';
import { follow } from './follow.js';
import type { KubeObject } from './objects.js';

export { ApiError } from './api-error.js';
export type { KubeObject } from './objects.js';

/** True for an answer that says "no such object". */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

/** True for an answer that says "it is there already" or "it has changed since". */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.status === 409;
}

interface Kubeconfig {
  readonly clusters: [{ cluster: { server: string; 'certificate-authority-data': string } }];
  readonly users: [
    {
      user: {
        token?: string;
        'client-certificate-data'?: string;
        'client-key-data'?: string;
        as?: string;
        'as-groups'?: readonly string[];
      };
    },
  ];
}

type PatchType = 'application/merge-patch+json' | 'application/strategic-merge-patch+json' | 'application/apply-patch+yaml';

/** The bed's own small API client, so that tests never look at the product through the product's eyes. */
export class Api {
  readonly #server: string;
  readonly #headers: Record<string, string | readonly string[]>;
  readonly #agent: https.Agent;
  readonly #watchAgent: https.Agent;

  /** @param kubeconfig path of a kubeconfig that the bed wrote */
  constructor(kubeconfig: string) {
    const { clusters, users } = load(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
    const { cluster } = clusters[0];
    const { user } = users[0];
    const decode = (data: string | undefined) => (data === undefined ? undefined : Buffer.from(data, 'base64'));
    const tls = {
      ca: decode(cluster['certificate-authority-data']),
      cert: decode(user['client-certificate-data']),
      key: decode(user['client-key-data']),
      keepAlive: true,
    };
    this.#server = cluster.server;
    this.#headers = {
      ...(user.token !== undefined && { authorization: `Bearer ${user.token}` }),
      ...(user.as !== undefined && { 'impersonate-user': user.as, 'impersonate-group': user['as-groups'] ?? [] }),
    };
    this.#agent = new https.Agent({ ...tls, maxSockets: 16 });
    this.#watchAgent = new https.Agent(tls);
  }

  get<T = KubeObject>(path: string): Promise<T> {
    return this.request<T>('GET', path);
  }

  create<T = KubeObject>(path: string, object: KubeObject): Promise<T> {
    return this.request<T>('POST', path, object);
  }

  patch<T = KubeObject>(path: string, patch: unknown, type: PatchType = 'application/merge-patch+json'): Promise<T> {
    return this.request<T>('PATCH', path, patch, type);
  }

  /** Deletes an object; one that is gone already is no error. */
  async delete(path: string, options: Record<string, unknown> = {}): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', ...options };
    await this.request('DELETE', path, body).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }

  async request<T = unknown>(method: string, path: string, body?: unknown, type = 'application/json'): Promise<T> {
    const text = await this.text(method, path, body, type);
    return JSON.parse(text) as T;
  }

  /** Like `request`, for answers that are no JSON: logs, proxied pods. */
  async text(method: string, path: string, body?: unknown, type = 'application/json'): Promise<string> {
    const { status, text } = await this.exchange(method, path, body, type);
    if (status >= 200 && status < 300) return text;
    throw new ApiError(`${method} ${path}`, status, messageIn(text));
  }

  /** One request and its answer, whatever its status. */
  async exchange(
    method: string,
    path: string,
    body?: unknown,
    type = 'application/json',
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number; text: string }> {
    const response = await this.#send(method, path, body, type, { agent: this.#agent, headers });
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
    return { status: response.statusCode ?? 0, text };
  }

  /** Opens a watch; the caller reads and destroys the stream. */
  async openWatch(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    const response = await this.#send('GET', path, undefined, '', { agent: this.#watchAgent, signal });
    if (response.statusCode === 200) return response;
    response.resume();
    throw new ApiError(`watch ${path}`, response.statusCode ?? 0, response.statusMessage ?? '');
  }

  /**
   * Watches one object until `isDone` likes it; it is called with undefined while there is no such object.
   * @param collection path of the collection, e.g. /apis/apps/v1/namespaces/x/deployments
   */
  async until<T extends KubeObject>(
    collection: string,
    name: string,
    isDone: (object: T | undefined) => boolean,
    timeoutMs = 60_000,
  ): Promise<T | undefined> {
    const query = { fieldSelector: `metadata.name=${name}` };
    const [object] = await this.untilAll<T>(collection, query, ([only]) => isDone(only), timeoutMs);
    return object;
  }

  /** Watches a collection until `isDone` likes all that is in it, and returns that. */
  async untilAll<T extends KubeObject>(
    collection: string,
    query: Readonly<Record<string, string>>,
    isDone: (objects: T[]) => boolean,
    timeoutMs = 60_000,
  ): Promise<T[]> {
    const ended = new AbortController();
    const timer = setTimeout(() => ended.abort(), timeoutMs);
    const known = new Map<string, T>();
    let reached: T[] | undefined;
    const look = () => {
      if (reached !== undefined || !isDone([...known.values()])) return;
      reached = [...known.values()];
      ended.abort();
    };
    const onList = (items: T[]) => {
      known.clear();
      for (const item of items) known.set(item.metadata.name, item);
      look();
    };
    const onChange = (type: string, object: T) => {
      if (type === 'DELETED') known.delete(object.metadata.name);
      else known.set(object.metadata.name, object);
      look();
    };
    await follow<T>(this, collection, query, { onList, onChange }, ended.signal).finally(() => clearTimeout(timer));
    if (reached !== undefined) return reached;
    const seen = JSON.stringify([...known.values()].map(({ metadata, status }) => [metadata.name, status]));
    throw new Error(`Waited ${timeoutMs} ms for ${collection}?${new URLSearchParams(query)}; there is ${seen}`);
  }

  /** Closes the connections, so that the process can end. */
  close(): void {
    this.#agent.destroy();
    this.#watchAgent.destroy();
  }

  #send(
    method: string,
    path: string,
    body: unknown,
    type: string,
    options: https.RequestOptions = { agent: this.#agent },
  ): Promise<IncomingMessage> {
    const data = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    // A DELETE with a body needs its length spelt out: node sends neither a length nor chunks of its own accord.
    const sized = data === undefined ? {} : { 'content-type': type, 'content-length': data.length };
    const headers = { ...this.#headers, accept: 'application/json, */*', ...sized, ...options.headers };
    return new Promise((resolve, reject) => {
      const request = https.request(this.#server + path, { ...options, method, headers }, resolve);
      request.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed an idle connection just as it was used again.
        const isStale = request.reusedSocket && error.code === 'ECONNRESET';
        if (isStale) this.#send(method, path, body, type, options).then(resolve, reject);
        else reject(error);
      });
      request.end(data);
    });
  }
}

function messageIn(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text;
  }
}
