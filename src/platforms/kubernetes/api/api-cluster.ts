import type { RetrySafety } from '../../../http/retry.js';
import type { ApiClient } from './api-client.js';
import { describe } from './api-client.js';
import { apiError } from './api-status.js';
import {
  ApiError,
  type ApiRequest,
  type ApiResponse,
  type Cluster,
  type CreateOptions,
  type JsonPatchOperation,
  type Selection,
  type WaitOptions,
} from './cluster.js';
import type { Fence } from './fence.js';
import type { Kind } from './kinds.js';
import { listAll } from './list.js';
import { until, type WatchTimes } from './list-watch.js';
import { FIELD_MANAGER } from './ownership.js';
import { resourcePath } from './resource-path.js';
import { swap } from './swap.js';

const MANAGED = { fieldManager: FIELD_MANAGER };

/** A body may be an object without apiVersion and kind; the API server wants both. */
interface Identified {
  readonly metadata?: { readonly name?: string; readonly namespace?: string; readonly deletionTimestamp?: string };
}

/** The verbs of `Cluster` as requests: https://kubernetes.io/docs/reference/using-api/api-concepts/ */
export class ApiCluster implements Cluster {
  readonly server: string;
  readonly namespace: string;
  readonly #client: ApiClient;
  readonly #watchTimes: Partial<WatchTimes>;

  readonly fence: Fence | undefined;

  constructor(client: ApiClient, namespace: string, watchTimes: Partial<WatchTimes> = {}, fence?: Fence) {
    this.server = client.options.server;
    this.namespace = namespace;
    this.#client = client;
    this.#watchTimes = watchTimes;
    this.fence = fence;
  }

