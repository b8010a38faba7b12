import type { Cluster } from './cluster.js';
import type { Kind } from './kinds.js';
import { isLeaving } from './leaving.js';
import type { Owned } from './own-object.js';

export interface OwnRemoval<T> {
  readonly kind: Kind<T>;
  readonly name: string;
  readonly isOurs: (live: T) => boolean;
  /** What is done first to one that somebody's finalizer will keep. */
  readonly beforeKept?: (found: T) => Promise<void>;
}

/**
 * Removes an object of the suite's by its very identity. One of somebody else's under the same name stays, also one that comes in this moment.
 * @returns the object, where a finalizer keeps it: it is marked as being deleted then, and no more
 */
export async function removeOwn<T extends Owned>(
  cluster: Cluster,
  { kind, name, isOurs, beforeKept }: OwnRemoval<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  const [found] = await cluster.list(kind, { fields: `metadata.name=${name}` }, signal);
  const uid = found?.metadata?.uid;
  if (!found || uid === undefined || !isOurs(found)) return undefined;
  if (isLeaving(found)) return found;
  if (found.metadata?.finalizers?.length) await beforeKept?.(found);
  return cluster.remove(kind, name, { uid }, signal);
}
