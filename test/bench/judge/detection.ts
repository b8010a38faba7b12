import { termsOf } from '../../../src/slo/judge/judge.js';
import { absolute, type Row, relative, reported } from '../row.js';
import { flaggerGate, type Gate, kayentaGate, ownGate, waldGate } from './gates.js';
import { type Outcomes, quantile, simulate } from './simulate.js';
import { independent } from './traffic.js';

const [MAX, STABLE_BAD, RPS, WEIGHT, ALPHA] = [0.01, 0.002, 50, 0.05, 0.01];
const TEN_MINUTES = 600;
const TERMS = termsOf({ max: MAX, ruleOut: 0.05 }, 1, true);

/** Bad shares of the canary, with the goal for the median of canary requests: a number, or so many times the oracle's bound. */
const CASES = [
  { bad: 1, goal: 5, first: 3 },
  { bad: 0.5, goal: 7, first: 5 },
  { bad: 0.2, times: 2, first: 14 },
  { bad: 0.1, times: 2, first: undefined },
  { bad: 0.05, times: 1.6, first: 68 },
  { bad: 0.02, times: 1.6, first: 251 },
] as const;

/**
 * Canary requests until a bad canary is failed, at 50 requests a second, 5 % of them the canary's, polled each second. Against
 * B = ln(1/α) / KL(p ‖ p_stable): what Wald's test would need on average that knows both shares before it starts.
 */
export function detection(): Row[] {
  const rows: Row[] = [];
  for (const [i, { bad, first, ...goal }] of CASES.entries()) {
    const own = watch(bad, ownGate(TERMS), { releases: 40_000, seed: 100 + i });
    const median = quantile(own.requests, 0.5);
    const name = `judge: canary requests until a fail, ${percent(bad)} bad (median)`;
    rows.push(
      'goal' in goal ? absolute(name, median, 'requests', goal.goal) : relative(name, median, 'requests', bound(bad), goal.times),
    );
    rows.push(
      reported(`judge: … the slowest 5 %, ${percent(bad)} bad`, quantile(own.requests, 0.95), 'requests'),
      reported(`judge: … seconds until a fail, ${percent(bad)} bad (median)`, quantile(own.seconds, 0.5), 's'),
    );
    const best = quantile(watch(bad, waldGate(bad, STABLE_BAD, ALPHA), { releases: 10_000, seed: 120 + i }).requests, 0.5);
    rows.push(
      reported(
        `judge: … against Wald's test, which knows both shares, under the same guards, ${percent(bad)} bad`,
        median,
        'requests',
        best,
      ),
    );
    if (first !== undefined) {
      const bare = watch(bad, ownGate(TERMS, { guarded: false }), { releases: 40_000, seed: 100 + i });
      const unguarded = quantile(bare.requests, 0.5);
      rows.push(
        reported(`judge: … against the first simulation, which had no guards, ${percent(bad)} bad`, median, 'requests', first),
        reported(`judge: … against it without our guards, ${percent(bad)} bad`, unguarded, 'requests', first),
      );
    }
  }
  return [...rows, ...turningBad(), ...others()];
}

interface Runs {
  readonly releases: number;
  readonly seed: number;
  readonly seconds?: number;
}

const watch = (bad: number, gate: () => Gate, { releases, seed, seconds = 3600 }: Runs): Outcomes =>
  simulate({
    releases,
    seed,
    seconds,
    gate,
    traffic: independent({ rps: RPS, weight: WEIGHT, canary: bad, stable: STABLE_BAD }),
  });

/** A canary that was good for five minutes: its good past stands against the evidence. */
function turningBad(): Row[] {
  return [1, 0.2, 0.05].map((bad, i) => {
    const traffic = independent({ rps: RPS, weight: WEIGHT, stable: STABLE_BAD, canary: (t) => (t < 300 ? STABLE_BAD : bad) });
    const run = simulate({ releases: 2000, seconds: 3600, traffic, gate: ownGate(TERMS), seed: 200 + i, countFrom: 300 });
    return reported(
      `judge: … when it turns ${percent(bad)} bad after 5 good minutes (median)`,
      quantile(run.requests, 0.5),
      'requests',
    );
  });
}

/** What others would have done with the same traffic within ten minutes, and with a good canary. */
function others(): Row[] {
  const rules: Array<[string, () => Gate]> = [
    ['Flagger, 1 min, 99 %, threshold 1', flaggerGate(0.99, 1)],
    ['Flagger, 1 min, 99 %, threshold 5', flaggerGate(0.99, 5)],
    ['Kayenta, 10 points of 1 min', kayentaGate(10)],
    ['judge', ownGate(TERMS)],
  ];
  return rules.flatMap(([rule, gate]) => [
    ...[1, 0.2, 0.05, 0.02].flatMap((bad, i) => {
      const run = watch(bad, gate, { releases: 2000, seed: 300 + i, seconds: TEN_MINUTES });
      return [
        reported(`${rule}: ${percent(bad)} bad, failed within 10 min`, (100 * run.failed) / run.releases, '%'),
        reported(`${rule}: ${percent(bad)} bad, canary requests exposed (median)`, quantile(run.requests, 0.5), 'requests'),
      ];
    }),
    ...[0.002, 0.005].map((share, i) => {
      const traffic = independent({ rps: RPS, weight: WEIGHT, canary: share, stable: share });
      const run = simulate({ releases: 2000, seconds: TEN_MINUTES, traffic, gate, seed: 400 + i });
      return reported(`${rule}: good canary, both ${percent(share)} bad, wrongly failed`, (100 * run.failed) / run.releases, '%');
    }),
  ]);
}

/** Wald's bound for a test that knows both shares. */
function bound(bad: number): number {
  const divergence = bad * Math.log(bad / STABLE_BAD) + (bad < 1 ? (1 - bad) * Math.log((1 - bad) / (1 - STABLE_BAD)) : 0);
  return Math.log(1 / ALPHA) / divergence;
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(6))} %`;
