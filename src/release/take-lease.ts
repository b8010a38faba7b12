import type { V1Lease } from '@kubernetes/client-node';
import { UserError } from '../action/errors.js';
import type { Log } from '../action/log.js';
import type { Clock } from '../lib/clock.js';
import { ApiError, type Cluster, DeadlineError, type JsonPatchOperation } from '../target/kubernetes/cluster.js';
import { isConflict } from '../target/kubernetes/edit-object.js';
import { LEASE } from '../target/kubernetes/kinds.js';
import { ServerUnreachable } from '../target/kubernetes/server-unreachable.js';
import { MANAGED_BY } from '../target/kubernetes/workload/canary-objects.js';
import { describeHolder, isOfSameRun, lossOf, ONE_AFTER_THE_OTHER } from './lock-lost.js';
import { LEASE_DURATION_SECONDS, type Term } from './lock-term.js';
import { askToYield, YIELD_ANNOTATION, yieldAsked } from './lock-yield.js';
import { EMPTY_RECORD } from './record.js';
import { RECORD_ANNOTATION, serializeRecord } from './record-format.js';

/** The server drops an empty map, and a patch can only add to one that is there. */
const EMPTY_ANNOTATION = { [RECORD_ANNOTATION]: serializeRecord(EMPTY_RECORD) };
const MAX_CONFLICTS = 5;
const YIELD_PATH = `/metadata/annotations/${YIELD_ANNOTATION.replaceAll('/', '~1')}`;
/** The first may have been sent before the wish was there. */
const RENEWALS_TO_YIELD = 2;

export interface Taking {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Begins when the lock is taken. */
  readonly term: Term;
  /** Page of the run, where it undoes a release and asks whoever is at work on it to give way. */
  readonly asksToYield?: string | undefined;
}

/** Takes the lock: at once when it is free, and otherwise when its holder has not renewed it for as long as it promised to. */
export async function acquire(name: string, holder: string, current: V1Lease | undefined, effects: Taking): Promise<V1Lease> {
  const { cluster, log, signal } = effects;
  if (!current) return createLease(name, holder, effects);
  refuseForeign(current, cluster);
  const other = current.spec?.holderIdentity;
  if (other && !isPredecessor(other, holder)) {
    log.info(`${other} holds the release record; waiting up to ${LEASE_DURATION_SECONDS} s to see whether it is alive.`);
    await waitUntilAbandoned(current, holder, effects, await asked(name, effects));
  }
  const fresh = other ? ((await cluster.read(LEASE, name, signal)) ?? current) : current;
  return takeOver(name, holder, fresh, effects);
}

/** @throws UserError for a Lease of this name that is neither labelled as the suite's nor holds a record */
function refuseForeign({ metadata }: V1Lease, { namespace }: Cluster): void {
  const isOurs = Object.entries(MANAGED_BY).every(([key, value]) => metadata?.labels?.[key] === value);
  if (isOurs || metadata?.annotations?.[RECORD_ANNOTATION] !== undefined) return;
  throw new UserError(
    `Lease ${namespace}/${metadata?.name} is there, and it is not this suite's: it has neither its label nor a release record. ` +
      'Give this app another `app` name, or see whose it is (kubectl describe lease) and delete it. Nothing has been changed.',
  );
}

/** @returns how many renewals the holder is given to see that it is asked to give way */
async function asked(name: string, { cluster, log, signal, asksToYield }: Taking): Promise<number> {
  if (asksToYield === undefined) return 0;
  try {
    await askToYield(cluster, name, asksToYield, signal);
  } catch (error) {
    signal.throwIfAborted();
    // The Lease may be gone by now, or no server there for a moment: what follows finds out.
    log.info(`It could not be asked to give way: ${error instanceof Error ? error.message : String(error)}`);
    return 0;
  }
  log.info('It is asked to give way, which it does when it renews the lock next.');
  return RENEWALS_TO_YIELD;
}

