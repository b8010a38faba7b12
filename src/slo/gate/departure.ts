import type { Clock } from '../../kernel/clock.js';
import { within } from '../../kernel/within.js';
import type { Verdict } from '../objective/objective.js';

/**
 * Why the canary has another share by now than the one that it is judged at, and who made it so, in sentences; undefined while it has that one.
 * Rejects when nobody can say.
 */
export type Departure = (signal: AbortSignal) => Promise<string | undefined>;

/** What was found of a share. */
export interface Departed {
  readonly why: string;
  /** Whether it is known to be another one. */
  readonly isSure: boolean;
}

const TIMEOUT_MS = 10_000;

/** @throws the signal's reason when it is aborted; nothing else */
export async function departureNow(
  departure: Departure | undefined,
  clock: Clock,
  signal: AbortSignal,
): Promise<Departed | undefined> {
  if (departure === undefined) return undefined;
  const ask = () => within(TIMEOUT_MS, clock, signal, departure);
  try {
    // One answer that is lost does not decide.
    const why = await ask().catch(() => ask());
    return why === undefined ? undefined : { why, isSure: true };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    return { why: error instanceof Error ? error.message : String(error), isSure: false };
  }
}

/** What was judged is of a share that is gone: it passes nobody on, and says what made it worthless. What is in the way of any verdict stays. */
export function withDeparture<T extends { readonly verdict: Verdict; readonly reason: string }>(
  ended: T,
  departed: Departed | undefined,
): T {
  if (departed === undefined || ended.verdict === 'error') return ended;
  if (departed.isSure)
    return {
      ...ended,
      verdict: 'inconclusive',
      reason: `${departed.why} A verdict would be of a share that the canary does not have.`,
    };
  if (ended.verdict !== 'pass' && ended.verdict !== 'warn') return ended;
  return { ...ended, verdict: 'error', reason: `Whether the canary still has its share could not be read: ${departed.why}.` };
}
