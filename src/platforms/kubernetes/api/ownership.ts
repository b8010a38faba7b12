import type { V1ObjectMeta } from '@kubernetes/client-node';
import type { Cluster, JsonPatchOperation } from './cluster.js';
import { leaveObject } from './edit-object.js';
import type { Kind } from './kinds.js';

/** Whom the API server records as the owner of the fields that the suite sets. */
export const FIELD_MANAGER = 'd9-actions';

interface Owned {
  readonly metadata?: V1ObjectMeta;
}

/** Whether the suite was the last to set a field, e.g. `['f:spec', 'f:minReplicas']` (the form of `fieldsV1`). */
export const claims = ({ metadata }: Owned, path: readonly string[]): boolean =>
  (metadata?.managedFields ?? []).some(
    ({ manager, fieldsV1 }) =>
      manager === FIELD_MANAGER &&
      path.reduce<unknown>((fields, key) => (fields as Record<string, unknown> | undefined)?.[key], fieldsV1) !== undefined,
  );

/** Who else wrote below a path last, and when, for messages; undefined when the server does not say. */
export function lastOtherWriter({ metadata }: Owned, path: readonly string[]): string | undefined {
  const others = (metadata?.managedFields ?? []).filter(
    (entry) =>
      entry.manager !== FIELD_MANAGER && claims({ metadata: { managedFields: [{ ...entry, manager: FIELD_MANAGER }] } }, path),
  );
  const at = ({ time }: (typeof others)[number]) => (time === undefined ? 0 : new Date(time).getTime());
  const last = others.toSorted((a, b) => at(b) - at(a))[0];
  if (last?.manager === undefined) return undefined;
  return `${last.manager}${last.time === undefined ? '' : ` at ${new Date(last.time).toISOString()}`}`;
}

/**
 * Gives up every claim on an object that is not ours. A claim that stays behind would make the next server-side apply of its owner conflict.
 * The fence's mark goes with them. An object that is gone, or on which there is neither, is left alone.
 * @param besides what else is to be changed at the same moment, so that there is none with one of the two
 */
export async function giveUpOwnership<T extends Owned>(
  cluster: Cluster,
  kind: Kind<T>,
  name: string,
  signal: AbortSignal,
  besides: (object: T) => readonly JsonPatchOperation[] = () => [],
): Promise<void> {
  await leaveObject(
    cluster,
    kind,
    name,
    (object) => {
      const entries = object.metadata?.managedFields ?? [];
      const kept = entries.filter(({ manager }) => manager !== FIELD_MANAGER);
      if (kept.length === entries.length) return besides(object);
      // An empty list would be taken for "leave them alone"; one empty entry is how the server is told to forget them all.
      return [...besides(object), { op: 'replace', path: '/metadata/managedFields', value: kept.length > 0 ? kept : [{}] }];
    },
    signal,
  );
}
