import type { ApiObject } from './object.js';
import type { Resource } from './resources.js';

/** A change of one object. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** As it is now; of a deletion, as it was last. Its resourceVersion is that of the change. */
  readonly object: ApiObject;
  readonly before: ApiObject | undefined;
  readonly version: number;
}

export type Listener = (change: Change) => void;

/** Changes that are remembered of each kind; who asks for older ones is told to list again. */
const REMEMBERED = 2_000;
/** A history that does not begin at 1 has versions that are too old from the start, as an API server's has. */
const FIRST_VERSION = 100;

/** The objects, one history of versions for all of them, and everybody who follows it. What it gives out must not be changed. */
export class Store {
  #version = FIRST_VERSION;
  readonly #objects = new Map<Resource, Map<string, ApiObject>>();
  readonly #changes = new Map<Resource, Change[]>();
  readonly #forgotten = new Map<Resource, number>();
  readonly #listeners = new Map<Resource, Set<Listener>>();

  /** Version of the newest change. */
  get version(): number {
    return this.#version;
  }

  read(resource: Resource, namespace: string | undefined, name: string): ApiObject | undefined {
    return this.#objects.get(resource)?.get(keyOf(namespace, name));
  }

  /** In order of namespace and name. */
  list(resource: Resource, namespace?: string): ApiObject[] {
    const objects = [...(this.#objects.get(resource) ?? [])].filter(
      ([, { metadata }]) => namespace === undefined || metadata.namespace === namespace,
    );
    return objects.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  /** Keeps the object, new or changed, under the next version. @returns it with that version */
  write(resource: Resource, object: ApiObject): ApiObject {
    const { namespace, name } = object.metadata;
    const before = this.read(resource, namespace, name);
    const kept = this.#next(object);
    let objects = this.#objects.get(resource);
    if (objects === undefined) {
      objects = new Map();
      this.#objects.set(resource, objects);
    }
    objects.set(keyOf(namespace, name), kept);
    this.#tell(resource, { type: before === undefined ? 'ADDED' : 'MODIFIED', object: kept, before, version: this.#version });
    return kept;
  }

  remove(resource: Resource, object: ApiObject): void {
    const { namespace, name } = object.metadata;
    this.#objects.get(resource)?.delete(keyOf(namespace, name));
    this.#tell(resource, { type: 'DELETED', object: this.#next(object), before: object, version: this.#version });
  }

  /** @returns undefined when changes after that version have been forgotten */
  changesSince(resource: Resource, version: number): readonly Change[] | undefined {
    if (version < this.oldest(resource)) return undefined;
    return (this.#changes.get(resource) ?? []).filter((change) => change.version > version);
  }

  /** The oldest version after which all changes of the kind are known. */
  oldest(resource: Resource): number {
    return this.#forgotten.get(resource) ?? FIRST_VERSION;
  }

  /** @returns how to stop listening */
  listen(resource: Resource, listener: Listener): () => void {
    const listeners = this.#listeners.get(resource) ?? new Set();
    this.#listeners.set(resource, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  #next(object: ApiObject): ApiObject {
    this.#version += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
  }

  #tell(resource: Resource, change: Change): void {
    const changes = this.#changes.get(resource) ?? [];
    this.#changes.set(resource, changes);
    changes.push(change);
    const forgotten = changes.length > REMEMBERED ? changes.shift() : undefined;
    if (forgotten !== undefined) this.#forgotten.set(resource, forgotten.version);
    for (const listener of [...(this.#listeners.get(resource) ?? [])]) listener(change);
  }
}

const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;
