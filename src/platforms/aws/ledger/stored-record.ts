import { UserError } from '../../../kernel/errors.js';
import type { PlatformOnRecord } from '../../../release/platform.js';
import { parseRecord } from '../../../release/record/format.js';
import type { SeenLock } from '../../../release/record/ledger.js';
import { EMPTY_RECORD, type Release, type ReleaseRecord } from '../../../release/record/record.js';
import { LOCK_LASTS_SECONDS } from '../../../release/record/term.js';
import type { StoredItem } from './table.js';

/** Of which app of which platform an item is. */
export interface ItemOf {
  /** For messages. */
  readonly place: string;
  readonly platform: PlatformOnRecord;
}

/** @throws UserError when the item holds something else than a record that this version knows */
export const recordIn = (item: StoredItem | undefined, { place, platform }: ItemOf): ReleaseRecord =>
  item?.record === undefined ? EMPTY_RECORD : parseRecord(item.record, place, platform);

/** The newest release on record; undefined where the record can't be read. */
export function latestIn(item: StoredItem | undefined, of: ItemOf): Release | undefined {
  try {
    return recordIn(item, of).latest;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Whether the release on record is on its way back. */
export const isBeingUndone = (item: StoredItem, of: ItemOf): boolean =>
  ['aborting', 'rolling-back'].includes(latestIn(item, of)?.phase ?? '');

export function lockIn(item: StoredItem | undefined): SeenLock | undefined {
  const { holder, renewedAt = '' } = item ?? {};
  return holder ? { holder, renewedAt: Date.parse(renewedAt), lastsMs: LOCK_LASTS_SECONDS * 1000 } : undefined;
}
