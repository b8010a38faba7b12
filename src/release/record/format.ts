import { MAX_MS } from '../../kernel/duration.js';
import { UserError } from '../../kernel/errors.js';
import { parsePort } from '../../kernel/input-kinds.js';
import {
  accepted,
  anyText,
  byKind,
  date,
  either,
  flag,
  integer,
  list,
  object,
  oneOf,
  optional,
  percent,
  text,
} from '../../kernel/schema.js';
import { isStoredState } from '../../slo/judge/state.js';
import type { Verdict } from '../../slo/objective/objective.js';
import { parseSelector } from '../../slo/objective/selector.js';
import { parseMetricsPath } from '../../slo/sources/exposition/metrics-path.js';
import { parseUpkeepPaths } from '../../slo/sources/exposition/upkeep-paths.js';
import type { PlatformOnRecord, StrategyOnRecord } from '../platform.js';
import { fromSchema1, isObject } from './former-schema.js';
import { RecordOfAnother, refuseUnknownKinds, SYSTEMS } from './of-another.js';
import { MAX_HISTORY, MAX_SEEN, type Phase, type ReleaseRecord, SCHEMA, type Workload } from './record.js';

const PHASES: readonly Phase[] = [
  'starting',
  'holding',
  'promoting',
  'promoted',
  'aborting',
  'aborted',
  'rolling-back',
  'rolled-back',
];
const WORKLOADS: readonly Workload[] = ['stable', 'canary'];
/** Kinds of objects of one canary. */
const MOST_KEPT = 16;
const VERDICTS: readonly Verdict[] = ['pass', 'warn', 'fail', 'inconclusive', 'error'];
const MAX_BYTES = 64 * 1024;

/**
 * The record as it is stored. One that outgrows an annotation gives up its oldest steps first, then its oldest releases: a release must not get
 * stuck, half undone, because it can't be put on record.
 * @throws UserError when it would be too large even so, or could not be read back
 */
export function serializeRecord(record: ReleaseRecord, platform: PlatformOnRecord): string {
  const flaws = recordCheck(platform)(record);
  if (flaws.length > 0)
    throw new UserError(
      'record-too-large',
      `The release can't be put on record: ${flaws.join(', ')} ${flaws.length === 1 ? 'has' : 'have'} too long a value, or too many. Shorten names and image references, or let less change with the image.`,
    );
  const json = JSON.stringify(record);
  if (Buffer.byteLength(json) <= MAX_BYTES) return json;
  const smaller = withoutOldest(record);
  if (smaller === undefined)
    throw new UserError(
      'record-too-large',
      'The release record would be larger than 64 KiB. Shorten names and image references.',
    );
  return serializeRecord(smaller, platform);
}

/** Without a quarter of its steps, or without its oldest release where only the last step is left; undefined when nothing can be spared. */
function withoutOldest(record: ReleaseRecord): ReleaseRecord | undefined {
  const { latest, history } = record;
  const steps = latest?.steps ?? [];
  if (latest && steps.length > 1) return { ...record, latest: { ...latest, steps: steps.slice(Math.ceil(steps.length / 4)) } };
  return history.length > 0 ? { ...record, history: history.slice(0, -1) } : undefined;
}

/**
 * Reads a record that anyone with write access to its place may have written: nothing in it steers a restore before its shape is checked. One of schema 1
 * comes out as one of schema 2.
 * @param where names its place in messages
 * @param platform the one on which the step works
 * @throws UserError when it is not a record, one of a schema that this version does not know, or another platform's
 */
