import type { V1ObjectMeta } from '@kubernetes/client-node';
import { ApiError, type Cluster, type JsonPatchOperation } from './cluster.js';
import { isMarked, withMark, withoutMark } from './fence-mark.js';
import type { Kind } from './kinds.js';
import { isConflict, type Sight, swap } from './swap.js';

interface Versioned {
  readonly metadata?: V1ObjectMeta;
}

type Plan<T> = (object: T) => readonly JsonPatchOperation[];

/**
 * Compare-and-swap: `plan` says what to change in the object that is there, and is asked again when somebody else was faster. Whoever works under a
 * fence leaves its mark on the object with the change.
 * @param plan no operations: nothing is to be changed
 * @param seen the object as it was read last; spares a read, and that nothing is to be changed is not concluded from it
 * @returns the object as it is afterwards; undefined when there is none
 */
export function editObject<T extends Versioned>(
  cluster: Cluster,
  kind: Kind<T>,
  name: string,
  plan: Plan<T>,
  signal: AbortSignal,
  seen?: T,
): Promise<T | undefined> {
  const marked = (live: T) => {
    const changes = plan(live);
    return changes.length === 0 ? [] : [...withMark(cluster.fence, live), ...changes];
  };
  return swapObject(cluster, { kind, name, plan: marked, staysMarked: true, seen }, signal);
}

/** The mark alone, on an object that is there: whoever had the right before can't change it any more. */
export async function markObject<T extends Versioned>(
  cluster: Cluster,
  kind: Kind<T>,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const plan = (live: T) => withMark(cluster.fence, live);
  await swapObject(cluster, { kind, name, plan, staysMarked: true }, signal);
}

/** A last edit of an object that is not ours: the mark goes with it. */
export async function leaveObject<T extends Versioned>(
  cluster: Cluster,
  kind: Kind<T>,
  name: string,
  plan: Plan<T>,
  signal: AbortSignal,
): Promise<void> {
  const unmarked = (live: T) => [...plan(live), ...withoutMark(live)];
  await swapObject(cluster, { kind, name, plan: unmarked, staysMarked: false }, signal);
}

interface Edit<T> {
  readonly kind: Kind<T>;
  readonly name: string;
  readonly plan: Plan<T>;
  readonly staysMarked: boolean;
  readonly seen?: T | undefined;
}

async function swapObject<T extends Versioned>(cluster: Cluster, edit: Edit<T>, signal: AbortSignal): Promise<T | undefined> {
  const { kind, name, plan, staysMarked, seen } = edit;
  const { fence } = cluster;
  const write = async (object: T, operations: readonly JsonPatchOperation[]) => {
    const written = await cluster.patch(kind, name, [versionOf(object), ...operations], signal);
    fence?.stands(kind, name, staysMarked);
    return written;
  };
  const look = async (refusal: unknown): Promise<Sight<T | undefined>> => {
    const object = await cluster.read(kind, name, signal);
    const operations = object === undefined ? [] : plan(object);
    if (object === undefined || operations.length === 0) return { done: object };
    // After the read: whoever takes the right from now on marks the object, and so changes its version.
    if (refusal !== undefined && fence && !isMarked(fence, object)) await fence.confirm();
    return { write: () => write(object, operations), isRaced };
  };
  return swap(async (refusal) => {
    const operations = refusal === undefined && seen ? plan(seen) : [];
    return seen && operations.length > 0 ? { write: () => write(seen, operations), isRaced } : look(refusal);
  });
}

/** Somebody deleted it after the look: the next one finds nothing, and a way back that has nothing left to undo goes on. */
const isRaced = (error: unknown): boolean => isConflict(error) || (error instanceof ApiError && error.status === 404);

/** The test that makes a patch a compare-and-swap. */
export const versionOf = ({ metadata }: Versioned): JsonPatchOperation => ({
  op: 'test',
  path: '/metadata/resourceVersion',
  value: metadata?.resourceVersion,
});