  fencedBy(fence: Fence): Cluster {
    return new ApiCluster(this.#client, this.namespace, this.#watchTimes, fence);
  }

  get credentialsExpireAt(): number | undefined {
    return this.#client.credentialsExpireAt;
  }

  get clockAheadMs(): number {
    return this.#client.serverClock.aheadMs;
  }

  async read<T>(kind: Kind<T>, name: string, signal: AbortSignal): Promise<T | undefined> {
    const request: ApiRequest = { method: 'GET', path: resourcePath(kind, this.namespace, name) };
    const response = await this.#send(request, 'idempotent', signal);
    // A missing kind is a 404 too, but its Status has no `details.name`: for the caller both mean that there is no such object.
    return response.status === 404 ? undefined : parse<T>(request, response);
  }

  list<T>(kind: Kind<T>, selection: Selection, signal: AbortSignal): Promise<T[]> {
    const listed = listAll(this.#client, kind, this.#inNamespace(selection), signal);
    return this.#asHolder(listed.then(({ objects }) => objects));
  }

  create<T>(kind: Kind<T>, object: T, signal: AbortSignal, { isOwnKnown = false }: CreateOptions = {}): Promise<T> {
    const path = resourcePath(kind, this.#namespaceOf(object));
    const body = complete(kind, object);
    return this.#change<T>({ method: 'POST', path, query: MANAGED, body }, isOwnKnown ? 'idempotent' : 'unsent', signal);
  }

  apply<T>(kind: Kind<T>, object: T, options: { readonly force: boolean }, signal: AbortSignal): Promise<T> {
    const request: ApiRequest = {
      method: 'PATCH',
      path: resourcePath(kind, this.#namespaceOf(object), (object as Identified).metadata?.name ?? ''),
      query: { ...MANAGED, force: String(options.force) },
      // JSON is YAML.
      contentType: 'application/apply-patch+yaml',
      body: complete(kind, object),
    };
    return this.#change<T>(request, 'idempotent', signal);
  }

  patch<T>(kind: Kind<T>, name: string, operations: readonly JsonPatchOperation[], signal: AbortSignal): Promise<T> {
    // Twice the same patch does no harm once it says which version it is for: the second is refused.
    const comparesAndSwaps = operations.some(({ op, path }) => op === 'test' && path === '/metadata/resourceVersion');
    const request = this.#patchRequest(kind, name, 'application/json-patch+json', operations);
    return this.#change<T>(request, comparesAndSwaps ? 'idempotent' : 'unsent', signal);
  }

  merge<T>(kind: Kind<T>, name: string, patch: object, signal: AbortSignal): Promise<T> {
    const request = this.#patchRequest(kind, name, 'application/merge-patch+json', patch);
    // It names no version: the server's own writes were in each other's way (registry/generic, "please apply your changes to the latest version").
    const isRaced = (error: unknown) => error instanceof ApiError && error.status === 409;
    return swap(async () => ({ write: () => this.#change<T>(request, 'idempotent', signal), isRaced }));
  }

  async remove<T>(kind: Kind<T>, name: string, { uid }: { readonly uid?: string }, signal: AbortSignal): Promise<T | undefined> {
    const request: ApiRequest = {
      method: 'DELETE',
      path: resourcePath(kind, this.namespace, name),
      body: { propagationPolicy: 'Background', ...(uid === undefined ? {} : { preconditions: { uid } }) },
    };
    const response = await this.#send(request, 'idempotent', signal);
    // 409 on the uid: another object has the name by now, so the one that was meant is gone.
    const isGone = response.status === 404 || (uid !== undefined && response.status === 409);
    if (isGone) return undefined;
    const answer = parse<T & Identified>(request, response);
    return answer.metadata?.deletionTimestamp === undefined ? undefined : answer;
  }

  until<T, R>(
    kind: Kind<T>,
    selection: Selection,
    decide: (objects: readonly T[]) => R | undefined,
    options: WaitOptions<T>,
    signal: AbortSignal,
  ): Promise<R> {
    const times = { ...this.#watchTimes, ...options };
    return this.#asHolder(until(this.#client, kind, this.#inNamespace(selection), decide, times, signal));
  }

  /** The answer is returned whatever its status. Left out, `retry` sends a GET again after anything that passes, others only if surely unseen. */
  request(request: ApiRequest, signal: AbortSignal): Promise<ApiResponse> {
    return this.#send(request, retrySafety(request), signal);
  }

  #patchRequest(kind: Kind<unknown>, name: string, contentType: string, body: unknown): ApiRequest {
    return { method: 'PATCH', path: resourcePath(kind, this.namespace, name), query: MANAGED, contentType, body };
  }

  async #change<T>(request: ApiRequest, safety: RetrySafety, signal: AbortSignal): Promise<T> {
    return parse<T>(request, await this.#send(request, safety, signal));
  }

  #send(request: ApiRequest, safety: RetrySafety, signal: AbortSignal): Promise<ApiResponse> {
    const { fence } = this;
    if (!fence || request.method === 'GET') return this.#asHolder(this.#client.send(request, safety, signal));
    return this.#asHolder(fence.during((pass) => this.#client.send(request, safety, signal, pass), signal));
  }

  /** A machine that stood still meets the time limits of its requests first; that another process has its lock by now is the cause. */
  async #asHolder<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      await this.fence?.refuseLost();
      throw error;
    }
  }

  #inNamespace(selection: Selection): Selection & { readonly namespace: string } {
    return { ...selection, namespace: selection.namespace ?? this.namespace };
  }

  #namespaceOf(object: unknown): string {
    return (object as Identified).metadata?.namespace ?? this.namespace;
  }
}

function retrySafety({ method, retry }: ApiRequest): RetrySafety {
  if (retry !== undefined) return retry ? 'idempotent' : 'never';
  return method === 'GET' ? 'idempotent' : 'unsent';
}

const isSuccess = ({ status }: ApiResponse): boolean => status >= 200 && status < 300;

function parse<T>(request: ApiRequest, response: ApiResponse): T {
  if (!isSuccess(response)) throw apiError(describe(request), response);
  return JSON.parse(response.body) as T;
}

const complete = <T>(kind: Kind<T>, object: T): object => ({
  apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`,
  kind: kind.kind,
  ...object,
});
