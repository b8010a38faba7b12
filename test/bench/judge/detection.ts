import { termsOf } from '../../../src/slo/judge/judge.js';
import { absolute, type Row, relative, reported } from '../row.js';
import { flaggerGate, type Gate, kayentaGate, ownGate, waldGate } from './gates.js';
import { mixtureGate } from './mixture-gate.js';
import { few, type Outcomes, quantile, simulate } from './simulate.js';
import { independent, percent } from './traffic.js';

const [MAX, STABLE_BAD, RPS, WEIGHT, ALPHA] = [0.01, 0.002, 50, 0.05, 0.01];
const TEN_MINUTES = 600;
const TERMS = termsOf({ max: MAX, ruleOut: 0.05 }, 1, true);

/** Bad shares of the canary, with the goal for the median of canary requests: a number, or so many times the oracle's bound. */
const CASES = [
  { bad: 1, goal: 5 },
  { bad: 0.5, goal: 7 },
  { bad: 0.2, times: 2 },
  { bad: 0.1, times: 2 },
  { bad: 0.05, times: 1.6 },
  { bad: 0.02, times: 1.6 },
] as const;

/**
 * Canary requests until a bad canary is failed, at 50 requests a second, 5 % of them the canary's, polled each second. Against
 * B = ln(1/α) / KL(p ‖ max(p_stable, max)): what Wald's test would need on average that knows both shares before it starts.
 */
export function detection(runs: number): Row[] {
  const releases = few(runs);
  const rows: Row[] = [];
  for (const [i, { bad, ...goal }] of CASES.entries()) {
    const own = watch(bad, ownGate(TERMS), { releases: 4 * releases, seed: 100 + i, seconds: 7200 });
    const median = quantile(own.requests, 0.5);
    const name = `judge: canary requests until a fail, ${percent(bad)} bad (median)`;
    rows.push(
      'goal' in goal ? absolute(name, median, 'requests', goal.goal) : relative(name, median, 'requests', bound(bad), goal.times),
    );
    const wald = quantile(watch(bad, waldGate(bad, MAX, ALPHA), { releases: 4 * releases, seed: 120 + i }).requests, 0.5);
    const before = quantile(watch(bad, mixtureGate(MAX, ALPHA), { releases: 4 * releases, seed: 140 + i }).requests, 0.5);
    rows.push(
      reported(`judge: … the slowest 5 %, ${percent(bad)} bad`, quantile(own.requests, 0.95), 'requests'),
      reported(`judge: … seconds until a fail, ${percent(bad)} bad (median)`, quantile(own.seconds, 0.5), 's'),
      reported(`judge: … against Wald's test, which knows both shares, ${percent(bad)} bad`, median, 'requests', wald),
      reported(
        `judge: … against the mean of both e-values, whose bound did not hold, ${percent(bad)} bad`,
        median,
        'requests',
        before,
      ),
    );
  }
  return [...rows, ...elsewhere(releases), ...turningBad(releases), ...others(releases)];
}

