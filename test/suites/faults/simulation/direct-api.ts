import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { ApiError } from '../../../../testbed/client/api-error.js';
import { Lists } from '../../../../testbed/sandbox/api/lists.js';
import { Refusal } from '../../../../testbed/sandbox/api/refusal.js';
import { readPath, verbOf } from '../../../../testbed/sandbox/api/request.js';
import type { Store } from '../../../../testbed/sandbox/api/store.js';
import { answer, type Backend } from '../../../../testbed/sandbox/api/verbs.js';
import { watch } from '../../../../testbed/sandbox/api/watches.js';
import type { Writes } from '../../../../testbed/sandbox/api/writes.js';

/** The cluster's own way to its API, past the network: for the node, the route's controller and whoever looks on. */
export class DirectApi {
  readonly #backend: Backend;
  readonly #manager: string;

  /** @param manager owner of the fields that are set this way */
  constructor(store: Store, writes: Writes, manager: string) {
    const nodes = { readLog: () => undefined, dial: (place: { host: string; port: number }) => place };
    this.#backend = { store, writes, lists: new Lists(store), nodes };
    this.#manager = manager;
  }

  get<T>(path: string): Promise<T> {
    return this.#send('GET', path) as Promise<T>;
  }

  create<T>(path: string, object: object): Promise<T> {
    return this.#send('POST', path, object) as Promise<T>;
  }

  patch<T>(path: string, patch: unknown, contentType = 'application/merge-patch+json'): Promise<T> {
    return this.#send('PATCH', path, patch, contentType) as Promise<T>;
  }

  async delete(path: string, options: Record<string, unknown> = {}): Promise<void> {
    await this.#send('DELETE', path, { apiVersion: 'v1', kind: 'DeleteOptions', ...options }).catch((error: unknown) => {
      if (!(error instanceof ApiError) || error.status !== 404) throw error;
    });
  }

  async openWatch(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { pathname, searchParams } = new URL(path, 'http://sandbox');
    const { resource, namespace } = readPath(pathname);
    const stream = new PassThrough();
    signal.addEventListener('abort', () => stream.destroy(Object.assign(new Error('aborted'), { code: 'ABORT_ERR' })), {
      once: true,
    });
    const response = Object.assign(stream, { writeHead: () => response, flushHeaders: () => undefined });
    watch(this.#backend.store, resource, namespace, searchParams, response as unknown as ServerResponse);
    return stream as unknown as IncomingMessage;
  }

  async #send(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<unknown> {
    const { pathname, searchParams: query } = new URL(path, 'http://sandbox');
    const address = readPath(pathname);
    const verb = verbOf(method, address, query);
    if (verb === undefined || verb === 'watch') throw new Error(`${method} ${path} is not for here`);
    const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body));
    try {
      return answer({ address, verb, query, body: bytes, contentType, agent: this.#manager }, this.#backend).body;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new ApiError(`${method} ${pathname}`, error.code, error.message);
    }
  }
}
