import type { Clock } from '../../../kernel/clock.js';
import type { SeenLock, SeenRecord } from '../../../release/record/ledger.js';
import { isInFlight, type Release } from '../../../release/record/record.js';
import { type Judged, nextStep, type OnRecord } from '../../../release/standing/next-step.js';
import { refuseForbidden } from '../access/permissions.js';
import { ApiError, type Cluster } from '../api/cluster.js';
import { givenNow } from '../canary/share-line.js';
import { leaseLedger } from '../ledger/ledger.js';
import { statusNeeds } from '../survey/needs.js';
import { serverMs } from '../work.js';

/** How an app's releases stand, by the record alone: what the route and the pods do now is not looked at. */
export interface Standing extends OnRecord {
  /** What to do next, in a sentence or two. */
  readonly next: string;
}

export interface ReadEffects {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Reads the Lease of an app.
 * @throws UserError when the credentials may not, naming the rule, or when the Lease holds something else than a record
 */
export async function readStanding(app: string, effects: ReadEffects): Promise<Standing> {
  const { cluster, signal } = effects;
  try {
    const { record, lock } = await leaseLedger(cluster, app).read(signal);
    return standingOf(app, cluster.namespace, { record, lock, nowMs: serverMs(effects) });
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) await refuseForbidden(cluster, statusNeeds, signal);
    throw error;
  }
}

interface Read extends Pick<SeenRecord, 'record' | 'lock'> {
  readonly nowMs: number;
}

/** The same of a record that has been read. */
export function standingOf(app: string, namespace: string, { record, lock, nowMs }: Read): Standing {
  const { latest } = record;
  const atWork = lock !== undefined && isFresh(lock, nowMs);
  const given = latest && givenNow(latest);
  const known: OnRecord = {
    app,
    namespace,
    record,
    holder: lock?.holder,
    atWork,
    inFlight: isInFlight(latest),
    weight: given?.share ?? 0,
    towards: given?.towards,
    judged: latest && lastJudged(latest),
    since: latest?.endedAt ?? latest?.steps.at(-1)?.at ?? latest?.startedAt,
    nowMs,
  };
  return { ...known, next: nextStep(known) };
}

/** The verdict that came last, and the weight that it is about: a share that was given since has to earn its own. */
function lastJudged({ gate, steps }: Pick<Release, 'gate' | 'steps'>): Judged | undefined {
  const step = steps.findLast(({ verdict }) => verdict !== undefined);
  const ofStep = step?.verdict && { at: step.at, weight: step.weight, verdict: step.verdict };
  return [...(gate ? [gate] : []), ...(ofStep ? [ofStep] : [])].sort((a, b) => Date.parse(b.at) - Date.parse(a.at))[0];
}

/** @returns undefined for a renewal that lies in the future by more than a lock lasts, which says nothing of whether its process lives */
function isFresh({ renewedAt, lastsMs }: SeenLock, nowMs: number): boolean | undefined {
  const ageMs = nowMs - renewedAt;
  return ageMs < -lastsMs ? undefined : ageMs < lastsMs;
}
