import type { V1ObjectMeta } from '@kubernetes/client-node';
import { ApiError, type Cluster, type JsonPatchOperation } from './cluster.js';
import { isMarked, withMark, withoutMark } from './fence-mark.js';
import type { Kind } from './kinds.js';

interface Versioned {
  readonly metadata?: V1ObjectMeta;
}

type Plan<T> = (object: T) => readonly JsonPatchOperation[];

const MAX_CONFLICTS = 5;

/** Whether somebody else changed the object since it was read: 409, or 422 for a failed `test` of a JSON patch. */
export const isConflict = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 409 || error.status === 422);

/**
 * Compare-and-swap: `plan` says what to change in the object that is there, and is asked again when somebody else was faster. Whoever works under a
 * fence leaves its mark on the object with the change.
 * @param plan no operations: nothing is to be changed
 * @returns the object as it is afterwards; undefined when there is none
 */
export function editObject<T extends Versioned>(
  cluster: Cluster,
  kind: Kind<T>,
  name: string,
  plan: Plan<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  const marked = (live: T) => {
    const changes = plan(live);
    return changes.length === 0 ? [] : [...withMark(cluster.fence, live), ...changes];
  };
  return swapObject(cluster, kind, name, marked, true, signal);
}

/** The mark alone, on an object that is there: whoever had the right before can't change it any more. */
export async function markObject<T extends Versioned>(
  cluster: Cluster,
  kind: Kind<T>,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  await swapObject(cluster, kind, name, (live) => withMark(cluster.fence, live), true, signal);
}

/** A last edit of an object that is not ours: the mark goes with it. */
export async function leaveObject<T extends Versioned>(
  cluster: Cluster,
  kind: Kind<T>,
  name: string,
  plan: Plan<T>,
  signal: AbortSignal,
): Promise<void> {
  await swapObject(cluster, kind, name, (live) => [...plan(live), ...withoutMark(live)], false, signal);
}

async function swapObject<T extends Versioned>(
  cluster: Cluster,
  kind: Kind<T>,
  name: string,
  plan: Plan<T>,
  staysMarked: boolean,
  signal: AbortSignal,
): Promise<T | undefined> {
  for (let attempt = 1; ; attempt++) {
    const object = await cluster.read(kind, name, signal);
    const operations = object === undefined ? [] : plan(object);
    if (object === undefined || operations.length === 0) return object;
    // After the read: whoever takes the right from now on marks the object, and so changes its version.
    const { fence } = cluster;
    if (attempt > 1 && fence && !isMarked(fence, object)) await fence.confirm();
    try {
      const written = await cluster.patch(kind, name, [versionOf(object), ...operations], signal);
      cluster.fence?.stands(kind, name, staysMarked);
      return written;
    } catch (error) {
      if (!isConflict(error) || attempt === MAX_CONFLICTS) throw error;
    }
  }
}

/** The test that makes a patch a compare-and-swap. */
export const versionOf = ({ metadata }: Versioned): JsonPatchOperation => ({
  op: 'test',
  path: '/metadata/resourceVersion',
  value: metadata?.resourceVersion,
});
