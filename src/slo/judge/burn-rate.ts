/** A pair of windows that are looked at together: the long one says that it matters, the short one that it goes on. */
export interface BurnWindow {
  /** So many times as fast as the budget allows. */
  readonly factor: number;
  readonly longSeconds: number;
  readonly shortSeconds: number;
  readonly severity: 'page' | 'ticket';
}

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];

/**
 * The table of the SRE Workbook, chapter 5, for a budget over 30 days: 2 % of it in an hour, 5 % in six hours, 10 % in one and in three days.
 * factor = part of the budget · period / long window.
 */
export const BURN_WINDOWS: readonly BurnWindow[] = [
  { factor: 14.4, longSeconds: HOUR, shortSeconds: 5 * MINUTE, severity: 'page' },
  { factor: 6, longSeconds: 6 * HOUR, shortSeconds: 30 * MINUTE, severity: 'page' },
  { factor: 3, longSeconds: DAY, shortSeconds: 2 * HOUR, severity: 'ticket' },
  { factor: 1, longSeconds: 3 * DAY, shortSeconds: 6 * HOUR, severity: 'ticket' },
];

export interface BurnJudgement {
  /** fail when a page would ring, warn when a ticket would be written, inconclusive when windows lack data and the others are calm. */
  readonly verdict: 'pass' | 'warn' | 'fail' | 'inconclusive';
  /** The pairs of windows that burn, fastest first, with the rate over each: 1 uses up the budget exactly at the end of the period. */
  readonly burning: ReadonlyArray<{ readonly window: BurnWindow; readonly long: number; readonly short: number }>;
  /** Lengths of the windows without data, in seconds. */
  readonly missing: readonly number[];
}

/** How fast the budget burns: 1 uses it up exactly at the end of its period. @param budget share of requests that may be bad, in (0, 1) */
export const burnRate = (badShare: number, budget: number): number => badShare / budget;

/**
 * Whether the service burns its budget too fast to begin or to keep a release: a pre-flight before, a check while the promoted version bakes.
 * Not a gate for a canary: figures of the whole service dilute it.
 * @param budget share of requests that may be bad over 30 days, in (0, 1); 0.001 for 99.9 %
 * @param badShareOver the bad share over the last so many seconds; undefined or not finite where there is no data
 */
export function judgeBurn(budget: number, badShareOver: (seconds: number) => number | undefined): BurnJudgement {
  if (!(budget > 0 && budget < 1)) throw new RangeError(`the budget must lie between 0 and 1, got ${budget}`);
  const burning: Array<BurnJudgement['burning'][number]> = [];
  const missing = new Set<number>();
  const rateOver = (seconds: number): number | undefined => {
    const share = badShareOver(seconds);
    if (share !== undefined && Number.isFinite(share)) return burnRate(share, budget);
    missing.add(seconds);
    return undefined;
  };
  for (const window of BURN_WINDOWS) {
    const [long, short] = [rateOver(window.longSeconds), rateOver(window.shortSeconds)];
    if (long !== undefined && short !== undefined && long > window.factor && short > window.factor) {
      burning.push({ window, long, short });
    }
  }
  const has = (severity: BurnWindow['severity']) => burning.some(({ window }) => window.severity === severity);
  const verdict = has('page') ? 'fail' : has('ticket') ? 'warn' : missing.size > 0 ? 'inconclusive' : 'pass';
  return { verdict, burning, missing: [...missing].sort((a, b) => a - b) };
}

/** How long a service that was without errors before burns until a pair of windows sees it, in seconds; Infinity when it never does. */
export function secondsToFire({ factor, longSeconds, shortSeconds }: BurnWindow, badShare: number, budget: number): number {
  const rate = burnRate(badShare, budget);
  return rate > factor ? (factor / rate) * Math.max(longSeconds, shortSeconds) : Number.POSITIVE_INFINITY;
}
