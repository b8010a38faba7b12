import type { V1Lease } from '@kubernetes/client-node';
import { UserError } from '../../../kernel/errors.js';
import type { Log } from '../../../kernel/log.js';
import { serializeRecord } from '../../../release/record/format.js';
import type { HeldRecord, Holding, Ledger, SeenRecord } from '../../../release/record/ledger.js';
import { holderOf } from '../../../release/record/lock-holder.js';
import { RecordOfAnother } from '../../../release/record/of-another.js';
import { EMPTY_RECORD, isOver, type ReleaseRecord, withRelease, withSeenLive } from '../../../release/record/record.js';
import type { Cluster } from '../api/cluster.js';
import { LEASE } from '../api/kinds.js';
import { isOfRelease } from '../canary-objects/canary-objects.js';
import { kubernetes } from '../memory.js';
import { HeldLease } from './held-lease.js';
import { leaseName, lockIn, RECORD_ANNOTATION, recordIn } from './lease-record.js';
import type { NamedObject } from './lock-fence.js';
import { plannedLease } from './planned-lease.js';

/** The record while this process works on it, and the cluster that it may change meanwhile. */
export interface HeldApp extends HeldRecord {
  /** Changes nothing once the lock may be another process's. */
  readonly cluster: Cluster;
  /** Objects on which the mark of this process stands. */
  standing(): readonly NamedObject[];
}

/** The record in an annotation of the Lease `d9-<app>`, which is its lock too; every write is a compare-and-swap by its `resourceVersion`. */
export function leaseLedger(cluster: Cluster, app: string): Ledger<HeldApp> {
  const name = leaseName(app);
  const readLease = (signal: AbortSignal) => cluster.read(LEASE, name, signal);
  return {
    place: `Lease ${cluster.namespace}/${name}`,
    read: async (signal) => {
      const lease = await readLease(signal);
      return seen(lease, recordIn(lease, cluster, app));
    },
    readAny: async (signal) => {
      const lease = await readLease(signal);
      try {
        return seen(lease, recordIn(lease, cluster, app));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return { ...seen(lease, EMPTY_RECORD), flaw: error };
      }
    },
    hold: (before, holding, work) => hold(cluster, app, before, holding, work),
  };
}

const seen = (lease: V1Lease | undefined, record: ReleaseRecord): SeenRecord => ({ record, lock: lockIn(lease), stored: lease });

async function hold<T>(
  cluster: Cluster,
  app: string,
  before: SeenRecord,
  holding: Holding,
  work: (held: HeldApp) => Promise<T>,
): Promise<T> {
  const { log, workflowRun, nonce } = holding;
  const lease = before.stored as V1Lease | undefined;
  const { plan } = cluster;
  const lock = plan
    ? plannedLease(leaseName(app), lease, { cluster, plan, signal: holding.signal })
    : await HeldLease.take(leaseName(app), holderOf(workflowRun, nonce), lease, { ...holding, cluster });
  let record = EMPTY_RECORD;
  const put = async (next: ReleaseRecord) => {
    if (before.flaw instanceof RecordOfAnother) throw before.flaw;
    await lock.annotate(RECORD_ANNOTATION, serializeRecord(next, kubernetes));
    record = next;
  };
  const held: HeldApp = {
    get record() {
      return record;
    },
    signal: lock.signal,
    cluster: cluster.fencedBy(lock.fence),
    isSeized: before.lock !== undefined,
    standing: () => lock.fence.standing,
    write: (release) => put(withRelease(record, release)),
    noteLive: (live) => put(withSeenLive(record, live)),
  };
  try {
    if (before.flaw === undefined) record = recordIn(lock.lease, cluster, app);
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
    const { latest } = (await leaseLedger(cluster, app).read(signal)).record;
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
