import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { ApiError } from './api-error.js';
import type { KubeObject } from './objects.js';

/** As much of the API client as following takes. */
export interface Reader {
  get<T>(path: string): Promise<T>;
  openWatch(path: string, signal: AbortSignal): Promise<IncomingMessage>;
}

export interface Follower<T> {
  /** All objects, at the start and again whenever the thread was lost: what is not in the list is gone. */
  onList(items: T[]): void;
  onChange(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: T): void;
}

type Event<T> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  | { readonly type: 'BOOKMARK'; readonly object: KubeObject }
  | { readonly type: 'ERROR'; readonly object: { readonly code?: number; readonly message?: string } };

const retryMs = 200;

/** Lists and watches a collection until `signal` ends it; goes on after dropped connections, lists anew after 410. */
export async function follow<T extends KubeObject>(
  api: Reader,
  path: string,
  query: Readonly<Record<string, string>>,
  follower: Follower<T>,
  signal: AbortSignal,
): Promise<void> {
  let version: string | undefined;
  while (!signal.aborted) {
    try {
      if (version === undefined) {
        const list = await api.get<{ items: T[]; metadata: { resourceVersion: string } }>(
          `${path}?${new URLSearchParams(query)}`,
        );
        if (signal.aborted) return;
        version = list.metadata.resourceVersion;
        follower.onList(list.items);
      }
      const parameters = { ...query, watch: '1', allowWatchBookmarks: 'true', timeoutSeconds: '300', resourceVersion: version };
      for await (const event of events<T>(api, `${path}?${new URLSearchParams(parameters)}`, signal)) {
        if (event.type === 'ERROR') throw new ApiError(`watch ${path}`, event.object.code ?? 0, event.object.message ?? '');
        version = event.object.metadata.resourceVersion;
        if (event.type !== 'BOOKMARK') follower.onChange(event.type, event.object);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error)) throw error;
      if (error instanceof ApiError && error.status === 410) version = undefined;
      await wait(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** A server that is away or a kind that is not there yet comes by itself; a missing right, or a mistake in a follower, does not. */
function isPassing(error: unknown): boolean {
  if (error instanceof ApiError) return error.status !== 401 && error.status !== 403;
  return error instanceof Error && 'code' in error;
}

/** Reads a watch line by line; a line that the connection's end cuts short is dropped. */
async function* events<T>(api: Reader, path: string, signal: AbortSignal): AsyncGenerator<Event<T>> {
  const stream = await api.openWatch(path, signal);
  let rest = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as Event<T>;
  }
}
