import type { V1ObjectMeta } from '@kubernetes/client-node';
import { UserError } from '../../../kernel/errors.js';
import { ApiError, type Cluster } from './cluster.js';
import type { Kind } from './kinds.js';
import { isLeaving, keptBy } from './leaving.js';
import { isConflict, swap } from './swap.js';

export interface Owned {
  readonly metadata?: V1ObjectMeta;
}

export interface OwnObject<T> {
  readonly kind: Kind<T>;
  /** As it is to be, with its name. */
  readonly object: T;
  /** Whether the object of this name that is there is the caller's. */
  readonly isOurs: (live: T) => boolean;
}

/**
 * Brings an object that is the suite's own: created where there is none, never merged into one of somebody else's, and changed only as the very
 * object and version that was looked at.
 * @param isNew it is created without a look first, for an object that should not be there yet
 * @returns the object as the server has it
 * @throws UserError when somebody else's object has the name
 */
export async function bringOwn<T extends Owned>(
  cluster: Cluster,
  { kind, object, isOurs }: OwnObject<T>,
  isNew: boolean,
  signal: AbortSignal,
): Promise<T> {
  const name = object.metadata?.name ?? '';
  const write = (live: T | undefined) => {
    if (live) return cluster.apply(kind, asSeen(object, live), { force: true }, signal);
    // An answer that was lost is asked for again: the second creation is refused, and the object that is there is looked at.
    const creating = cluster.create(kind, object, signal, { isOwnKnown: true });
    return cluster.fence?.creating(kind, name, creating) ?? creating;
  };
  return swap(async (refusal) => {
    const live = isNew && refusal === undefined ? undefined : await cluster.read(kind, name, signal);
    if (live && !isOurs(live)) throw foreign(cluster, kind, name);
    if (live && isLeaving(live)) throw leaving(cluster, kind, live);
    if (live && contains(live, object)) return { done: live };
    if (refusal !== undefined) await cluster.fence?.confirm();
    return { write: () => write(live), isRaced: live ? isConflict : isTaken };
  });
}

const foreign = ({ namespace }: Cluster, { kind }: Kind<unknown>, name: string): UserError =>
  new UserError(
    'name-taken',
    `${kind} ${namespace}/${name} is there already, and this release has not made it. ` +
      'See whose it is (kubectl describe), and rename or delete it: the release needs the name. It has not been changed.',
  );

const leaving = ({ namespace }: Cluster, { kind }: Kind<unknown>, live: Owned): UserError =>
  new UserError(
    'deletion-held-up',
    `${kind} ${namespace}/${live.metadata?.name} of this release was deleted by somebody, and ${keptBy(live)} keeps it: it can be neither used nor made anew. ` +
      'Whoever put that there has to let it go first.',
  );

/** For this very object, in this very version (server-side apply refuses both as a conflict otherwise). */
const asSeen = <T extends Owned>(object: T, { metadata }: T): T => ({
  ...object,
  metadata: { ...object.metadata, uid: metadata?.uid, resourceVersion: metadata?.resourceVersion },
});

/** Somebody else created it first; 422 would be an object that the server doesn't take. */
const isTaken = (error: unknown): boolean => error instanceof ApiError && error.status === 409;

/** Whether all that is wanted is so already; what the server adds by itself is no difference. */
function contains(live: unknown, wanted: unknown): boolean {
  if (wanted === undefined) return true;
  if (Array.isArray(wanted))
    return Array.isArray(live) && live.length === wanted.length && wanted.every((item, index) => contains(live[index], item));
  if (typeof wanted !== 'object' || wanted === null) return live === wanted;
  if (typeof live !== 'object' || live === null) return false;
  return Object.entries(wanted).every(([key, value]) => contains((live as Record<string, unknown>)[key], value));
}
