import type { V1Lease } from '@kubernetes/client-node';
import { UserError } from '../../kernel/errors.js';
import type { Log } from '../../kernel/log.js';
import type { WorkflowRun } from '../../kernel/workflow-run.js';
import type { Cluster } from '../../platforms/kubernetes/api/cluster.js';
import { LEASE } from '../../platforms/kubernetes/api/kinds.js';
import { isOfRelease } from '../../platforms/kubernetes/canary/canary-objects.js';
import { parseRecord, RECORD_ANNOTATION, serializeRecord } from './format.js';
import type { NamedObject } from './lock/fence.js';
import { HeldLease, type LeaseEffects } from './lock/held-lease.js';
import { EMPTY_RECORD, isOver, type Release, type ReleaseRecord, type SeenLive, withRelease, withSeenLive } from './record.js';

export interface StoreEffects extends LeaseEffects {
  readonly workflowRun: WorkflowRun;
}

/** The record while this process, and no other, works on it. */
export interface HeldRecord {
  readonly record: ReleaseRecord;
  /** Aborted when the lock is lost, besides when the step is cancelled. */
  readonly signal: AbortSignal;
  /** Changes nothing once the lock may be another process's. */
  readonly cluster: Cluster;
  /** An earlier holder has not given the lock back: it may be asleep and not dead. */
  readonly isSeized: boolean;
  /** Objects on which the mark of this process stands. */
  standing(): readonly NamedObject[];
  /** Compare-and-swap: fails rather than overwrite what another process wrote. */
  write(release: Release): Promise<void>;
  /** Notes what a run found live, for its later steps. */
  noteLive(seen: SeenLive): Promise<void>;
}

export const leaseName = (app: string): string => `d9-${app}`;

export const appOfLease = ({ metadata }: V1Lease): string => (metadata?.name ?? '').replace(/^d9-/, '');

/** The record and the Lease that holds it, as they were when they were read. */
export interface SeenRecord {
  readonly record: ReleaseRecord;
  /** Undefined for an app that was never released. */
  readonly lease: V1Lease | undefined;
  /** What is wrong with the record in the Lease, for whoever goes on without one: on the way back that is no reason to stop. */
  readonly flaw?: string;
}

/** Reads the record without touching it; an app that was never released has an empty one. */
export async function readRecord(cluster: Cluster, app: string, signal: AbortSignal): Promise<SeenRecord> {
  const lease = await cluster.read(LEASE, leaseName(app), signal);
  return { record: recordIn(lease, cluster, app), lease };
}

/** The same on the way back: a record that can't be read is as good as none, and what it says otherwise is for the cluster to say. */
export async function readAnyRecord(cluster: Cluster, app: string, signal: AbortSignal): Promise<SeenRecord> {
  const lease = await cluster.read(LEASE, leaseName(app), signal);
  try {
    return { record: recordIn(lease, cluster, app), lease };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { record: EMPTY_RECORD, lease, flaw: error.message };
  }
}

function recordIn(lease: V1Lease | undefined, cluster: Cluster, app: string): ReleaseRecord {
  const json = lease?.metadata?.annotations?.[RECORD_ANNOTATION];
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
  const { cluster, log, workflowRun, nonce } = effects;
  const holder = `${workflowRun.repository}/${workflowRun.runId}/${workflowRun.runAttempt}/${workflowRun.job}@${workflowRun.runner}#${nonce}`;
  const isSeized = seen.lease?.spec?.holderIdentity !== undefined;
  const lock = await HeldLease.take(leaseName(app), holder, seen.lease, effects);
  let record = seen.flaw === undefined ? recordIn(lock.lease, cluster, app) : EMPTY_RECORD;
  const put = async (next: ReleaseRecord) => {
    await lock.annotate(RECORD_ANNOTATION, serializeRecord(next));
    record = next;
  };
  const held: HeldRecord = {
    get record() {
      return record;
    },
    signal: lock.signal,
    cluster: cluster.fencedBy(lock.fence),
    isSeized,
    standing: () => lock.fence.standing,
    write: (release) => put(withRelease(record, release)),
    noteLive: (seen) => put(withSeenLive(record, seen)),
  };
  try {
    return await work(held);
  } catch (error) {
    // A machine that stood still meets time limits of its requests first; that its lock went to another process meanwhile is the cause.
    await lock.refuseLost();
    throw error;
  } finally {
    await lock.endWork();
    await removeLate(cluster, app, record, lock.fence.late, log);
    await lock.giveBack();
  }
}

/** What was created when the lock was another process's already, unless that process goes on with the very release. */
async function removeLate(
  cluster: Cluster,
  app: string,
  { latest: ours }: ReleaseRecord,
  late: readonly NamedObject[],
  log: Log,
): Promise<void> {
  if (late.length === 0) return;
  const { signal } = new AbortController();
  try {
    const { latest } = (await readRecord(cluster, app, signal)).record;
    if (latest !== undefined && latest.id === ours?.id && !isOver(latest)) return;
    for (const { kind, name } of late) {
      const live = await cluster.read(kind, name, signal);
      const { uid } = live?.metadata ?? {};
      if (live && uid !== undefined && isOfRelease(ours?.id ?? '')(live)) await cluster.remove(kind, name, { uid }, signal);
    }
  } catch (error) {
    const names = late.map(({ kind, name }) => `${kind.kind} ${name}`).join(', ');
    log.warning(`${names} came into being after this step had lost its lock, and could not be removed: ${String(error)}`);
  }
}
