import { TransportFailure } from '../../../http/failure.js';
import { backOff } from '../../../http/retry.js';
import { formatDuration } from '../../../kernel/duration.js';
import { type ApiClient, describe } from './api-client.js';
import { apiError, watchError } from './api-status.js';
import { ApiError, DeadlineError, type WaitOptions } from './cluster.js';
import type { Kind } from './kinds.js';
import { listAll, listRequest, type Scope } from './list.js';
import { ServerUnreachable } from './server-unreachable.js';
import { readBody, readLines } from './watch-lines.js';

export interface WatchTimes {
  /** For everything together. */
  readonly timeoutMs: number;
  /** The API server is asked to end each watch after this long; the next one goes on where it ended. */
  readonly watchMs: number;
  /** A watch that says nothing for this long is taken for dead. Bookmarks come each minute at best, so quiet watches are renewed too. */
  readonly silenceMs: number;
}

const TIMES = { watchMs: 240_000, silenceMs: 30_000 };
/** Before a watch that ended well is opened again, so that a server that ends each at once isn't flooded. */
const REOPEN_MS = 200;

/** How a watch ended: `resume` goes on from the last seen version, `relist` starts over; `failed` waits longer each time. */
type WatchEnd = { readonly next: 'resume' | 'relist'; readonly failure?: Error };

/**
 * Lists, watches, and calls `decide` with the whole set after the list and after each change until it answers.
 * @throws DeadlineError after `timeoutMs`; ApiError when the API server says no for good; the signal's reason when aborted
 */
export async function until<T, R>(
  client: ApiClient,
  kind: Kind<T>,
  scope: Scope,
  decide: (objects: readonly T[]) => R | undefined,
  { since, piecemeal = false, ...times }: Partial<WatchTimes> & WaitOptions<T>,
  signal: AbortSignal,
): Promise<R> {
  signal.throwIfAborted();
  const stop = new AbortController();
  const forward = () => stop.abort(signal.reason);
  signal.addEventListener('abort', forward);
  const loop = new WatchLoop(client, kind, scope, decide, { ...TIMES, ...times }, stop.signal);
  if (since !== undefined) loop.startFrom(since);
  else if (piecemeal) loop.startPiecemeal();
  const done = new AbortController();
  client.effects.clock.sleep(times.timeoutMs, done.signal).then(
    () => stop.abort(loop.deadlineError()),
    () => undefined,
  );
  try {
    return await loop.run();
  } finally {
    signal.removeEventListener('abort', forward);
    done.abort();
    // Ends the watch that is still open.
    stop.abort();
  }
}

class WatchLoop<T, R> {
  readonly #client: ApiClient;
  readonly #kind: Kind<T>;
  readonly #scope: Scope;
  readonly #decide: (objects: readonly T[]) => R | undefined;
  readonly #times: WatchTimes;
  readonly #signal: AbortSignal;
  #objects = new Map<string, T>();
  #resourceVersion: string | undefined;
  /** Gives the answer of `decide`, or throws what it threw. */
  #decided: (() => R) | undefined;
  #progressed = false;
  #lastFailure: Error | undefined;

  constructor(
    client: ApiClient,
    kind: Kind<T>,
    scope: Scope,
    decide: (objects: readonly T[]) => R | undefined,
    times: WatchTimes,
    signal: AbortSignal,
  ) {
    this.#client = client;
    this.#kind = kind;
    this.#scope = scope;
    this.#decide = decide;
    this.#times = times;
    this.#signal = signal;
  }

