import { termsOf } from '../../../src/slo/judge/judge.js';
import { absolute, type Row, reported } from '../row.js';
import { ownGate } from './gates.js';
import { few, simulate } from './simulate.js';
import { cached, independent, percent } from './traffic.js';

const TERMS = termsOf({ max: 0.01, ruleOut: 0.05 }, 1, true);

/** Both versions turn bad: wrong fails of a canary that is as good as stable, or within `max` before and after. */
export function sharedIncidents(releases: number): Row[] {
  const rows: Row[] = [];
  let seed = 500;
  const row = (name: string, traffic: Parameters<typeof simulate>[0]['traffic'], seconds = 300) => {
    const { failed } = simulate({ releases, seconds, traffic, gate: ownGate(TERMS), seed: seed++ });
    rows.push(absolute(`judge: shared incident ${name}: wrong fails`, (100 * failed) / releases, '%', 1));
  };
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
      row(
        `of ${percent(incident)}, ${rps} rps, weight ${percent(weight)}`,
        independent({ rps, weight, canary: during, stable: during }),
      );
    }
  }
  for (const [weight, rps] of [
    [0.05, 50],
    [0.1, 500],
  ] as const) {
    for (const incident of [0.2, 1]) {
      const around = (calm: number) => (t: number) => (t >= 60 && t < 80 ? incident : calm);
      const conditions = { rps, weight, canary: around(0.005), stable: around(0.001) };
      row(`of 20 s, ${percent(incident)}, canary 0.5 % beside 0.1 % else, ${rps} rps`, independent(conditions), 600);
    }
  }
  for (const page of [1, 5, 15, 60]) {
    for (const incident of [0.3, 1]) {
      const during = (t: number) => (t >= 120 && t < 140 ? incident : 0.002);
      const conditions = { rps: 50, weight: 0.1, canary: during, stable: during };
      row(`of 20 s, ${percent(incident)}, pages of ${page} s in phases of their own, 50 rps`, cached(conditions, page), 400);
    }
  }
  for (const [weight, rps] of [
    [0.001, 1000],
    [0.99, 50],
  ] as const) {
    for (const incident of [0.2, 1]) {
      const during = (t: number) => (t >= 60 && t < 80 ? incident : 0.002);
      const conditions = { rps, weight, canary: during, stable: during };
      row(`of 20 s, ${percent(incident)}, ${rps} rps, weight ${percent(weight)}`, independent(conditions), 600);
    }
  }
  return [...rows, ...coldStarts(few(releases))];
}

/** A canary that is bad for a while after its warm-up, and good from then on: not a false alarm, but what a longer `warm-up` would spare. */
function coldStarts(releases: number): Row[] {
  return (
    [
      [0.2, 5, 50],
      [0.2, 20, 50],
      [0.05, 20, 50],
      [0.03, 30, 50],
      [0.2, 10, 50],
      [0.03, 30, 500],
    ] as const
  ).map(([share, seconds, rps], i) => {
    const traffic = independent({ rps, weight: 0.1, stable: 0.002, canary: (t) => (t < seconds ? share : 0.002) });
    const { failed } = simulate({ releases, seconds: 600, traffic, gate: ownGate(TERMS), seed: 560 + i });
    return reported(
      `judge: cold start, ${percent(share)} bad for ${seconds} s, ${rps} rps, weight 10 %: failed`,
      (100 * failed) / releases,
      '%',
    );
  });
}
