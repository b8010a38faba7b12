import type { ApiObject, Json } from './object.js';
import { badRequest, Refusal } from './refusal.js';
import { apiVersionOf, type Resource } from './resources.js';
import { selection } from './selectors.js';
import type { Store } from './store.js';

/** Lists that were begun and not read to their end; the oldest are forgotten, and their readers told to start over. */
const BEGUN_LISTS = 20;

/** What the rest of a list looked like when it was begun. */
interface BegunList {
  readonly version: number;
  readonly objects: readonly ApiObject[];
}

/** Lists, whole or page by page; all pages of one list show the objects as they were when it was begun. */
export class Lists {
  readonly #store: Store;
  readonly #begun = new Map<string, BegunList>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** @throws Refusal 410 when the list that is to go on has been forgotten, 400 for what can't be understood */
  list(resource: Resource, namespace: string | undefined, query: URLSearchParams): Json {
    const token = query.get('continue');
    const { version, objects } = token ? this.#goOn(token) : this.#begin(resource, namespace, query);
    const limit = Number(query.get('limit') ?? 0) || objects.length;
    const page = objects.slice(0, limit);
    const rest = objects.slice(limit);
    const metadata: Json = { resourceVersion: String(version) };
    if (rest.length > 0) {
      metadata.continue = this.#keep({ version, objects: rest }, page.at(-1));
      // The API server only counts what it need not look at.
      if (!query.get('labelSelector') && !query.get('fieldSelector')) metadata.remainingItemCount = rest.length;
    }
    return { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata, items: page.map(itemOf(resource)) };
  }

  #begin(resource: Resource, namespace: string | undefined, query: URLSearchParams): BegunList {
    refuseUnknownVersion(query.get('resourceVersion'));
    const objects = this.#store.list(resource, namespace).filter(selection(query, resource));
    return { version: this.#store.version, objects };
  }

  #goOn(token: string): BegunList {
    const begun = this.#begun.get(token);
    if (begun !== undefined) return begun;
    try {
      const { v } = JSON.parse(Buffer.from(token, 'base64url').toString()) as { v?: string };
      if (v !== 'meta.k8s.io/v1') throw new Error('of another version');
    } catch (error) {
      throw badRequest(`invalid continue token: continue key is not valid: ${(error as Error).message}`);
    }
    throw new Refusal(
      410,
      'Expired',
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
    );
  }

  #keep(begun: BegunList, last: ApiObject | undefined): string {
    const start = `/${last?.metadata.name}\u0000`;
    const token = Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: begun.version, start })).toString('base64url');
    this.#begun.set(token, begun);
    const [oldest] = this.#begun.keys();
    if (this.#begun.size > BEGUN_LISTS && oldest !== undefined) this.#begun.delete(oldest);
    return token;
  }
}

/** @throws Refusal 400 */
function refuseUnknownVersion(version: string | null): void {
  if (version === null || /^\d*$/.test(version)) return;
  throw badRequest(
    `invalid resource version: resourceVersion: Invalid value: "${version}": strconv.ParseUint: parsing "${version}": invalid syntax`,
  );
}

/** In a list only custom resources say what they are. */
const itemOf =
  ({ isCustom }: Resource) =>
  (object: ApiObject): Json => {
    if (isCustom) return object;
    const { apiVersion: _, kind: __, ...rest } = object;
    return rest;
  };
