import { termsOf } from '../../../src/slo/judge/judge.js';
import { absolute, type Row } from '../row.js';
import { ownGate } from './gates.js';
import { simulate } from './simulate.js';
import { independent } from './traffic.js';

const TERMS = termsOf({ max: 0.01, ruleOut: 0.05 }, 1, true);

/** Both versions turn bad after a good minute, and stay so for four: wrong fails of a canary that is as good as stable. */
export function sharedIncidents(): Row[] {
  const rows: Row[] = [];
  let seed = 500;
  for (const [weight, rps] of [
    [0.05, 50],
    [0.2, 50],
    [0.5, 50],
    [0.5, 5],
    [0.8, 50],
    [0.05, 1000],
  ] as const) {
    for (const incident of [0.02, 0.2, 1]) {
      const during = (t: number) => (t < 60 ? 0.002 : incident);
      const traffic = independent({ rps, weight, canary: during, stable: during });
      const { failed, releases } = simulate({ releases: 4000, seconds: 300, traffic, gate: ownGate(TERMS), seed: seed++ });
      const name = `judge: shared incident of ${100 * incident} %, ${rps} rps, weight ${100 * weight} %: wrong fails`;
      rows.push(absolute(name, (100 * failed) / releases, '%', 1));
    }
  }
  return rows;
}
