import { requestsToPass } from '../../../src/slo/judge/enough.js';
import { termsOf } from '../../../src/slo/judge/judge.js';
import { absolute, type Row, reported } from '../row.js';
import { ownGate } from './gates.js';
import { few, quantile, simulate } from './simulate.js';
import { independent, overdispersed } from './traffic.js';

/** Canary requests until a good canary passes, at 50 requests a second and 5 % weight. */
export function passing(releases: number): Row[] {
  const rows: Row[] = [];
  // Some 4 % pass, which is too near to the 5 % that are allowed to be told from them by fewer.
  const enough = Math.max(releases, 1000);
  let seed = 600;
  for (const ruleOut of [0.05, 0.02]) {
    const terms = termsOf({ max: 0.01, ruleOut }, 1, true);
    const alone = { ...terms, compare: false };
    const bad = independent({ rps: 50, weight: 0.05, canary: ruleOut, stable: 0 });
    const wrong = simulate({
      releases: enough,
      seconds: 3600,
      traffic: bad,
      gate: ownGate(alone, { passes: true }),
      seed: seed++,
    });
    rows.push(
      absolute(`judge: wrong passes of a canary that is ${100 * ruleOut} % bad`, (100 * wrong.passed) / wrong.releases, '%', 5),
    );
    rows.push(reported(`judge: requests to pass, rule-out ${100 * ruleOut} %, at least`, requestsToPass(terms), 'requests'));
    for (const bad of [0, 0.0005, 0.002]) {
      const traffic = independent({ rps: 50, weight: 0.05, canary: bad, stable: bad });
      const run = simulate({ releases, seconds: 3600, traffic, gate: ownGate(terms, { passes: true }), seed: seed++ });
      const name = `judge: requests to pass, rule-out ${100 * ruleOut} %, ${Number((100 * bad).toPrecision(4))} % bad`;
      rows.push(
        reported(`${name} (median)`, quantile(run.requests, 0.5), 'requests'),
        reported(`${name} (slowest 5 %)`, quantile(run.requests, 0.95), 'requests'),
        reported(`${name}: passed within an hour`, (100 * run.passed) / run.releases, '%'),
      );
    }
  }
  const nearMax = termsOf({ max: 0.04, ruleOut: 0.05 }, 1, true);
  const same = independent({ rps: 50, weight: 0.05, canary: 0.05, stable: 0.05 });
  const beside = simulate({ releases: enough, seconds: 600, traffic: same, gate: ownGate(nearMax, { passes: true }), seed });
  rows.push(
    absolute(
      'judge: wrong passes of a canary that is 5 % bad beside a stable that is too, max 4 %',
      (100 * beside.passed) / beside.releases,
      '%',
      5,
    ),
  );
  for (const [rps, weight] of [
    [50, 0.05],
    [500, 0.1],
    [5000, 0.1],
  ] as const) {
    const traffic = overdispersed({ rps, weight, badShare: 0.05, correlation: 0.05 });
    const alone = { ...termsOf({ max: 0.01, ruleOut: 0.05 }), compare: false };
    const run = simulate({
      releases: few(releases),
      seconds: 600,
      traffic,
      gate: ownGate(alone, { passes: true }),
      seed: ++seed,
    });
    rows.push(
      reported(
        `judge: outside the bound, wrong passes of a canary that is 5 % bad, correlation 0.05 within a second, ${rps} rps, weight ${100 * weight} %`,
        (100 * run.passed) / run.releases,
        '%',
      ),
    );
  }
  return rows;
}
