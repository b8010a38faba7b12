import { type ApiClient, describe } from './api-client.js';
import { apiError } from './api-status.js';
import { ApiError, type ApiRequest, type Selection } from './cluster.js';
import type { Kind } from './kinds.js';
import { resourcePath } from './resource-path.js';

/** As many objects a page as kubectl asks for. */
const PAGE_SIZE = '500';
/** How often a list that expired between two pages is started over. */
const MAX_STARTS = 5;

export interface Listed<T> {
  readonly objects: T[];
  /** Of the collection: where a watch goes on. */
  readonly resourceVersion: string;
}

interface Page<T> {
  readonly items?: T[] | null;
  readonly metadata?: { readonly continue?: string; readonly resourceVersion?: string };
}

export type Scope = Selection & { readonly namespace: string };

export const listRequest = (
  kind: Kind<unknown>,
  { namespace, labels, fields }: Scope,
): ApiRequest & { query: Record<string, string> } => ({
  method: 'GET',
  path: resourcePath(kind, namespace),
  query: { ...(labels ? { labelSelector: labels } : {}), ...(fields ? { fieldSelector: fields } : {}) },
});

/**
 * All objects of a collection, page by page; started over when the pages' snapshot has expired (410).
 * @throws ApiError when the API server says no
 */
export async function listAll<T>(client: ApiClient, kind: Kind<T>, scope: Scope, signal: AbortSignal): Promise<Listed<T>> {
  for (let start = 1; ; start++) {
    try {
      return await listOnce(client, kind, scope, signal);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 410 && start < MAX_STARTS)) throw error;
    }
  }
}

async function listOnce<T>(client: ApiClient, kind: Kind<T>, scope: Scope, signal: AbortSignal): Promise<Listed<T>> {
  const base = listRequest(kind, scope);
  const objects: T[] = [];
  let token: string | undefined;
  for (;;) {
    const request = { ...base, query: { ...base.query, limit: PAGE_SIZE, ...(token ? { continue: token } : {}) } };
    const response = await client.send(request, 'idempotent', signal);
    if (response.status !== 200) throw apiError(describe(request), response);
    const page = JSON.parse(response.body) as Page<T>;
    objects.push(...(page.items ?? []));
    token = page.metadata?.continue;
    if (!token) return { objects, resourceVersion: page.metadata?.resourceVersion ?? '' };
  }
}
