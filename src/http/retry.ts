import type { Clock } from '../kernel/clock.js';
import type { HttpAnswer } from './connection.js';
import { TransportFailure } from './failure.js';

/**
 * What may be sent again after what: `idempotent` after anything that passes; `unsent` only when the server surely did not act on it;
 * `never`, for callers that would rather know at once.
 */
export type RetrySafety = 'idempotent' | 'unsent' | 'never';

/** How long it is worth trying. */
export interface RetryLimits {
  readonly attempts: number;
  /** From the first attempt to the start of the last one. */
  readonly elapsedMs: number;
  readonly firstDelayMs: number;
  readonly longestDelayMs: number;
}

const LIMITS: RetryLimits = { attempts: 5, elapsedMs: 30_000, firstDelayMs: 250, longestDelayMs: 8_000 };

export interface RetryEffects {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Told before each wait. */
  readonly onRetry: (why: string, delayMs: number) => void;
}

/** Sends until there is an answer worth returning: every status that a retry can't mend, and the last one that it didn't. */
export async function withRetries(
  send: () => Promise<HttpAnswer>,
  safety: RetrySafety,
  effects: RetryEffects,
  signal: AbortSignal,
  limits: RetryLimits = LIMITS,
): Promise<HttpAnswer> {
  const started = effects.clock.now();
  for (let attempt = 1; ; attempt++) {
    const outcome = await send().catch((error: unknown) => {
      if (error instanceof TransportFailure) return error;
      throw error;
    });
    const delayMs = retryDelay(outcome, safety, attempt, effects, limits);
    if (delayMs === undefined || effects.clock.now() - started + delayMs > limits.elapsedMs) {
      if (outcome instanceof TransportFailure) throw outcome;
      return outcome;
    }
    effects.onRetry(outcome instanceof TransportFailure ? outcome.message : `HTTP ${outcome.status}`, delayMs);
    await effects.clock.sleep(delayMs, signal);
  }
}

/** @returns milliseconds to wait before the next attempt, or undefined when there should be none */
function retryDelay(
  outcome: HttpAnswer | TransportFailure,
  safety: RetrySafety,
  attempt: number,
  { random, clock }: Pick<RetryEffects, 'random' | 'clock'>,
  limits: RetryLimits = LIMITS,
): number | undefined {
  if (attempt >= limits.attempts || !mayRetry(outcome, safety)) return undefined;
  const asked = outcome instanceof TransportFailure ? undefined : retryAfterMs(outcome, clock.now());
  // A little jitter on top of what the server asked for, so that its clients don't all come back in the same instant.
  return asked === undefined ? backOff(attempt, random, limits) : asked + random() * limits.firstDelayMs;
}

/** Exponential back-off with full jitter: uniform between 0 and a limit that doubles with each attempt. */
export const backOff = (attempt: number, random: () => number, { firstDelayMs, longestDelayMs } = LIMITS): number =>
  random() * Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1));

function mayRetry(outcome: HttpAnswer | TransportFailure, safety: RetrySafety): boolean {
  if (safety === 'never') return false;
  if (outcome instanceof TransportFailure) {
    if (outcome.kind === 'name' || outcome.kind === 'tls' || outcome.kind === 'proxy') return false;
    return safety === 'idempotent' || !outcome.maybeProcessed;
  }
  // 429 is said before the request is looked at (API priority and fairness); a 5xx may come after it took effect.
  if (outcome.status === 429) return true;
  return safety === 'idempotent' && [408, 500, 502, 503, 504].includes(outcome.status);
}

/** Retry-After in seconds or as a date (RFC 9110 §10.2.3). */
function retryAfterMs({ status, headers }: HttpAnswer, nowMs: number): number | undefined {
  const value = headers['retry-after'];
  if (value === undefined || (status !== 429 && status !== 503)) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