export function parseRecord(json: string, where: string, platform: PlatformOnRecord): ReleaseRecord {
  const refuse = (what: string) =>
    new UserError(
      'record-unreadable',
      `${where} holds no valid release record: ${what}. If nobody needs it, delete it; the next release starts a new one.`,
    );
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new UserError('record-unreadable', refuse('it is not JSON').message, { cause });
  }
  if (!isObject(value)) throw refuse('it is not an object');
  if (value.schema !== 1 && value.schema !== SCHEMA)
    throw new RecordOfAnother('record-of-other-version', where, `schema ${String(value.schema)}, this one knows 1 and ${SCHEMA}`);
  const record = value.schema === 1 ? fromSchema1(value, platform) : value;
  refuseUnknownKinds(record.latest, where, platform);
  const flaws = recordCheck(platform)(record);
  if (flaws.length > 0) throw refuse(`${flaws.join(', ')} ${flaws.length === 1 ? 'is' : 'are'} missing or of the wrong type`);
  return record as unknown as ReleaseRecord;
}

/** Where and what is counted decides when traffic counts as gone, so nothing that no input would take gets as far as the pages. */
const isText =
  (parse: (text: string) => unknown) =>
  (value: unknown): boolean => {
    try {
      return typeof value === 'string' && value.length <= 1024 && parse(value) !== '';
    } catch {
      return false;
    }
  };

const isSelector = isText(parseSelector);

const revisionCheck = object({
  image: text,
  admitted: optional(text),
  templateHash: anyText,
  version: optional(text),
  imageIds: optional(list(100, anyText)),
});

const nameAndValue = object({ name: text, value: anyText });
const gateCheck = object({
  at: date,
  weight: percent,
  verdict: oneOf(VERDICTS),
  judged: optional(text),
  objectives: list(64, object({ name: text, of: optional(text), state: accepted(isStoredState) })),
});

const stepCheck = object({
  at: date,
  phase: oneOf(PHASES),
  weight: percent,
  servedSince: optional(date),
  measured: optional(object({ share: percent, low: percent, high: percent, proven: flag, uncovered: optional(percent) })),
  verdict: optional(oneOf(VERDICTS)),
  judged: optional(text),
});

const strategyCheck = ({ kind, stages }: StrategyOnRecord) =>
  [kind, object({ stage: optional(oneOf(stages)), live: optional(oneOf(WORKLOADS)) })] as const;

const releaseCheck = ({ kind, memory, strategies }: PlatformOnRecord) =>
  object({
    id: text,
    phase: oneOf(PHASES),
    strategy: byKind(Object.fromEntries(strategies.map(strategyCheck))),
    owner: object({
      system: oneOf(SYSTEMS),
      repository: text,
      id: text,
      attempt: integer(1, 1_000_000),
      url: text,
      workflow: optional(text),
      actor: optional(text),
      commit: optional(text),
    }),
    holdUntil: date,
    platform: byKind({ [kind]: object({ memory }) }),
    stable: revisionCheck,
    canary: revisionCheck,
    canaryVersion: optional(text),
    testers: optional(object({ header: optional(nameAndValue), cookie: optional(nameAndValue) })),
    upkeepPaths: optional(list(50, text)),
    requestMetric: optional(accepted(isSelector)),
    metrics: optional(
      object({
        port: optional(either(integer(1, 65535), accepted(isText(parsePort)))),
        path: optional(accepted(isText(parseMetricsPath))),
        maxAgeMs: optional(integer(0, MAX_MS)),
        upkeepPaths: optional(list(50, accepted(isText(parseUpkeepPaths)))),
      }),
    ),
    irreversible: flag,
    weight: percent,
    given: optional(percent),
    startedAt: date,
    endedAt: optional(date),
    endedBy: optional(text),
    reason: optional(anyText),
    kept: optional(list(MOST_KEPT, text)),
    gate: optional(gateCheck),
    steps: list(1000, stepCheck),
  });

const pastCheck = object({
  id: text,
  phase: oneOf(PHASES),
  image: text,
  previousImage: text,
  runUrl: text,
  workflow: optional(text),
  startedAt: date,
  endedAt: date,
});

const seenCheck = object({
  image: text,
  repository: text,
  runId: text,
  at: date,
  manifest: optional(text),
  isCreated: optional(flag),
});

const recordCheck = (platform: PlatformOnRecord) =>
  object({
    latest: optional(releaseCheck(platform)),
    history: list(MAX_HISTORY, pastCheck),
    live: optional(list(MAX_SEEN, seenCheck)),
  });
