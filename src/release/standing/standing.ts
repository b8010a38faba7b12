import type { PlatformOnRecord } from '../platform.js';
import type { SeenLock, SeenRecord } from '../record/ledger.js';
import { isInFlight, type Release } from '../record/record.js';
import { type Judged, nextStep, type OnRecord } from './next-step.js';
import { givenNow } from './share-line.js';

/** How an app's releases stand, by the record alone: what the traffic does now is not looked at. */
export interface Standing extends OnRecord {
  /** What to do next, in a sentence or two. */
  readonly next: string;
}

interface Read extends Pick<SeenRecord, 'record' | 'lock'> {
  readonly nowMs: number;
}

/** The same of a record that has been read. */
export function standingOf(app: string, place: string, { record, lock, nowMs }: Read, platform: PlatformOnRecord): Standing {
  const { latest } = record;
  const atWork = lock !== undefined && isFresh(lock, nowMs);
  const given = latest && givenNow(latest, platform);
  const known: OnRecord = {
    app,
    place,
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