  deadlineError(): DeadlineError {
    const waited = `Waited ${formatDuration(this.#times.timeoutMs)} for ${this.#kind.plural} in namespace ${this.#scope.namespace}`;
    const why = this.#lastFailure ? `; the last watch failed: ${this.#lastFailure.message}` : '';
    return new DeadlineError(waited + why, { cause: this.#lastFailure });
  }

  /** Takes the object for the whole set, so that watching begins at its version. */
  startFrom(object: T): void {
    this.#objects.set(keyOf(object), object);
    this.#resourceVersion = metadataOf(object).resourceVersion;
    this.#ask();
  }

  /** A watch without a version begins with an event for each object that there is. */
  startPiecemeal(): void {
    this.#resourceVersion = '';
  }

  async run(): Promise<R> {
    const known = this.#decided;
    if (known !== undefined) return known();
    const { clock, random, log } = this.#client.effects;
    for (let failures = 0; ; ) {
      this.#progressed = false;
      const end = await this.#listOrWatch();
      if (this.#decided !== undefined) return this.#decided();
      this.#signal.throwIfAborted();
      if (end.next === 'relist') this.#resourceVersion = undefined;
      this.#lastFailure = end.failure;
      // One event makes the next wait short again. A list doesn't: a server that ends each watch with 410 would be listed without pause.
      failures = end.failure === undefined || this.#progressed ? 1 : failures + 1;
      if (end.failure) log.debug(`watch of ${this.#kind.plural}: ${end.failure.message}; ${end.next} follows`);
      const delayMs = end.failure === undefined ? REOPEN_MS : REOPEN_MS / 2 + backOff(failures, random);
      await clock.sleep(delayMs, this.#signal);
    }
  }

  async #listOrWatch(): Promise<WatchEnd> {
    try {
      if (this.#resourceVersion === undefined) {
        const { objects, resourceVersion } = await listAll(this.#client, this.#kind, this.#scope, this.#signal);
        this.#objects = new Map(objects.map((object) => [keyOf(object), object]));
        this.#resourceVersion = resourceVersion;
        if (this.#ask()) return { next: 'resume' };
      }
      return await this.#watch(this.#resourceVersion);
    } catch (error) {
      if (this.#signal.aborted) throw this.#signal.reason;
      if (!passes(error)) throw error;
      return { next: 'resume', failure: error };
    }
  }

  async #watch(resourceVersion: string): Promise<WatchEnd> {
    const base = listRequest(this.#kind, this.#scope);
    const timeoutSeconds = String(Math.ceil(this.#times.watchMs / 1000));
    const request = {
      ...base,
      query: {
        ...base.query,
        watch: '1',
        allowWatchBookmarks: 'true',
        timeoutSeconds,
        ...(resourceVersion && { resourceVersion }),
      },
    };
    const response = await this.#client.stream(request, this.#signal);
    try {
      if (response.statusCode !== 200) {
        const error = apiError(describe(request), {
          status: response.statusCode ?? 0,
          body: await readBody(response, this.#times.silenceMs, this.#signal),
        });
        if (error.status === 410) return { next: 'relist', failure: error };
        throw error;
      }
      for await (const line of readLines(response, this.#times.silenceMs, this.#signal)) {
        const end = this.#take(parseEvent<T>(line), describe(request));
        if (end !== undefined) return end;
      }
      return { next: 'resume' };
    } finally {
      response.destroy();
    }
  }

  /** @returns how the watch ends with this event, or undefined when it goes on */
  #take({ type, object }: { type: string; object: T }, request: string): WatchEnd | undefined {
    if (type === 'ERROR') return { next: 'relist', failure: watchError(request, object) };
    this.#progressed = true;
    this.#resourceVersion = metadataOf(object).resourceVersion ?? this.#resourceVersion;
    if (type === 'BOOKMARK') return undefined;
    if (type === 'DELETED') this.#objects.delete(keyOf(object));
    else this.#objects.set(keyOf(object), object);
    return this.#ask() ? { next: 'resume' } : undefined;
  }

  #ask(): boolean {
    try {
      const result = this.#decide([...this.#objects.values()]);
      if (result !== undefined) this.#decided = () => result;
    } catch (error) {
      // Not an error of the watch, whatever it is, so never one to wait out.
      this.#decided = () => {
        throw error;
      };
    }
    return this.#decided !== undefined;
  }
}

function parseEvent<T>(line: string): { type: string; object: T } {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new TransportFailure('reset', 'EBADMSG', true, 'the watch sent a broken line', { cause });
  }
}

/** Whether waiting helps: a broken connection, a broken line, an overloaded or restarting server. */
function passes(error: unknown): error is Error {
  if (error instanceof ApiError) return error.status === 410 || error.status === 429 || error.status >= 500;
  if (!(error instanceof TransportFailure || error instanceof ServerUnreachable)) return false;
  return error.kind !== 'name' && error.kind !== 'tls' && error.kind !== 'proxy';
}

interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly resourceVersion?: string;
}

const metadataOf = (object: unknown): Metadata => (object as { metadata?: Metadata } | null)?.metadata ?? {};

function keyOf(object: unknown): string {
  const { namespace, name } = metadataOf(object);
  return `${namespace ?? ''}/${name ?? ''}`;
}
