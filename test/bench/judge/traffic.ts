import type { Counts } from '../../../src/slo/objective.js';
import type { Random } from './random.js';

/** One simulated poll. The object is filled anew each time. */
export interface SimulatedPoll {
  readonly canary: { good: number; bad: number };
  readonly stable: { good: number; bad: number };
}

/** Fills in what canary and stable count in second `t` of a release. */
export type Traffic = (t: number, poll: SimulatedPoll) => void;

/** Something that may change in the course of a release. */
type OverTime = number | ((t: number) => number);
const at = (value: OverTime, t: number): number => (typeof value === 'number' ? value : value(t));

export interface Conditions {
  /** Requests a second of both versions together. */
  readonly rps: number;
  /** The canary's share of them. */
  readonly weight: OverTime;
  /** Bad shares. */
  readonly canary: OverTime;
  readonly stable: OverTime;
}

/** Independent requests: arrivals are Poisson, and so are the good and the bad ones, each for itself. One draw for a side and kind. */
export function independent({ rps, weight, canary, stable }: Conditions): (random: Random) => Traffic {
  return (random) => (t, poll) => {
    const share = at(weight, t);
    fill(random, poll.canary, rps * share, at(canary, t));
    fill(random, poll.stable, rps * (1 - share), at(stable, t));
  };
}

function fill(random: Random, counts: { good: number; bad: number }, rps: number, badShare: number): void {
  counts.bad = random.poisson(rps * badShare);
  counts.good = random.poisson(rps * (1 - badShare));
}

export interface BurstConditions {
  readonly rps: number;
  readonly weight: number;
  readonly badShare: number;
  /** So many requests in a row are bad. */
  readonly run: number;
  /** `one-pod`: a run hits consecutive requests of one version; `shared`: consecutive requests of both. */
  readonly hits: 'one-pod' | 'shared';
}

/** Bad requests come in runs, as when a pod or something behind both versions hiccups. Request by request. */
export function bursts({ rps, weight, badShare, run, hits }: BurstConditions): (random: Random) => Traffic {
  const starts = badShare / run;
  return (random) => {
    const left = { canary: 0, stable: 0, shared: 0 };
    return (_, poll) => {
      poll.canary.good = poll.canary.bad = poll.stable.good = poll.stable.bad = 0;
      const requests = random.poisson(rps);
      for (let i = 0; i < requests; i++) {
        const side = random.uniform() < weight ? 'canary' : 'stable';
        const source = hits === 'shared' ? 'shared' : side;
        if (left[source] === 0 && random.uniform() < starts) left[source] = run;
        if (left[source] > 0) {
          left[source]--;
          poll[side].bad++;
        } else poll[side].good++;
      }
    };
  };
}

/**
 * The bad share of each version varies from second to second, each for itself: Beta with the given mean, so that two requests of the same
 * second are correlated by `correlation`. Worse than what an incident in something shared does, which hits both.
 */
export function overdispersed({
  rps,
  weight,
  badShare,
  correlation,
}: Pick<BurstConditions, 'rps' | 'weight' | 'badShare'> & { readonly correlation: number }): (random: Random) => Traffic {
  const strength = 1 / correlation - 1;
  return (random) => {
    const share = () => {
      const [x, y] = [random.gamma(badShare * strength), random.gamma((1 - badShare) * strength)];
      return x / (x + y);
    };
    return (_, poll) => {
      fill(random, poll.canary, rps * weight, share());
      fill(random, poll.stable, rps * (1 - weight), share());
    };
  };
}

export const totalOf = ({ good, bad }: Counts): number => good + bad;
