import { UserError } from '../action/errors.js';
import type { RouterMemory } from '../target/kubernetes/routers/router.js';

/** Where a release stands; the states before the last of each line may be found after a killed process. */
export type Phase = 'starting' | 'holding' | 'promoting' | 'promoted' | 'aborting' | 'aborted' | 'rolling-back' | 'rolled-back';

/** How far a promotion has come; from `updating-stable` on, undoing it means keeping the traffic on the canary first. */
export type PromotionStage = 'shifted' | 'updating-stable' | 'returning' | 'draining';

/** A version of the app, as much of it as is needed to bring it back. */
export interface Revision {
  /** Image of the released container, as the pod template names it. */
  readonly image: string;
  /** `pod-template-hash` of the ReplicaSet; empty for a canary, whose hash is its own Deployment's. */
  readonly templateHash: string;
}

export interface Step {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly phase: Phase;
  readonly weight: number;
  /** What was measured after the weight was written; absent when no request was seen. */
  readonly measured?: MeasuredShare;
}

/** The canary's real share and its 99 % interval, in percent. */
export interface MeasuredShare {
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly proven: boolean;
}

export interface Owner {
  readonly repository: string;
  readonly runId: string;
  readonly runAttempt: number;
  readonly url: string;
}

export interface Release {
  readonly id: string;
  readonly phase: Phase;
  readonly stage?: PromotionStage;
  readonly owner: Owner;
  /** ISO 8601, UTC; until then no other run takes the release over. */
  readonly holdUntil: string;
  readonly deployment: string;
  readonly service: string;
  readonly container: string;
  readonly stable: Revision;
  readonly canary: Revision;
  /** Replicas of stable when the release started. */
  readonly stableReplicas: number;
  readonly router: RouterMemory;
  /** Whether going back after the promotion would break something, such as a migrated schema. */
  readonly irreversible: boolean;
  /** Share of the traffic that was last asked for, in percent. */
  readonly weight: number;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly reason?: string;
  readonly steps: readonly Step[];
}

/** What is kept of a release that is over. */
export interface PastRelease {
  readonly id: string;
  readonly phase: Phase;
  readonly image: string;
  readonly previousImage: string;
  readonly runUrl: string;
  readonly startedAt: string;
  readonly endedAt: string;
}

/** Everything that is remembered of an app's releases; lives in one annotation of one Lease. */
export interface ReleaseRecord {
  readonly schema: 1;
  /** The newest release, in flight or over. */
  readonly latest?: Release;
  /** Newest first, at most ten. */
  readonly history: readonly PastRelease[];
}

export const EMPTY_RECORD: ReleaseRecord = { schema: 1, history: [] };

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
const ENDED: readonly Phase[] = ['promoted', 'aborted', 'rolled-back'];
const STAGES: readonly PromotionStage[] = ['shifted', 'updating-stable', 'returning', 'draining'];
const MAX_BYTES = 64 * 1024;
const MAX_HISTORY = 10;

export const isOver = ({ phase }: Release): boolean => ENDED.includes(phase);

/** @throws UserError when the record would be larger than an annotation may safely be */
export function serializeRecord(record: ReleaseRecord): string {
  const json = JSON.stringify(record);
  if (Buffer.byteLength(json) > MAX_BYTES)
    throw new UserError('The release record would be larger than 64 KiB. Shorten names and image references.');
  return json;
}

/** A new release takes the place of the latest, which moves into the history. */
export function withRelease(record: ReleaseRecord, release: Release): ReleaseRecord {
  const { latest } = record;
  if (latest === undefined || latest.id === release.id) return { ...record, latest: release };
  const past: PastRelease = {
    id: latest.id,
    phase: latest.phase,
    image: latest.canary.image,
    previousImage: latest.stable.image,
    runUrl: latest.owner.url,
    startedAt: latest.startedAt,
    endedAt: latest.endedAt ?? latest.startedAt,
  };
  return { schema: 1, latest: release, history: [past, ...record.history].slice(0, MAX_HISTORY) };
}

/**
 * Reads a record that anyone with write access to Leases may have written: nothing in it steers a restore before its shape is checked.
 * @param where names the Lease in messages
 * @throws UserError when it is not a record, or one of a schema that this version does not know
 */
export function parseRecord(json: string, where: string): ReleaseRecord {
  const refuse = (what: string) =>
    new UserError(
      `${where} holds no valid release record: ${what}. If nobody needs it, delete the Lease; the next release starts a new one.`,
    );
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new UserError(refuse('it is not JSON').message, { cause });
  }
  if (!isObject(value)) throw refuse('it is not an object');
  if (value.schema !== 1) {
    throw new UserError(
      `${where} was written by another version of d9-actions (schema ${String(value.schema)}, this one knows 1). Use the version that started the release.`,
    );
  }
  const flaws = [
    ...(value.latest === undefined ? [] : flawsOfRelease(value.latest)),
    ...(Array.isArray(value.history) ? [] : ['history']),
  ];
  if (flaws.length > 0) throw refuse(`${flaws.join(', ')} ${flaws.length === 1 ? 'is' : 'are'} missing or of the wrong type`);
  return value as unknown as ReleaseRecord;
}

function flawsOfRelease(value: unknown): string[] {
  if (!isObject(value)) return ['latest'];
  const texts = ['id', 'holdUntil', 'deployment', 'service', 'container', 'startedAt'].filter((key) => !isName(value[key]));
  const dates = ['holdUntil', 'startedAt'].filter((key) => Number.isNaN(Date.parse(String(value[key]))));
  const revisions = ['stable', 'canary'].filter(
    (key) => !isObject(value[key]) || !isName(value[key].image) || typeof value[key].templateHash !== 'string',
  );
  const owner = isObject(value.owner)
    ? ['repository', 'runId', 'url'].filter((key) => !isName((value.owner as Fields)[key]))
    : ['owner'];
  return [
    ...texts,
    ...dates,
    ...revisions,
    ...owner,
    ...(PHASES.includes(value.phase as Phase) ? [] : ['phase']),
    ...(value.stage === undefined || STAGES.includes(value.stage as PromotionStage) ? [] : ['stage']),
    ...(isShare(value.weight) ? [] : ['weight']),
    ...(Number.isInteger(value.stableReplicas) ? [] : ['stableReplicas']),
    ...(isRouterMemory(value.router) ? [] : ['router']),
    ...(typeof value.irreversible === 'boolean' ? [] : ['irreversible']),
    ...(Array.isArray(value.steps) ? [] : ['steps']),
  ];
}

type Fields = Record<string, unknown>;
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isName = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.length <= 1024;
const isShare = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 100;

function isRouterMemory(value: unknown): value is RouterMemory {
  if (!isObject(value)) return false;
  if (value.kind === 'replicas') return true;
  const isRule = (rule: unknown) =>
    isObject(rule) && typeof rule.rule === 'string' && (rule.weight === null || Number.isInteger(rule.weight));
  return value.kind === 'http-route' && isName(value.route) && Array.isArray(value.rules) && value.rules.every(isRule);
}
