import { type Terms, termsOf } from '../../../src/slo/judge/judge.js';
import { absolute, type Row } from '../row.js';
import { ownGate } from './gates.js';
import { simulate } from './simulate.js';
import { type Conditions, independent, percent } from './traffic.js';

const [TEN_MINUTES, HALF, HOUR] = [600, 300, 3600];
const LIMITS = { max: 0.01, ruleOut: 0.05 };
const BESIDE = termsOf(LIMITS, 1, true);
const ALONE = termsOf(LIMITS);
const LATENCY = termsOf({ max: 0.05, ruleOut: 0.1 }, 1, true);
/** Of both versions, so that the canary is as good as stable; 0.99 % is just under `max`, the rest above it. */
const SHARES = [0, 0.002, 0.005, 0.0099, 0.02, 0.05];
const RATES = [1, 50, 1000];
const TRAFFIC = [
  { rps: 50, weight: 0.05 },
  { rps: 500, weight: 0.1 },
];

/** Releases of a canary that meets its objectives, watched for ten minutes whatever passes: how many are failed, against α = 1 %. */
export function falseAlarms(releases: number): Row[] {
  let seed = 900;
  const row = (what: string, terms: Terms, conditions: Conditions, seconds = TEN_MINUTES) => {
    const run = { releases, seconds, traffic: independent(conditions), gate: ownGate(terms), seed: seed++ };
    const where = `${typeof conditions.rps === 'number' ? `${conditions.rps} rps` : 'changing traffic'}${typeof conditions.weight === 'number' ? `, weight ${percent(conditions.weight)}` : ''}`;
    return absolute(`judge: false alarms ${what}, ${where}`, (100 * simulate(run).failed) / releases, '%', 1);
  };
  const same = (share: number, rps: number, weight: Conditions['weight'] = 0.05) => ({
    rps,
    weight,
    canary: share,
    stable: share,
  });
  const climbing = (t: number) => [0.05, 0.1, 0.3, 0.5][Math.floor(t / 150)] ?? 0.5;
  const within = (canary: number, stable: number) =>
    TRAFFIC.map((traffic) =>
      row(`within max, canary ${percent(canary)} beside ${percent(stable)}`, BESIDE, { ...traffic, canary, stable }),
    );
  const [low, high] = [0.001, 0.009];
  const day = (t: number, top: number) => low + ((top - low) * (1 - Math.cos((2 * Math.PI * t) / TEN_MINUTES))) / 2;
  return [
    ...SHARES.flatMap((share) => RATES.map((rps) => row(`beside stable, both ${percent(share)} bad`, BESIDE, same(share, rps)))),
    ...[0.002, 0.0099, 0.02].map((share) =>
      row(`beside stable, weights 5, 10, 30, 50 %, both ${percent(share)} bad`, BESIDE, same(share, 100, climbing)),
    ),
    ...[0.002, 0.0099].flatMap((share) => RATES.map((rps) => row(`alone, ${percent(share)} bad`, ALONE, same(share, rps)))),
    ...within(0.005, 0.001),
    ...within(0.009, 0.002),
    ...within(0.009, 0.0001),
    ...within(0.003, 0.0001),
    ...TRAFFIC.flatMap((traffic) => [
      row('stable drifts 0.1–0.9 %, canary flat 0.5 %', BESIDE, { ...traffic, canary: 0.005, stable: (t) => day(t, high) }),
      row("the day's drift 0.1–0.9 % on both", BESIDE, { ...traffic, canary: (t) => day(t, high), stable: (t) => day(t, high) }),
      row("the day's drift 0.1–1.9 % on both", BESIDE, {
        ...traffic,
        canary: (t) => day(t, 0.019),
        stable: (t) => day(t, 0.019),
      }),
    ]),
    row(
      'weight doubled in the middle, from 5 to 10 %, both 0.5 % bad',
      BESIDE,
      same(0.005, 50, (t) => (t < HALF ? 0.05 : 0.1)),
    ),
    row('traffic doubled in the middle, from 50 to 100 rps, both 0.5 % bad', BESIDE, {
      ...same(0.005, 50),
      rps: (t) => (t < HALF ? 50 : 100),
    }),
    ...[TEN_MINUTES, HOUR].map((seconds) =>
      row(`canary 0.05 rps beside 1 rps, ${seconds / 60} min, both 0.5 % bad`, BESIDE, same(0.005, 1.05, 0.05 / 1.05), seconds),
    ),
    ...[0.04, 0.045, 0.05].map((slow) => row(`p95 near its threshold, both ${percent(slow)} slow`, LATENCY, same(slow, 50))),
    ...[0.0005, 0.005].map((share) => row(`weight 0.1 %, both ${percent(share)} bad`, BESIDE, same(share, 1000, 0.001))),
  ];
}
