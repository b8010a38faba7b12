import type { V1Lease } from '@kubernetes/client-node';
import { UserError } from '../action/errors.js';
import type { Log } from '../action/log.js';
import type { WorkflowRun } from '../action/workflow-run.js';
import type { Clock } from '../lib/clock.js';
import { within } from '../lib/within.js';
import { ApiError, type Cluster, DeadlineError, type JsonPatchOperation } from '../target/kubernetes/cluster.js';
import { isConflict } from '../target/kubernetes/edit-object.js';
import { LEASE } from '../target/kubernetes/kinds.js';
import { MANAGED_BY } from '../target/kubernetes/workload/canary-objects.js';
import {
  EMPTY_RECORD,
  parseRecord,
  type Release,
  type ReleaseRecord,
  type SeenLive,
  serializeRecord,
  withRelease,
  withSeenLive,
} from './record.js';

const ANNOTATION = 'd9.dev/release';
/** The server drops an empty map, and a patch can only add to one that is there. */
const EMPTY_ANNOTATION = { [ANNOTATION]: serializeRecord(EMPTY_RECORD) };
const LEASE_DURATION_SECONDS = 30;
const RENEW_EVERY_MS = 10_000;
const MAX_CONFLICTS = 5;
const GIVE_BACK_WITHIN_MS = 2000;

export interface StoreEffects {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly log: Log;
  readonly workflowRun: WorkflowRun;
  /** A random word, new for each process, so that a restarted process does not take itself for its predecessor. */
  readonly nonce: string;
  readonly signal: AbortSignal;
}

/** The record while this process, and no other, works on it. */
export interface HeldRecord {
  readonly record: ReleaseRecord;
  /** Aborted when the lock is lost, besides when the step is cancelled. */
  readonly signal: AbortSignal;
  /** Compare-and-swap: fails rather than overwrite what another process wrote. */
  write(release: Release): Promise<void>;
  /** Notes what a run found live, for its later steps. */
  noteLive(seen: SeenLive): Promise<void>;
}

export const leaseName = (app: string): string => `d9-${app}`;

/** The record and the Lease that holds it, as they were when they were read. */
export interface SeenRecord {
  readonly record: ReleaseRecord;
  /** Undefined for an app that was never released. */
  readonly lease: V1Lease | undefined;
}

/** Reads the record without touching it; an app that was never released has an empty one. */
export async function readRecord(cluster: Cluster, app: string, signal: AbortSignal): Promise<SeenRecord> {
  const lease = await cluster.read(LEASE, leaseName(app), signal);
  return { record: recordIn(lease, cluster, app), lease };
}

function recordIn(lease: V1Lease | undefined, cluster: Cluster, app: string): ReleaseRecord {
  const json = lease?.metadata?.annotations?.[ANNOTATION];
  return json === undefined ? EMPTY_RECORD : parseRecord(json, `Lease ${cluster.namespace}/${leaseName(app)}`);
}

/**
 * Runs `work` as the only process that works on the app's record, renewing the lock meanwhile and giving it back at the end.
 * @throws UserError when a process that is alive holds the lock; it names that process's run
 */