/** More traffic, a stable that is near `max`, and one pod of five that is bad. */
function elsewhere(releases: number): Row[] {
  const rows: Row[] = [];
  let seed = 160;
  const row = (what: string, conditions: Parameters<typeof independent>[0], terms = TERMS) => {
    const run = simulate({ releases, seconds: 3600, traffic: independent(conditions), gate: ownGate(terms), seed: seed++ });
    rows.push(
      reported(`judge: … requests until a fail, ${what} (median)`, quantile(run.requests, 0.5), 'requests'),
      reported(`judge: … seconds until a fail, ${what} (median)`, quantile(run.seconds, 0.5), 's'),
    );
  };
  for (const bad of [1, 0.2, 0.05, 0.02]) {
    row(`${percent(bad)} bad, 5000 rps, weight 10 %`, { rps: 5000, weight: 0.1, canary: bad, stable: STABLE_BAD });
    row(`${percent(bad)} bad beside 0.9 %, 50 rps, weight 10 %`, { rps: 50, weight: 0.1, canary: bad, stable: 0.009 });
    const mean = 0.2 * bad + 0.8 * STABLE_BAD;
    row(`one pod of five ${percent(bad)} bad, 50 rps, weight 10 %`, { rps: 50, weight: 0.1, canary: mean, stable: STABLE_BAD });
  }
  for (const bad of [0.5, 0.1]) {
    const mean = 0.2 * bad + 0.8 * STABLE_BAD;
    row(`one pod of five ${percent(bad)} bad, 50 rps, weight 10 %`, { rps: 50, weight: 0.1, canary: mean, stable: STABLE_BAD });
  }
  const little = (bad: number, stableRps: number) => ({
    rps: 0.05 + stableRps,
    weight: 0.05 / (0.05 + stableRps),
    canary: bad,
    stable: 0.005,
  });
  row('100 % bad, canary 0.05 rps beside 1 rps', little(1, 1));
  row('100 % bad, canary 0.05 rps alone', little(1, 0), termsOf({ max: MAX, ruleOut: 0.05 }));
  row('100 % bad, canary 0.05 rps beside 0.05 rps', little(1, 0.05));
  row('20 % bad, canary 0.05 rps beside 1 rps', little(0.2, 1));
  for (const bad of [1, 0.2])
    row(`${percent(bad)} bad, 1000 rps, weight 0.1 %`, { rps: 1000, weight: 0.001, canary: bad, stable: STABLE_BAD });
  return rows;
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
function turningBad(releases: number): Row[] {
  const steps = (t: number) => (t < 300 ? 0.1 : t < 600 ? 0.3 : 0.5);
  const raised = independent({ rps: RPS, weight: steps, stable: STABLE_BAD, canary: (t) => (t < 600 ? STABLE_BAD : 0.05) });
  const run = simulate({ releases, seconds: 3600, traffic: raised, gate: ownGate(TERMS), seed: 220, countFrom: 600 });
  const atHalf = reported(
    'judge: … seconds from the raise, good at weights 10 and 30 %, 5 % bad at 50 % (median)',
    quantile(run.seconds, 0.5),
    's',
  );
  const turned = [1, 0.2, 0.05].map((bad, i) => {
    const traffic = independent({ rps: RPS, weight: WEIGHT, stable: STABLE_BAD, canary: (t) => (t < 300 ? STABLE_BAD : bad) });
    const run = simulate({ releases, seconds: 3600, traffic, gate: ownGate(TERMS), seed: 200 + i, countFrom: 300 });
    return reported(
      `judge: … when it turns ${percent(bad)} bad after 5 good minutes (median)`,
      quantile(run.requests, 0.5),
      'requests',
    );
  });
  return [...turned, atHalf];
}

/** What others would have done with the same traffic within ten minutes, and with a good canary. */
function others(releases: number): Row[] {
  const rules: Array<[string, () => Gate]> = [
    ['Flagger, 1 min, 99 %, threshold 1', flaggerGate(0.99, 1)],
    ['Flagger, 1 min, 99 %, threshold 5', flaggerGate(0.99, 5)],
    ['Kayenta, 10 points of 1 min', kayentaGate(10)],
    ['judge', ownGate(TERMS)],
  ];
  return rules.flatMap(([rule, gate]) => [
    ...[1, 0.2, 0.05, 0.02].flatMap((bad, i) => {
      const run = watch(bad, gate, { releases, seed: 300 + i, seconds: TEN_MINUTES });
      return [
        reported(`${rule}: ${percent(bad)} bad, failed within 10 min`, (100 * run.failed) / run.releases, '%'),
        reported(`${rule}: ${percent(bad)} bad, canary requests exposed (median)`, quantile(run.requests, 0.5), 'requests'),
      ];
    }),
    ...[0.002, 0.005].map((share, i) => {
      const traffic = independent({ rps: RPS, weight: WEIGHT, canary: share, stable: share });
      const run = simulate({ releases, seconds: TEN_MINUTES, traffic, gate, seed: 400 + i });
      return reported(`${rule}: good canary, both ${percent(share)} bad, wrongly failed`, (100 * run.failed) / run.releases, '%');
    }),
  ]);
}

/** Wald's bound for a test that knows both shares, and that the canary is good up to the higher of `max` and stable's. */
function bound(bad: number): number {
  const good = Math.max(STABLE_BAD, MAX);
  const divergence = bad * Math.log(bad / good) + (bad < 1 ? (1 - bad) * Math.log((1 - bad) / (1 - good)) : 0);
  return Math.log(1 / ALPHA) / divergence;
}
