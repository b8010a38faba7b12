import type { Gate } from './gates.js';
import { tellProgress } from './progress.js';
import { Random } from './random.js';
import { type SimulatedPoll, type Traffic, totalOf } from './traffic.js';

/** What became of many releases of the same kind; one entry for each. */
export interface Outcomes {
  readonly releases: number;
  readonly failed: number;
  readonly passed: number;
  /** Canary requests until the release ended, or all that there were. */
  readonly requests: Float64Array;
  /** Seconds until then. */
  readonly seconds: Float64Array;
}

export interface Simulation {
  readonly releases: number;
  /** Length of each, in seconds; one poll a second. */
  readonly seconds: number;
  readonly traffic: (random: Random) => Traffic;
  readonly gate: () => Gate;
  readonly seed: number;
  /** Counting of requests starts here, in seconds: for canaries that turn bad later. */
  readonly countFrom?: number;
  /** Whether each release has a seed of its own, so that two gates see the same traffic, however soon they end. */
  readonly paired?: boolean;
}

const TELL_EVERY = 100;

/** Runs the releases one after the other. */
export function simulate({ releases, seconds, traffic, gate, seed, countFrom = 0, paired = false }: Simulation): Outcomes {
  let random = new Random(seed);
  const outcomes = { releases, failed: 0, passed: 0, requests: new Float64Array(releases), seconds: new Float64Array(releases) };
  const poll: SimulatedPoll = { canary: { good: 0, bad: 0 }, stable: { good: 0, bad: 0 } };
  for (let release = 0; release < releases; release++) {
    if (paired) random = new Random(seed * 100_000 + release);
    const [fill, judge] = [traffic(random), gate()];
    let [requests, t] = [0, 0];
    let end: 'fail' | 'pass' | undefined;
    while (end === undefined && t < seconds) {
      fill(t, poll);
      if (t >= countFrom) requests += totalOf(poll.canary);
      end = judge.hear(poll);
      t++;
    }
    if (end === 'fail') outcomes.failed++;
    if (end === 'pass') outcomes.passed++;
    outcomes.requests[release] = requests;
    outcomes.seconds[release] = t - countFrom;
    if (release % TELL_EVERY === 0) tellProgress(TELL_EVERY);
  }
  return outcomes;
}

/** Releases for a figure that is only reported: of a long series a part says enough. */
export const few = (releases: number): number => Math.min(releases, 1000);

/** The value that the given part of them does not exceed. */
export function quantile(values: Float64Array, part: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}
