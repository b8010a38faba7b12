import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../../kernel/clock.js';
import { UserError } from '../../../kernel/errors.js';
import type { Log } from '../../../kernel/log.js';
import type { PlatformOnRecord } from '../../../release/platform.js';
import { serializeRecord } from '../../../release/record/format.js';
import type { HeldRecord, Holding, Ledger, SeenRecord } from '../../../release/record/ledger.js';
import { holderOf } from '../../../release/record/lock-holder.js';
import { RecordOfAnother } from '../../../release/record/of-another.js';
import { EMPTY_RECORD, type ReleaseRecord, withRelease, withSeenLive } from '../../../release/record/record.js';
import { HeldItem } from './held-item.js';
import { type ItemOf, lockIn, recordIn } from './stored-record.js';
import { RecordItem, type StoredItem } from './table.js';

/** The record while this process works on it, and the way to change the app meanwhile. */
export interface HeldItemRecord extends HeldRecord {
  /** Changes nothing once the lock may be another process's. `send` calls what it gets right before each request. */
  change<T>(send: (guard: () => Promise<void>) => Promise<T>): Promise<T>;
}

export interface LedgerPlace {
  readonly dynamo: DynamoDBClient;
  readonly table: string;
  /** Which app, among all in the table. */
  readonly key: string;
  readonly platform: PlatformOnRecord;
  readonly clock: Clock;
  readonly log: Log;
}

/** The record in one item of a DynamoDB table, which is its lock too; every write is a compare-and-swap by its attribute `version`. */
export function itemLedger({ dynamo, table, key, platform, clock, log }: LedgerPlace): Ledger<HeldItemRecord> {
  const item = new RecordItem(dynamo, table, key);
  const of: ItemOf = { place: `The ${item.place}`, platform };
  const readItem = (signal: AbortSignal) => item.read({ clock, log, signal });
  return {
    place: item.place,
    read: async (signal) => {
      const stored = await readItem(signal);
      return seen(stored, recordIn(stored, of));
    },
    readAny: async (signal) => {
      const stored = await readItem(signal);
      try {
        return seen(stored, recordIn(stored, of));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return { ...seen(stored, EMPTY_RECORD), flaw: error };
      }
    },
    hold: (before, holding, work) => hold(item, of, before, holding, work),
  };
}

const seen = (stored: StoredItem | undefined, record: ReleaseRecord): SeenRecord => ({ record, lock: lockIn(stored), stored });

async function hold<T>(
  item: RecordItem,
  of: ItemOf,
  before: SeenRecord,
  holding: Holding,
  work: (held: HeldItemRecord) => Promise<T>,
): Promise<T> {
  const { workflowRun, nonce } = holding;
  const lock = await HeldItem.take(before.stored as StoredItem | undefined, {
    ...holding,
    item,
    of,
    holder: holderOf(workflowRun, nonce),
  });
  let record = EMPTY_RECORD;
  const put = async (next: ReleaseRecord) => {
    if (before.flaw instanceof RecordOfAnother) throw before.flaw;
    await lock.write(serializeRecord(next, of.platform));
    record = next;
  };
  const held: HeldItemRecord = {
    get record() {
      return record;
    },
    signal: lock.signal,
    isSeized: lock.isSeized,
    write: (release) => put(withRelease(record, release)),
    noteLive: (live) => put(withSeenLive(record, live)),
    change: (send) => lock.change(send),
  };
  try {
    if (before.flaw === undefined) record = recordIn(lock.stored, of);
    return await work(held);
  } catch (error) {
    // A machine that stood still meets time limits of its requests first; that its lock went to another process meanwhile is the cause.
    await lock.refuseLost();
    throw error;
  } finally {
    await lock.endWork();
    await lock.giveBack();
  }
}