export async function withRecord<T>(
  app: string,
  seen: SeenRecord,
  effects: StoreEffects,
  work: (held: HeldRecord) => Promise<T>,
): Promise<T> {
  const { cluster, clock, log, workflowRun, nonce } = effects;
  const holder = `${workflowRun.repository}/${workflowRun.runId}/${workflowRun.runAttempt}/${workflowRun.job}@${workflowRun.runner}#${nonce}`;
  let lease = await acquire(leaseName(app), holder, seen.lease, effects);
  let record = recordIn(lease, cluster, app);
  const lost = new AbortController();
  const ended = new AbortController();

  // Renewals and writes share one resourceVersion, so they go one after the other.
  let queue: Promise<unknown> = Promise.resolve();
  const swap = (operations: readonly JsonPatchOperation[], signal: AbortSignal) => {
    const next = queue.then(async () => {
      lease = await swapLease(cluster, lease, holder, operations, signal);
    });
    queue = next.catch(() => undefined);
    return next;
  };
  const renewing = (async () => {
    for (;;) {
      await clock.sleep(RENEW_EVERY_MS, ended.signal);
      await swap([{ op: 'replace', path: '/spec/renewTime', value: microTime(clock) }], ended.signal);
      log.debug('renewed the lock');
    }
  })().catch((error: unknown) => {
    if (!ended.signal.aborted) lost.abort(error);
  });

  const put = async (next: ReleaseRecord) => {
    const value = serializeRecord(next);
    await swap([{ op: 'add', path: `/metadata/annotations/${ANNOTATION.replaceAll('/', '~1')}`, value }], held.signal);
    record = next;
  };
  const held: HeldRecord = {
    get record() {
      return record;
    },
    signal: AbortSignal.any([effects.signal, lost.signal]),
    write: (release) => put(withRelease(record, release)),
    noteLive: (seen) => put(withSeenLive(record, seen)),
  };
  try {
    return await work(held);
  } finally {
    ended.abort(new Error('the work on the record is done'));
    await renewing;
    // Also after a cancellation: the lock given back now spares the next process the wait for its end.
    const giveBack = (signal: AbortSignal) => swap([{ op: 'remove', path: '/spec/holderIdentity' }], signal);
    await within(GIVE_BACK_WITHIN_MS, clock, new AbortController().signal, giveBack).catch((error: unknown) => {
      effects.log.debug(`The lock was not given back and ends by itself in ${LEASE_DURATION_SECONDS} s: ${String(error)}`);
    });
  }
}

/** Patches the Lease we hold. Somebody else's edit of it (a label, say) is no reason to stop; another holder is. */
async function swapLease(
  cluster: Cluster,
  lease: V1Lease,
  holder: string,
  operations: readonly JsonPatchOperation[],
  signal: AbortSignal,
): Promise<V1Lease> {
  const name = lease.metadata?.name ?? '';
  let current = lease;
  for (let attempt = 1; ; attempt++) {
    try {
      const test: JsonPatchOperation = {
        op: 'test',
        path: '/metadata/resourceVersion',
        value: current.metadata?.resourceVersion,
      };
      return await cluster.patch(LEASE, name, [test, ...operations], signal);
    } catch (error) {
      if (!isConflict(error)) throw error;
      const fresh = await cluster.read(LEASE, name, signal);
      if (fresh?.spec?.holderIdentity !== holder) {
        throw new UserError(
          `Another process took over the release record (Lease ${cluster.namespace}/${name}): ${fresh?.spec?.holderIdentity ?? 'the Lease was deleted'}. This step stops here.`,
          { cause: error },
        );
      }
      if (attempt === MAX_CONFLICTS) throw error;
      current = fresh;
    }
  }
}

/** Takes the lock: at once when it is free, and otherwise when its holder has not renewed it for as long as it promised to. */
async function acquire(name: string, holder: string, current: V1Lease | undefined, effects: StoreEffects): Promise<V1Lease> {
  const { cluster, log, signal } = effects;
  if (!current) return createLease(name, holder, effects);
  const other = current.spec?.holderIdentity;
  if (other && !isPredecessor(other, holder)) {
    log.info(`${other} holds the release record; waiting up to ${LEASE_DURATION_SECONDS} s to see whether it is alive.`);
    await waitUntilAbandoned(current, effects);
  }
  const fresh = other ? ((await cluster.read(LEASE, name, signal)) ?? current) : current;
  return takeOver(name, holder, fresh, effects);
}

