import type { ServerResponse } from 'node:http';
import type { ApiObject, Json } from './object.js';
import { Refusal } from './refusal.js';
import { apiVersionOf, type Resource } from './resources.js';
import { type Matches, selection } from './selectors.js';
import type { Change, Store } from './store.js';

const LONGEST_MS = 30 * 60_000;
const BOOKMARK_EVERY_MS = 60_000;
/** A watch that is about to end says how far it came, so that the next one goes on from there (apiserver `cacher/cache_watcher.go`). */
const LAST_BOOKMARK_BEFORE_END_MS = 2_000;

/**
 * Writes the events of a kind, a line each, until the client goes or its time is over.
 * @throws Refusal for selectors and versions that can't be understood; a version that is too old is an event
 */
export function watch(
  store: Store,
  resource: Resource,
  namespace: string | undefined,
  query: URLSearchParams,
  response: ServerResponse,
): void {
  const matches = selectedIn(namespace, selection(query, resource));
  const from = versionOf(query.get('resourceVersion'));
  const changes = from === 0 ? [] : store.changesSince(resource, from);
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  response.flushHeaders();
  // A client that reads slowly is still there when the watch has ended.
  const send = (type: string, object: Json) => {
    if (!response.writableEnded) response.write(`${JSON.stringify({ type, object })}\n`);
  };
  if (changes === undefined) {
    const message = `too old resource version: ${from} (${store.oldest(resource)})`;
    send('ERROR', new Refusal(410, 'Expired', message).status);
    response.end();
    return;
  }
  // Without a version, or with 0, the objects that there are come first.
  if (from === 0) for (const object of store.list(resource).filter(matches)) send('ADDED', object);
  const tell = (change: Change) => {
    const event = eventFor(change, matches);
    if (event !== undefined) send(event.type, event.object);
  };
  changes.forEach(tell);

  const stop = store.listen(resource, tell);
  const bookmark = () => {
    const metadata = { resourceVersion: String(store.version) };
    if (wantsBookmarks(query)) send('BOOKMARK', { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata });
  };
  const seconds = Number(query.get('timeoutSeconds') ?? 0);
  const lastsMs = seconds > 0 ? seconds * 1000 : LONGEST_MS;
  const timers = [setInterval(bookmark, BOOKMARK_EVERY_MS), setTimeout(() => response.end(), lastsMs)];
  if (lastsMs > LAST_BOOKMARK_BEFORE_END_MS) timers.push(setTimeout(bookmark, lastsMs - LAST_BOOKMARK_BEFORE_END_MS));
  response.on('close', () => {
    stop();
    for (const timer of timers) clearTimeout(timer);
  });
}

const wantsBookmarks = (query: URLSearchParams): boolean => ['1', 'true'].includes(query.get('allowWatchBookmarks') ?? '');

const selectedIn = (namespace: string | undefined, matches: Matches): Matches =>
  namespace === undefined ? matches : (object) => object.metadata.namespace === namespace && matches(object);

/** @throws Refusal 500, as the real API server says it */
function versionOf(text: string | null): number {
  if (text === null || text === '') return 0;
  if (/^\d+$/.test(text)) return Number(text);
  throw new Refusal(
    500,
    undefined,
    `resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`,
  );
}

/** A change as it looks through a selector: what comes to match is added, and what no longer does is deleted as it was. */
function eventFor(
  { type, object, before }: Change,
  matches: Matches,
): { readonly type: Change['type']; readonly object: ApiObject } | undefined {
  const was = before !== undefined && matches(before);
  const is = type !== 'DELETED' && matches(object);
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object };
  if (!was) return undefined;
  if (type === 'DELETED') return { type, object };
  const { resourceVersion } = object.metadata;
  return { type: 'DELETED', object: { ...before, metadata: { ...before.metadata, resourceVersion: resourceVersion ?? '' } } };
}
