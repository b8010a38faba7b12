import { termsOf } from '../../../src/slo/judge/judge.js';
import { absolute, type Row, reported } from '../row.js';
import { ownGate } from './gates.js';
import { few, type Simulation, simulate } from './simulate.js';
import { bursts, overdispersed, percent, storms, wandering } from './traffic.js';

const TERMS = termsOf({ max: 0.01, ruleOut: 0.05 }, 1, true);
const LATENCY = termsOf({ max: 0.05, ruleOut: 0.1 }, 1, true);
const TRAFFIC = [
  { rps: 50, weight: 0.05 },
  { rps: 50, weight: 0.2 },
  { rps: 500, weight: 0.1 },
  { rps: 5000, weight: 0.1 },
];

/** How often a canary that is as good as stable is failed in ten minutes when its requests do not fail independently. */
export function dependence(releases: number): Row[] {
  let seed = 700;
  const failedOf =
    (count: number) =>
    (traffic: Simulation['traffic'], terms = TERMS) =>
      (100 * simulate({ releases: count, seconds: 600, traffic, gate: ownGate(terms), seed: seed++ }).failed) / count;
  const failed = failedOf(releases);
  const where = ({ rps, weight }: { rps: number; weight: number }) => `${rps} rps, weight ${percent(weight)}: wrong fails`;
  return [
    ...TRAFFIC.flatMap((traffic) =>
      [0.001, 0.01, 0.05].map((correlation) => {
        const name = `judge: 0.5 % bad, correlation ${correlation} within a second, ${where(traffic)}`;
        return absolute(name, failed(overdispersed({ ...traffic, badShare: 0.005, correlation })), '%', 1);
      }),
    ),
    ...TRAFFIC.flatMap((traffic) => [
      absolute(
        `judge: 0.2 % bad, correlation 0.05 within a second, ${where(traffic)}`,
        failed(overdispersed({ ...traffic, badShare: 0.002, correlation: 0.05 })),
        '%',
        1,
      ),
      absolute(
        `judge: 0.5 % bad, correlation 0.05 within a second, five pods each for itself, ${where(traffic)}`,
        failed(overdispersed({ ...traffic, badShare: 0.005, correlation: 0.05, pods: 5 })),
        '%',
        1,
      ),
      absolute(
        `judge: 2 % bad, correlation 0.05 within a second, both versions together, ${where(traffic)}`,
        failed(overdispersed({ ...traffic, badShare: 0.02, correlation: 0.05, shared: true })),
        '%',
        1,
      ),
      absolute(
        `judge: 0.9 % bad beside max 1 %, correlation 0.05 within a second, ${where(traffic)}`,
        failed(overdispersed({ ...traffic, badShare: 0.009, correlation: 0.05 })),
        '%',
        1,
      ),
    ]),
    ...outside(failedOf(few(releases)), where),
    ...[0.01, 0.05, 0.2].map((correlation) => {
      const traffic = { rps: 500, weight: 0.1 };
      const name = `judge: 0.5 % bad, correlation ${correlation} within a second, both versions together, ${where(traffic)}`;
      return absolute(name, failed(overdispersed({ ...traffic, badShare: 0.005, correlation, shared: true })), '%', 1);
    }),
  ];
}

/** What the bound does not cover: reported, so that the documents can say how often it happens. */
function outside(
  failed: (traffic: Simulation['traffic'], terms?: typeof TERMS) => number,
  where: (traffic: { rps: number; weight: number }) => string,
): Row[] {
  const [little, , more] = TRAFFIC;
  if (little === undefined || more === undefined) return [];
  const row = (what: string, traffic: { rps: number; weight: number }, share: number) =>
    reported(`judge: outside the bound, ${what}, ${where(traffic)}`, share, '%');
  return [little, more].flatMap((traffic) => [
    row(
      '0.5 % bad, correlation 0.2 within a second',
      traffic,
      failed(overdispersed({ ...traffic, badShare: 0.005, correlation: 0.2 })),
    ),
    row(
      '0.2 % bad in runs of 20 requests of one version',
      traffic,
      failed(bursts({ ...traffic, badShare: 0.002, run: 20, hits: 'one-pod' })),
    ),
    row(
      '0.2 % bad in runs of 20 requests of both',
      traffic,
      failed(bursts({ ...traffic, badShare: 0.002, run: 20, hits: 'shared' })),
    ),
    ...[200, 60, 10].map((every) =>
      row(
        `retry storms of 50 sticky to one version, every ${every} s`,
        traffic,
        failed(storms({ ...traffic, badShare: 0.002, size: 50, every, sticky: true })),
      ),
    ),
    row(
      'retry storms of 50 split by weight, every 60 s',
      traffic,
      failed(storms({ ...traffic, badShare: 0.002, size: 50, every: 60, sticky: false })),
    ),
    row(
      'p95 near its threshold wanders, each version by itself, 4 % slow',
      traffic,
      failed(wandering({ ...traffic, badShare: 0.04, shared: false }), LATENCY),
    ),
    row(
      'p95 near its threshold wanders, both together, 4 % slow',
      traffic,
      failed(wandering({ ...traffic, badShare: 0.04, shared: true }), LATENCY),
    ),
  ]);
}
