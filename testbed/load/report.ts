import { verdictOf } from './outcome.js';
import type { Second, Snapshot, Tally } from './tally.js';

/** Everything about a load that is over. Times are milliseconds since 1970. */
export interface Report extends Snapshot {
  readonly startedAt: number;
  /** When it stopped sending. */
  readonly endedAt: number;
  readonly seconds: readonly Second[];
  /** How much later than due requests were sent, in milliseconds: what the generator itself adds. */
  readonly lateness: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Due, but never sent: the generator could not keep up, or was stopped while it was behind. */
  readonly unsent: number;
  /** Requests that were not ok, in the order in which they ended, the first 10 000 of them. */
  readonly notOk: readonly NotOk[];
}

/** One request that failed or was lost. */
export interface NotOk {
  readonly sentAt: number;
  readonly endedAt: number;
  readonly verdict: 'failed' | 'lost';
  /** Version and status of a failure, or why it was lost. */
  readonly what: string;
}

const mostNotOk = 10_000;

/** What a tally doesn't know about a load. */
export type Run = Pick<Report, 'startedAt' | 'endedAt' | 'unsent'>;

export function report(tally: Tally, run: Run): Report {
  const late = tally.lateness();
  const at = (share: number) => late[Math.min(late.length - 1, Math.floor(share * late.length))] ?? 0;
  return {
    ...tally.snapshot(),
    ...run,
    seconds: tally.seconds(run.startedAt),
    lateness: { p50: at(0.5), p99: at(0.99), max: at(1) },
    notOk: tally
      .notOk()
      .slice(0, mostNotOk)
      .map(({ sentAt, endedAt, outcome }) => ({
        sentAt,
        endedAt,
        verdict: verdictOf(outcome) === 'lost' ? 'lost' : 'failed',
        what: 'lost' in outcome ? outcome.lost : `${outcome.version} ${outcome.status}`,
      })),
  };
}
