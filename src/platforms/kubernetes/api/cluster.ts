import type { V1ObjectMeta } from '@kubernetes/client-node';
import { OutsideFailure } from '../../../kernel/errors.js';
import type { Fence } from './fence.js';
import type { Kind } from './kinds.js';

/** The API server of one cluster, seen from one namespace. The only way to it; everything above speaks through this. */
export interface Cluster {
  /** URL of the API server, for messages. */
  readonly server: string;
  /** Namespace of the objects below, unless a call names another. */
  readonly namespace: string;
  /** When the credentials in use stop working, in milliseconds since the epoch; undefined when they do not say. */
  readonly credentialsExpireAt: number | undefined;
  /** How far the server's clock is ahead of ours, in milliseconds; 0 until an answer says otherwise. */
  readonly clockAheadMs: number;

  /** Where changes are merely planned: nothing comes of them, so nothing is waited for. */
  readonly plan?: ChangePlan | undefined;
  /** Passed by every change; without one, whoever calls may change anything. */
  readonly fence?: Fence | undefined;
  /** The same cluster, for whoever has a right that may end. */
  fencedBy(fence: Fence): Cluster;

  /** @returns the object, or undefined when there is none */
  read<T>(kind: Kind<T>, name: string, signal: AbortSignal): Promise<T | undefined>;
  /** All objects that match, page by page. */
  list<T>(kind: Kind<T>, selection: Selection, signal: AbortSignal): Promise<T[]>;
  /** @throws ApiError with status 409 when it exists already */
  create<T>(kind: Kind<T>, object: T, signal: AbortSignal, options?: CreateOptions): Promise<T>;
  /** Server-side apply with field manager `d9-actions`; takes fields over from other managers only with `force`. */
  apply<T>(kind: Kind<T>, object: T, options: { readonly force: boolean }, signal: AbortSignal): Promise<T>;
  /**
   * JSON patch (RFC 6902) with field manager `d9-actions`. Put a `test` on `/metadata/resourceVersion` in front for a compare-and-swap.
   * @throws ApiError 404 when the object is gone, 409 or 422 when a test fails
   */
  patch<T>(kind: Kind<T>, name: string, operations: readonly JsonPatchOperation[], signal: AbortSignal): Promise<T>;
  /** JSON merge patch (RFC 7386) with field manager `d9-actions`; for scale and status-free edits of single fields. */
  merge<T>(kind: Kind<T>, name: string, patch: object, signal: AbortSignal): Promise<T>;
  /**
   * Deletes and returns; an object that is already gone is fine. With `uid`, only that very object.
   * @returns the object, where it is only marked as being deleted: it is there until its finalizers, or its grace period, let it go
   */
  remove<T>(kind: Kind<T>, name: string, options: { readonly uid?: string }, signal: AbortSignal): Promise<T | undefined>;

  /**
   * Lists, then watches, and calls `decide` with the full current set after each change until it answers something other than undefined.
   * Resumes by itself after dropped connections, truncated lines and 410.
   * @throws DeadlineError after `timeoutMs`
   */
  until<T, R>(
    kind: Kind<T>,
    selection: Selection,
    decide: (objects: readonly T[]) => R | undefined,
    options: WaitOptions<T>,
    signal: AbortSignal,
  ): Promise<R>;

  /** A single request for what the verbs above do not cover (pods/proxy, logs, reviews). `path` starts with `/`. */
  request(request: ApiRequest, signal: AbortSignal): Promise<ApiResponse>;
}

/** What would be changed, in the order in which it would be. */
export interface ChangePlan {
  readonly changes: readonly Change[];
  /** Has later reads see an object like this, or none, though nothing is sent and no change is listed. */
  note<T extends PlannedObject>(kind: Kind<T>, name: string, object: T | undefined): void;
}

/** One change of one object, as the server would carry it out. */
export interface Change {
  readonly verb: 'create' | 'apply' | 'patch' | 'merge' | 'remove';
  /** As the API server calls it: `HTTPRoute`. */
  readonly kind: string;
  readonly name: string;
  /** Body of the request, of its kind: an object, the operations of a patch, a merge patch; undefined for a removal. */
  readonly sent: unknown;
  /** It follows from what the plan would have changed, so the server could not be asked. */
  readonly isUnchecked?: boolean;
  readonly before: PlannedObject | undefined;
  readonly after: PlannedObject | undefined;
}

export interface PlannedObject {
  readonly metadata?: V1ObjectMeta;
}

export interface Selection {
  readonly labels?: string;
  readonly fields?: string;
  readonly namespace?: string;
}

export interface CreateOptions {
  /**
   * The caller can tell an object of its own from somebody else's, so it is sent again also when the server may have created it: that is refused with
   * 409 then. Without it, an answer that was lost is an error.
   */
  readonly isOwnKnown?: boolean;
}

export interface WaitOptions<T> {
  readonly timeoutMs: number;
  /** The only object of the selection, as a write or a read just returned it; spares the list. */
  readonly since?: T | undefined;
  /**
   * `decide` may be asked with only a part of what there is: nothing is listed first, and the watch brings the objects one by one. For waits that
   * end as soon as there is enough.
   */
  readonly piecemeal?: boolean;
}

export interface ApiRequest {
  /** No PUT: what was read, changed and written back as a whole would undo what others did meanwhile. */
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Of the body; `application/json` when it is left out. */
  readonly contentType?: string;
  /** What the answer may be; JSON when it is left out. An app behind `proxy` gets it as it is. */
  readonly accept?: string;
  /** For this one request, connection included. */
  readonly timeoutMs?: number;
  /** Sent again after 429, 5xx and resets. Defaults to true for GET and to what the verbs above know to be safe. */
  readonly retry?: boolean;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export type JsonPatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/** The API server said no; `reason` and `message` are its own words (metav1.Status). */
export class ApiError extends OutsideFailure {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.reason = reason;
  }
}

/** A wait took longer than it may. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}