/** Writes our name into the Lease as it was read; an edit of it by somebody who does not hold it is no reason to stop. */
async function takeOver(name: string, holder: string, seen: V1Lease, effects: StoreEffects): Promise<V1Lease> {
  const { cluster, clock, signal } = effects;
  let current = seen;
  for (let attempt = 1; ; attempt++) {
    const now = microTime(clock);
    const times = { leaseDurationSeconds: LEASE_DURATION_SECONDS, acquireTime: now, renewTime: now };
    const operations: JsonPatchOperation[] = [
      { op: 'test', path: '/metadata/resourceVersion', value: current.metadata?.resourceVersion },
      { op: 'add', path: '/spec', value: { ...current.spec, holderIdentity: holder, ...times } },
      ...(current.metadata?.annotations ? [] : [{ op: 'add', path: '/metadata/annotations', value: EMPTY_ANNOTATION } as const]),
    ];
    try {
      return await cluster.patch(LEASE, name, operations, signal);
    } catch (error) {
      if (!isConflict(error)) throw error;
      const found = await oursOrFree(name, holder, effects, error);
      if (found.spec?.holderIdentity === holder) return found;
      if (attempt === MAX_CONFLICTS) throw error;
      current = found;
    }
  }
}

async function createLease(name: string, holder: string, effects: StoreEffects): Promise<V1Lease> {
  const { cluster, clock, signal } = effects;
  const now = microTime(clock);
  const lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: cluster.namespace, labels: { ...MANAGED_BY }, annotations: EMPTY_ANNOTATION },
    spec: { holderIdentity: holder, leaseDurationSeconds: LEASE_DURATION_SECONDS, acquireTime: now, renewTime: now },
  } as unknown as V1Lease;
  try {
    return await cluster.create(LEASE, lease, signal, { isOwnKnown: true });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
    const found = await oursOrFree(name, holder, effects, error);
    return found.spec?.holderIdentity === holder ? found : takeOver(name, holder, found, effects);
  }
}

/** The same job on the same runner runs one step at a time, so an earlier process of it is dead. */
const isPredecessor = (other: string, holder: string): boolean => other.split('#')[0] === holder.split('#')[0];

/** Judged by our own clock from what we see, never by comparing our clock with the holder's. */
async function waitUntilAbandoned(seen: V1Lease, { cluster, signal }: StoreEffects): Promise<void> {
  try {
    await cluster.until(
      LEASE,
      { fields: `metadata.name=${seen.metadata?.name}` },
      ([lease]) => {
        if (!lease?.spec?.holderIdentity) return true;
        if (
          String(lease.spec.renewTime) === String(seen.spec?.renewTime) &&
          lease.spec.holderIdentity === seen.spec?.holderIdentity
        )
          return undefined;
        throw new UserError(
          `${describeHolder(lease.spec.holderIdentity)} is working on this app right now. Wait for it to end, then run this step again. This step has changed nothing.`,
        );
      },
      { timeoutMs: LEASE_DURATION_SECONDS * 1000 },
      signal,
    );
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
  }
}

/**
 * After a refused write: an answer that was lost on its way makes us refuse our own repetition, so whoever holds the lock now is looked at.
 * @returns the Lease, when we hold it or nobody does
 */
async function oursOrFree(name: string, holder: string, { cluster, signal }: StoreEffects, cause: unknown): Promise<V1Lease> {
  const lease = await cluster.read(LEASE, name, signal);
  const winner = lease?.spec?.holderIdentity;
  if (lease && (!winner || winner === holder)) return lease;
  throw new UserError(
    `${describeHolder(winner ?? 'Another process')} took up this app at the same moment and is working on it. Run this step again when it is done. This step has changed nothing.`,
    { cause },
  );
}

const describeHolder = (identity: string): string => {
  const [owner, name, runId] = identity.split('/');
  return runId === undefined ? identity : `Workflow run ${runId} of ${owner}/${name}`;
};

/** metav1.MicroTime: RFC 3339 with six digits. */
const microTime = (clock: Clock) => new Date(clock.now()).toISOString().replace('Z', '000Z') as unknown as Date & string;
