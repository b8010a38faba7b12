import { ApiError, type Cluster, type JsonPatchOperation } from './cluster.js';
import type { Kind } from './kinds.js';

interface Versioned {
  readonly metadata?: { readonly resourceVersion?: string };
}

const MAX_CONFLICTS = 5;

/** Whether somebody else changed the object since it was read: 409, or 422 for a failed `test` of a JSON patch. */
export const isConflict = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 409 || error.status === 422);

/**
 * Compare-and-swap: `plan` says what to change in the object that is there, and is asked again when somebody else was faster.
 * @param plan no operations: nothing is to be changed
 * @returns the object as it is afterwards; undefined when there is none
 */
export async function editObject<T extends Versioned>(
  cluster: Cluster,
  kind: Kind<T>,
  name: string,
  plan: (object: T) => readonly JsonPatchOperation[],
  signal: AbortSignal,
): Promise<T | undefined> {
  for (let attempt = 1; ; attempt++) {
    const object = await cluster.read(kind, name, signal);
    const operations = object === undefined ? [] : plan(object);
    if (object === undefined || operations.length === 0) return object;
    const test: JsonPatchOperation = { op: 'test', path: '/metadata/resourceVersion', value: object.metadata?.resourceVersion };
    try {
      return await cluster.patch(kind, name, [test, ...operations], signal);
    } catch (error) {
      if (!isConflict(error) || attempt === MAX_CONFLICTS) throw error;
    }
  }
}
