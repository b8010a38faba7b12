import { termsOf } from '../../../src/slo/judge/judge.js';
import { type Row, reported } from '../row.js';
import { ownGate } from './gates.js';
import { type Simulation, simulate } from './simulate.js';
import { bursts, overdispersed } from './traffic.js';

const TERMS = termsOf({ max: 0.01, ruleOut: 0.05 }, 1, true);
const RELEASES = 1000;

/** How often a canary that is as good as stable is failed in ten minutes when its requests do not fail independently. α does not cover that. */
export function dependence(): Row[] {
  const rows: Row[] = [];
  let seed = 700;
  const wrongFails = (traffic: Simulation['traffic']) => {
    const { failed } = simulate({ releases: RELEASES, seconds: 600, traffic, gate: ownGate(TERMS), seed: seed++ });
    return (100 * failed) / RELEASES;
  };
  for (const [rps, weight] of [
    [50, 0.05],
    [50, 0.5],
    [500, 0.1],
  ] as const) {
    const where = `${rps} rps, weight ${100 * weight} %`;
    for (const hits of ['shared', 'one-pod'] as const) {
      const traffic = bursts({ rps, weight, badShare: 0.002, run: 20, hits });
      const what = hits === 'shared' ? 'of both versions' : 'of one version';
      rows.push(reported(`judge: 0.2 % bad in runs of 20 requests ${what}, ${where}: wrong fails`, wrongFails(traffic), '%'));
    }
    for (const correlation of [0.001, 0.01, 0.05]) {
      const traffic = overdispersed({ rps, weight, badShare: 0.002, correlation });
      rows.push(
        reported(`judge: 0.2 % bad, correlation ${correlation} within a second, ${where}: wrong fails`, wrongFails(traffic), '%'),
      );
    }
  }
  return rows;
}
