import type { V1Lease } from '@kubernetes/client-node';
import type { Clock } from '../../../kernel/clock.js';
import { UserError } from '../../../kernel/errors.js';
import { serializeRecord } from '../../../release/record/format.js';
import { takenMeanwhile } from '../../../release/record/lock-holder.js';
import { EMPTY_RECORD } from '../../../release/record/record.js';
import { LOCK_LASTS_SECONDS } from '../../../release/record/term.js';
import { ApiError, type Cluster, type JsonPatchOperation } from '../api/cluster.js';
import { versionOf } from '../api/edit-object.js';
import { LEASE } from '../api/kinds.js';
import { ServerUnreachable } from '../api/server-unreachable.js';
import { isConflict, swap } from '../api/swap.js';
import { MANAGED_BY } from '../canary-objects/canary-objects.js';
import { kubernetes } from '../memory.js';
import { awaitHolder, isPredecessor, isSameTenure, type Taking } from './await-holder.js';
import { RECORD_ANNOTATION } from './lease-record.js';
import { lossOf } from './lost.js';
import { YIELD_ANNOTATION } from './yield.js';

/** The server drops an empty map, and a patch can only add to one that is there. */
const EMPTY_ANNOTATION = { [RECORD_ANNOTATION]: serializeRecord(EMPTY_RECORD, kubernetes) };
const YIELD_PATH = `/metadata/annotations/${YIELD_ANNOTATION.replaceAll('/', '~1')}`;

/** Takes the lock: at once when it is free, and otherwise when its holder has ended, or has not renewed it for as long as it promised to. */
export async function acquire(name: string, holder: string, current: V1Lease | undefined, effects: Taking): Promise<V1Lease> {
  const { cluster, signal } = effects;
  if (!current) return createLease(name, holder, effects);
  refuseForeign(current, cluster);
  if (!current.spec?.holderIdentity) return takeOver(name, holder, current, effects);
  const dead = isPredecessor(current, holder) ? current : await awaitHolder(name, current, holder, effects);
  const fresh = (await cluster.read(LEASE, name, signal)) ?? current;
  // Whoever else waited may have been faster.
  const isOpen = !fresh.spec?.holderIdentity || isSameTenure(fresh, dead);
  return isOpen ? takeOver(name, holder, fresh, effects) : acquire(name, holder, fresh, effects);
}

/** @throws UserError for a Lease of this name that is neither labelled as the suite's nor holds a record */
function refuseForeign({ metadata }: V1Lease, { namespace }: Cluster): void {
  const isOurs = Object.entries(MANAGED_BY).every(([key, value]) => metadata?.labels?.[key] === value);
  if (isOurs || metadata?.annotations?.[RECORD_ANNOTATION] !== undefined) return;
  throw new UserError(
    'lease-not-ours',
    `Lease ${namespace}/${metadata?.name} is there, and it is not this suite's: it has neither its label nor a release record. ` +
      'Give this app another `app` name, or see whose it is (kubectl describe lease) and delete it. Nothing has been changed.',
  );
}

/** Writes our name into the Lease as it was read; an edit of it by somebody who does not hold it is no reason to stop. */
function takeOver(name: string, holder: string, seen: V1Lease, effects: Taking): Promise<V1Lease> {
  const { cluster, clock, term, signal } = effects;
  let taken: () => void;
  const write = async (lease: V1Lease) => {
    taken = term.begin();
    try {
      const written = await cluster.patch(LEASE, name, ownedBy(holder, lease, microTime(clock)), signal);
      taken();
      return written;
    } catch (error) {
      if (isConflict(error)) throw error;
      return afterAll(name, holder, taken, effects, error);
    }
  };
  return swap(async (refusal) => {
    if (refusal === undefined) return { write: () => write(seen) };
    const found = await winnerOf(name, holder, effects, refusal);
    const winner = found.spec?.holderIdentity;
    if (winner === holder) taken();
    if (winner) return { done: winner === holder ? found : await acquire(name, holder, found, effects) };
    return { write: () => write(found) };
  });
}

function ownedBy(holder: string, lease: V1Lease, now: ReturnType<typeof microTime>): JsonPatchOperation[] {
  const { metadata, spec } = lease;
  const times = {
    leaseDurationSeconds: LOCK_LASTS_SECONDS,
    leaseTransitions: (spec?.leaseTransitions ?? 0) + 1,
    acquireTime: now,
    renewTime: now,
  };
  return [
    versionOf(lease),
    { op: 'add', path: '/spec', value: { ...spec, holderIdentity: holder, ...times } },
    ...(metadata?.annotations?.[YIELD_ANNOTATION] !== undefined ? [{ op: 'remove', path: YIELD_PATH } as const] : []),
    ...(metadata?.annotations ? [] : [{ op: 'add', path: '/metadata/annotations', value: EMPTY_ANNOTATION } as const]),
  ];
}

async function createLease(name: string, holder: string, effects: Taking): Promise<V1Lease> {
  const { cluster, clock, term, signal } = effects;
  const taken = term.begin();
  const now = microTime(clock);
  const lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: cluster.namespace, labels: { ...MANAGED_BY }, annotations: EMPTY_ANNOTATION },
    spec: { holderIdentity: holder, leaseDurationSeconds: LOCK_LASTS_SECONDS, acquireTime: now, renewTime: now },
  } as unknown as V1Lease;
  try {
    const created = await cluster.create(LEASE, lease, signal, { isOwnKnown: true });
    taken();
    return created;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) return afterAll(name, holder, taken, effects, error);
    const found = await winnerOf(name, holder, effects, error);
    if (found.spec?.holderIdentity !== holder) return acquire(name, holder, found, effects);
    taken();
    return found;
  }
}

/**
 * After a refused write: an answer that was lost on its way makes us refuse our own repetition, so whoever holds the lock now is looked at.
 * @returns the Lease, when we hold it or nobody does; an undo, which waits for other undos, gets anybody's
 */
async function winnerOf(name: string, holder: string, { cluster, signal, undoes }: Taking, cause: unknown): Promise<V1Lease> {
  const lease = await cluster.read(LEASE, name, signal);
  const winner = lease?.spec?.holderIdentity;
  if (lease && (!winner || winner === holder || undoes)) return lease;
  throw takenMeanwhile(winner, holder, cause);
}

/**
 * A machine that stood still meets the time limit of its request first. Where the lock would have ended by itself meanwhile, the Lease tells whether
 * it was ours, and whose it is now.
 */
async function afterAll(name: string, holder: string, taken: () => void, effects: Taking, cause: unknown): Promise<V1Lease> {
  const { cluster, term, signal } = effects;
  taken();
  if (!(cause instanceof ServerUnreachable) || !term.isOver()) throw cause;
  const lease = await cluster.read(LEASE, name, signal).catch(() => undefined);
  if (!lease) throw cause;
  if (lease.spec?.holderIdentity === holder) return lease;
  throw lossOf(lease, cluster, name, holder, cause);
}

/** metav1.MicroTime: RFC 3339 with six digits. */
export const microTime = (clock: Clock) => new Date(clock.now()).toISOString().replace('Z', '000Z') as unknown as Date & string;
