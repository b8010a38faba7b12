import { UserError } from '../action/errors.js';
import type { Clock } from '../lib/clock.js';
import { formatDuration } from '../lib/duration.js';
import type { Counts, Objective } from '../slo/objective.js';
import type { Source } from '../slo/sources/source.js';
import type { Window } from './split-counts.js';
import { percent } from './split-words.js';

/** Requests that were counted before a share was written. */
export interface Earlier {
  readonly requests: number;
  /** In which they came. */
  readonly ms: number;
  /** How old a page of metrics may be before it is made anew; until then no request on it says nothing. */
  readonly pageAgeMs: number;
}

/** Counts what comes before a share is written, so that silence after it can be told from a lack of traffic. */
export interface TrafficMeter {
  begin(signal: AbortSignal): Promise<void>;
  /** @returns what has come since it began; undefined when nothing has, or nobody could tell */
  read(signal: AbortSignal): Promise<Earlier | undefined>;
}

export function trafficMeter(source: Source, requests: Objective, pageAgeMs: number, clock: Clock): TrafficMeter {
  let beganAt = clock.now();
  const poll = async (signal: AbortSignal): Promise<number> => {
    const { canary, stable } = await source.poll([requests], signal);
    return [canary, stable].reduce((sum, { counts }) => sum + allOf(counts.get(requests.name)), 0);
  };
  return {
    async begin(signal) {
      beganAt = clock.now();
      await poll(signal);
    },
    async read(signal) {
      const seen = await poll(signal);
      const ms = clock.now() - beganAt;
      return seen > 0 && ms > 0 ? { requests: seen, ms, pageAgeMs } : undefined;
    },
  };
}

const allOf = (counts: Counts | undefined): number => (counts ? counts.good + counts.bad : 0);

/** The least time without any request that says something. */
const SILENT_MS = 10_000;
/** Of so many that were to come, one does: that none does by chance happens once in 20 000 times. */
const EXPECTED = 10;

/**
 * Whether requests came before the share was written and none has come since, which lack of traffic does not explain.
 * @param told until when the pages of all canary pods tell of what came
 * @returns `not yet` while it is too early to say
 */
export function isSilenced(
  { counts, atMost, since }: Pick<Window, 'counts' | 'atMost' | 'since'>,
  now: number,
  earlier: Earlier | undefined,
  told: number | undefined,
): boolean | 'not yet' {
  if (earlier === undefined || atMost > 0 || counts.total > 0) return false;
  const expectedMs = (EXPECTED * earlier.ms) / earlier.requests;
  if (expectedMs > Math.max(earlier.pageAgeMs, SILENT_MS)) return false;
  const isTold = told !== undefined && told - since >= expectedMs;
  return now - since >= Math.max(SILENT_MS, isTold ? 0 : earlier.pageAgeMs) || 'not yet';
}

export const silence = (asked: number, windowMs: number, earlier: Earlier | undefined, problems: readonly string[]): UserError =>
  new UserError(
    `No request has reached any pod for ${formatDuration(Math.round(windowMs / 1000) * 1000)} since ${percent(asked)} % was written; before, ` +
      `${earlier?.requests} came in ${formatDuration(Math.round((earlier?.ms ?? 0) / 1000) * 1000)}. ` +
      'The canary does not answer those that the router sends it: look for another port, TLS or path, or for connections that are reset.' +
      (problems.length > 0 ? ` Of its figures: ${problems[0]}.` : ''),
  );
