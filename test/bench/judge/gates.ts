import { assess, BELIEVED_AT_ONCE, failCause, type Terms } from '../../../src/slo/judge/judge.js';
import { addPoll, type JudgeState, noEvidence } from '../../../src/slo/judge/state.js';
import type { SimulatedPoll } from './traffic.js';

/** A rule that watches a release poll by poll, one a second, and may end it. One object for one release. */
export interface Gate {
  hear(poll: SimulatedPoll): 'fail' | 'pass' | undefined;
}

export interface OwnGateOptions {
  /** Whether a pass ends the release; else it is watched to its end, which gives a wrong fail the most chances. */
  readonly passes?: boolean;
}

/** The judge itself. */
export function ownGate(terms: Terms, { passes = false }: OwnGateOptions = {}): () => Gate {
  return () => {
    let state: JudgeState = noEvidence;
    return {
      hear({ canary, stable }) {
        state = addPoll(state, terms.compare ? { canary, stable } : { canary }, terms.max);
        const cause = failCause(terms, state);
        if (cause !== undefined && cause !== 'single-burst') return 'fail';
        return passes && assess(terms, state).verdict === 'pass' ? 'pass' : undefined;
      },
    };
  };
}

/** The judge, with its early warning that stable does better taken for a fail: how soon, and how often, it is given. */
export function seenWorseGate(terms: Terms): () => Gate {
  return () => {
    let state: JudgeState = noEvidence;
    return {
      hear({ canary, stable }) {
        state = addPoll(state, { canary, stable }, terms.max);
        return canary.bad > 0 && assess(terms, state).isWorse ? 'fail' : undefined;
      },
    };
  };
}

/** The judge in a hold of so many seconds that a pass ends early: whether it ends with a warning that lets the job go on. */
export function endsWarnedGate(terms: Terms, seconds: number): () => Gate {
  return () => {
    let state: JudgeState = noEvidence;
    let looks = 0;
    return {
      hear({ canary, stable }) {
        state = addPoll(state, { canary, stable }, terms.max);
        looks++;
        // No pass comes sooner than this; to ask costs more than to hear.
        if (looks < seconds && state.good < 60) return undefined;
        const { verdict, unproven } = assess(terms, state);
        if (verdict === 'pass') return 'pass';
        return looks === seconds && verdict === 'warn' && unproven === undefined ? 'fail' : undefined;
      },
    };
  };
}

/** Wald's test of two simple hypotheses (1945) under the judge's guards: the least that anyone could need who knew both shares beforehand. */
export function waldGate(canaryShare: number, stableShare: number, alpha: number): () => Gate {
  const [ifBad, ifGood] = [Math.log(canaryShare / stableShare), Math.log((1 - canaryShare) / (1 - stableShare))];
  return () => {
    let [ln, bad, pollsWithBad] = [0, 0, 0];
    return {
      hear({ canary }) {
        bad += canary.bad;
        if (canary.bad > 0) pollsWithBad++;
        ln += canary.bad * ifBad + (canary.good > 0 ? canary.good * ifGood : 0);
        return ln >= -Math.log(alpha) && (pollsWithBad >= 2 || bad >= BELIEVED_AT_ONCE) ? 'fail' : undefined;
      },
    };
  };
}

const POLLS_A_MINUTE = 60;

/**
 * Flagger's rule: each minute the canary's success rate is held against a minimum; a failed check is counted, never taken back, and the
 * rollback comes with the tick after the threshold is reached. A minute without requests is a failed check.
 * (fluxcd/flagger 1.44, pkg/controller/scheduler.go advanceCanary, scheduler_metrics.go)
 */
export function flaggerGate(minimum: number, threshold: number): () => Gate {
  return () => {
    let [good, bad, polls, failedChecks] = [0, 0, 0, 0];
    return {
      hear({ canary }) {
        good += canary.good;
        bad += canary.bad;
        if (++polls % POLLS_A_MINUTE !== 0) return undefined;
        if (failedChecks >= threshold) return 'fail';
        if (good + bad === 0 || good / (good + bad) < minimum) failedChecks++;
        good = bad = 0;
        return undefined;
      },
    };
  };
}

/**
 * Kayenta's rule, judged once after so many points of one minute each: the canary's series is `High` when the 98 % interval of the
 * Hodges–Lehmann shift lies above a quarter of the shift, and the mean has not fallen. (spinnaker/kayenta a69573be,
 * MannWhitneyClassifier.scala, EffectSizes.scala)
 */
export function kayentaGate(points: number): () => Gate {
  return () => {
    const sides = { canary: [] as number[], stable: [] as number[] };
    const sums = { canary: { good: 0, bad: 0 }, stable: { good: 0, bad: 0 } };
    let polls = 0;
    return {
      hear(poll) {
        for (const side of ['canary', 'stable'] as const) {
          sums[side].good += poll[side].good;
          sums[side].bad += poll[side].bad;
        }
        if (++polls % POLLS_A_MINUTE !== 0) return undefined;
        for (const side of ['canary', 'stable'] as const) {
          const { good, bad } = sums[side];
          if (good + bad > 0) sides[side].push(bad / (good + bad));
          sums[side] = { good: 0, bad: 0 };
        }
        return polls === points * POLLS_A_MINUTE ? (isHigh(sides.canary, sides.stable) ? 'fail' : 'pass') : undefined;
      },
    };
  };
}

/** 99 % point of the normal distribution: 98 % two-sided. */
const Z_98 = 2.3263478740408408;
const TOLERANCE = 0.25;

function isHigh(canary: readonly number[], stable: readonly number[]): boolean {
  const [n, m] = [canary.length, stable.length];
  const differences = canary.flatMap((c) => stable.map((s) => c - s)).sort((a, b) => a - b);
  const rank = Math.floor((n * m) / 2 - Z_98 * Math.sqrt((n * m * (n + m + 1)) / 12));
  if (rank < 1) return false;
  const lower = differences[rank - 1] ?? 0;
  const middle = (differences.length - 1) / 2;
  const shift = ((differences[Math.floor(middle)] ?? 0) + (differences[Math.ceil(middle)] ?? 0)) / 2;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  // The ratio of means is NaN where one is 0, and then not asked for.
  const effect = mean(stable) === 0 || mean(canary) === 0 ? Number.NaN : mean(canary) / mean(stable);
  return lower > TOLERANCE * Math.abs(shift) && !(effect < 1);
}
