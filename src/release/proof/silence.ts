import type { Clock } from '../../kernel/clock.js';
import { formatDuration } from '../../kernel/duration.js';
import { UserError } from '../../kernel/errors.js';
import type { Counts, Objective } from '../../slo/objective/objective.js';
import type { Poll, Source } from '../../slo/source.js';
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

/** What is to be said of requests that came before a share was written and are seen no more. */
export interface Silence {
  /** The share, in percent. */
  readonly asked: number;
  readonly windowMs: number;
  readonly earlier: Earlier | undefined;
  /** What the pages could not tell. */
  readonly problems: readonly string[];
  /** Whether the canary's pages have figures of requests: only then their absence says that it answers nobody. */
  readonly isTold: boolean;
}

export function silence({ asked, windowMs, earlier, problems, isTold }: Silence): UserError {
  const whole = (ms: number) => formatDuration(Math.round(ms / 1000) * 1000);
  const since = `for ${whole(windowMs)} since ${percent(asked)} % was written; before, ${earlier?.requests} came in ${whole(earlier?.ms ?? 0)}`;
  const [problem] = problems;
  if (!isTold)
    return new UserError(
      'split-not-proven',
      `No request was counted on any pod ${since}. The canary's pages tell nothing of its requests, so whether it answers them is not known: ` +
        `${problem ?? 'they have no figures of them'}. Where another version shows them elsewhere, say so with \`metrics-path\`, \`metrics-port\` or \`request-metric\`.`,
    );
  return new UserError(
    'canary-does-not-answer',
    `No request has reached any pod ${since}. ` +
      'The canary does not answer those that the router sends it: look for another port, TLS or path, or for connections that are reset.' +
      (problem === undefined ? '' : ` Of its figures: ${problem}.`),
  );
}

/** Whether the canary's pages have figures of the requests that its pods get, if only that there were none. */
export const tellsRequests = ({ canary }: Poll, { name }: Objective): boolean =>
  canary.scraped > 0 && (canary.counts.has(name) || canary.told !== undefined);
