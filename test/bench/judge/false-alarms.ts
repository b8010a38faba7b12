import { type Terms, termsOf } from '../../../src/slo/judge/judge.js';
import { absolute, type Row } from '../row.js';
import { ownGate } from './gates.js';
import { simulate } from './simulate.js';
import { independent } from './traffic.js';

const [RELEASES, TEN_MINUTES] = [10_000, 600];
const LIMITS = { max: 0.01, ruleOut: 0.05 };
const BESIDE = termsOf(LIMITS, 1, true);
const ALONE = termsOf(LIMITS);
/** Of both versions, so that the canary is as good as stable; 0.99 % is just under `max`, the rest above it. */
const SHARES = [0, 0.0005, 0.002, 0.005, 0.0099, 0.011, 0.02, 0.05];
const RATES = [1, 10, 100, 1000];

/** Releases of a version that is no worse than the one before, watched for ten minutes: how many are failed, against α = 1 %. */
export function falseAlarms(): Row[] {
  let seed = 900;
  const row = (what: string, terms: Terms, share: number, rps: number, weight: number | ((t: number) => number)) => {
    const traffic = independent({ rps, weight, canary: share, stable: share });
    const { failed } = simulate({ releases: RELEASES, seconds: TEN_MINUTES, traffic, gate: ownGate(terms), seed: seed++ });
    const name = `judge: false alarms ${what}, both ${Number((100 * share).toPrecision(4))} % bad, ${rps} rps`;
    return absolute(name, (100 * failed) / RELEASES, '%', 1);
  };
  const climbing = (t: number) => [0.05, 0.1, 0.3, 0.5][Math.floor(t / 150)] ?? 0.5;
  return [
    ...SHARES.flatMap((share) => RATES.map((rps) => row('beside stable, weight 5 %', BESIDE, share, rps, 0.05))),
    ...[0.002, 0.0099, 0.02].map((share) => row('beside stable, weights 5, 10, 30, 50 %', BESIDE, share, 100, climbing)),
    ...[0.002, 0.0099].flatMap((share) => RATES.map((rps) => row('alone, weight 5 %', ALONE, share, rps, 0.05))),
  ];
}
