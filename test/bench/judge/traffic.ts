import type { Counts } from '../../../src/slo/objective/objective.js';
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
  readonly rps: OverTime;
  /** The canary's share of them. */
  readonly weight: OverTime;
  /** Bad shares. */
  readonly canary: OverTime;
  readonly stable: OverTime;
}

/** Independent requests: arrivals are Poisson, and so are the good and the bad ones, each for itself. One draw for a side and kind. */
export function independent({ rps, weight, canary, stable }: Conditions): (random: Random) => Traffic {
  return (random) => (t, poll) => {
    const [share, all] = [at(weight, t), at(rps, t)];
    fill(random, poll.canary, all * share, at(canary, t));
    fill(random, poll.stable, all * (1 - share), at(stable, t));
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

export interface Dependence extends Pick<BurstConditions, 'rps' | 'weight' | 'badShare'> {
  /** Of two requests of the same second. */
  readonly correlation: number;
  /** Pods of each version, each with a share of its own; 1 when left out. */
  readonly pods?: number;
  /** Whether both versions have the share of the second in common. */
  readonly shared?: boolean;
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
  pods = 1,
  shared = false,
}: Dependence): (random: Random) => Traffic {
  const strength = 1 / correlation - 1;
  return (random) => {
    const share = () => {
      const [x, y] = [random.gamma(badShare * strength), random.gamma((1 - badShare) * strength)];
      return x / (x + y);
    };
    const part = { good: 0, bad: 0 };
    return (_, poll) => {
      poll.canary.good = poll.canary.bad = poll.stable.good = poll.stable.bad = 0;
      for (let pod = 0; pod < pods; pod++) {
        const common = share();
        for (const side of ['canary', 'stable'] as const) {
          const own = shared || side === 'canary' ? common : share();
          fill(random, part, (rps * (side === 'canary' ? weight : 1 - weight)) / pods, own);
          poll[side].good += part.good;
          poll[side].bad += part.bad;
        }
      }
    };
  };
}

/** The odds of a bad request wander, as a latency near its threshold does: their logarithm is an AR(1) process, for each version its own or one for both. */
export function wandering({
  rps,
  weight,
  badShare,
  shared,
}: Omit<Dependence, 'correlation' | 'pods'>): (random: Random) => Traffic {
  const [memory, deviation] = [0.95, 0.5];
  return (random) => {
    let [canary, stable] = [random.normal(), random.normal()];
    const at = (state: number) => {
      // The mean of the share stays about badShare, as that of exp(deviation·normal) is exp(deviation²/2).
      return Math.min(1, badShare * Math.exp(deviation * state - deviation ** 2 / 2));
    };
    return (_, poll) => {
      const next = (state: number) => memory * state + Math.sqrt(1 - memory ** 2) * random.normal();
      [canary, stable] = [next(canary), next(stable)];
      fill(random, poll.canary, rps * weight, at(canary));
      fill(random, poll.stable, rps * (1 - weight), at(shared ? canary : stable));
    };
  };
}

export interface StormConditions extends Pick<BurstConditions, 'rps' | 'weight' | 'badShare'> {
  /** A storm of so many requests, all bad, in one second, on average every so many seconds. */
  readonly size: number;
  readonly every: number;
  /** Whether a client that tries again stays with the version that it had. */
  readonly sticky: boolean;
}

/** Retry storms on top of independent requests. */
export function storms({ rps, weight, badShare, size, every, sticky }: StormConditions): (random: Random) => Traffic {
  const calm = independent({ rps, weight, canary: badShare, stable: badShare });
  return (random) => {
    const fillCalm = calm(random);
    return (t, poll) => {
      fillCalm(t, poll);
      for (let left = random.poisson(1 / every); left > 0; left--) {
        const canary = random.uniform() < weight;
        const split = random.poisson(size * weight);
        poll.canary.bad += sticky ? (canary ? size : 0) : split;
        poll.stable.bad += sticky ? (canary ? 0 : size) : Math.max(0, size - split);
      }
    };
  };
}

/** Pods of which each shows what it counted only every `seconds`, in a phase of its own: one of the canary, `stablePods` of stable. */
export function cached(conditions: Conditions, seconds: number, stablePods = 4): (random: Random) => Traffic {
  return (random) => {
    const live: SimulatedPoll = { canary: { good: 0, bad: 0 }, stable: { good: 0, bad: 0 } };
    const weight = conditions.weight;
    const pods = Array.from({ length: 1 + stablePods }, (_, pod) => {
      const share = (t: number) => (pod === 0 ? at(weight, t) : (1 - at(weight, t)) / stablePods);
      const bad = pod === 0 ? conditions.canary : conditions.stable;
      const traffic = independent({ rps: conditions.rps, weight: share, canary: bad, stable: 0 })(random);
      return { traffic, phase: Math.floor(random.uniform() * seconds), page: { good: 0, bad: 0 } };
    });
    return (t, poll) => {
      poll.canary.good = poll.canary.bad = poll.stable.good = poll.stable.bad = 0;
      for (const [i, { traffic, phase, page }] of pods.entries()) {
        traffic(t, live);
        page.good += live.canary.good;
        page.bad += live.canary.bad;
        if ((t + phase) % seconds !== seconds - 1) continue;
        const side = i === 0 ? poll.canary : poll.stable;
        side.good += page.good;
        side.bad += page.bad;
        page.good = page.bad = 0;
      }
    };
  };
}

export const totalOf = ({ good, bad }: Counts): number => good + bad;

/** `0.5 %` */
export const percent = (share: number): string => `${Number((100 * share).toPrecision(6))} %`;