/** Writes our name into the Lease as it was read; an edit of it by somebody who does not hold it is no reason to stop. */
async function takeOver(name: string, holder: string, seen: V1Lease, effects: Taking): Promise<V1Lease> {
  const { cluster, clock, term, signal } = effects;
  let current = seen;
  for (let attempt = 1; ; attempt++) {
    const taken = term.begin();
    const now = microTime(clock);
    const times = {
      leaseDurationSeconds: LEASE_DURATION_SECONDS,
      leaseTransitions: (current.spec?.leaseTransitions ?? 0) + 1,
      acquireTime: now,
      renewTime: now,
    };
    const operations: JsonPatchOperation[] = [
      { op: 'test', path: '/metadata/resourceVersion', value: current.metadata?.resourceVersion },
      { op: 'add', path: '/spec', value: { ...current.spec, holderIdentity: holder, ...times } },
      ...(yieldAsked(current) ? [{ op: 'remove', path: YIELD_PATH } as const] : []),
      ...(current.metadata?.annotations ? [] : [{ op: 'add', path: '/metadata/annotations', value: EMPTY_ANNOTATION } as const]),
    ];
    try {
      const lease = await cluster.patch(LEASE, name, operations, signal);
      taken();
      return lease;
    } catch (error) {
      if (!isConflict(error)) return afterAll(name, holder, taken, effects, error);
      const found = await oursOrFree(name, holder, effects, error);
      if (found.spec?.holderIdentity === holder) {
        taken();
        return found;
      }
      if (attempt === MAX_CONFLICTS) throw error;
      current = found;
    }
  }
}

async function createLease(name: string, holder: string, effects: Taking): Promise<V1Lease> {
  const { cluster, clock, term, signal } = effects;
  const taken = term.begin();
  const now = microTime(clock);
  const lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: cluster.namespace, labels: { ...MANAGED_BY }, annotations: EMPTY_ANNOTATION },
    spec: { holderIdentity: holder, leaseDurationSeconds: LEASE_DURATION_SECONDS, acquireTime: now, renewTime: now },
  } as unknown as V1Lease;
  try {
    const created = await cluster.create(LEASE, lease, signal, { isOwnKnown: true });
    taken();
    return created;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) return afterAll(name, holder, taken, effects, error);
    const found = await oursOrFree(name, holder, effects, error);
    if (found.spec?.holderIdentity !== holder) return takeOver(name, holder, found, effects);
    taken();
    return found;
  }
}

/** The same job on the same runner runs one step at a time, so an earlier process of it is dead. */
const isPredecessor = (other: string, holder: string): boolean => withoutNonce(other) === withoutNonce(holder);

/** A runner's name may have the separator in it, and the nonce has not. */
const withoutNonce = (holder: string): string => holder.slice(0, holder.lastIndexOf('#'));

/**
 * Judged by our own clock from what we see, never by comparing our clock with the holder's.
 * @param renewals how many the holder may make meanwhile
 */
async function waitUntilAbandoned(seen: V1Lease, holder: string, effects: Taking, renewals: number): Promise<void> {
  try {
    const renewed = await effects.cluster.until(
      LEASE,
      { fields: `metadata.name=${seen.metadata?.name}` },
      ([lease]) => stateOf(lease, seen, holder, renewals > 0),
      { timeoutMs: LEASE_DURATION_SECONDS * 1000 },
      effects.signal,
    );
    if (renewed !== 'free') await waitUntilAbandoned(renewed, holder, effects, renewals - 1);
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
  }
}

/** @returns undefined while its holder shows no sign of life; the Lease, when it does and may */
function stateOf(lease: V1Lease | undefined, seen: V1Lease, holder: string, mayRenew: boolean): 'free' | V1Lease | undefined {
  if (!lease?.spec?.holderIdentity) return 'free';
  const isSame = lease.spec.holderIdentity === seen.spec?.holderIdentity;
  if (isSame && String(lease.spec.renewTime) === String(seen.spec?.renewTime)) return undefined;
  if (isSame && mayRenew) return lease;
  throw new UserError(
    `${describeHolder(lease.spec.holderIdentity, holder)} is working on this app right now. ${wayOut(lease.spec.holderIdentity, holder)} This step has changed nothing.`,
  );
}

/**
 * After a refused write: an answer that was lost on its way makes us refuse our own repetition, so whoever holds the lock now is looked at.
 * @returns the Lease, when we hold it or nobody does
 */
async function oursOrFree(name: string, holder: string, { cluster, signal }: Taking, cause: unknown): Promise<V1Lease> {
  const lease = await cluster.read(LEASE, name, signal);
  const winner = lease?.spec?.holderIdentity;
  if (lease && (!winner || winner === holder)) return lease;
  throw new UserError(
    `${describeHolder(winner ?? 'Another process', holder)} took up this app at the same moment and is working on it. ${wayOut(winner ?? '', holder)} This step has changed nothing.`,
    { cause },
  );
}

const wayOut = (other: string, holder: string): string =>
  isOfSameRun(other, holder) ? ONE_AFTER_THE_OTHER : 'Wait for it to end, or cancel it, then run this step again.';

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
