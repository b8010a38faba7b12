import { termsOf } from '../../../src/slo/judge/judge.js';
import { absolute, type Row, reported } from '../row.js';
import { endsWarnedGate, type Gate, seenWorseGate } from './gates.js';
import { mixtureGate } from './mixture-gate.js';
import { few, type Outcomes, quantile, type Simulation, simulate } from './simulate.js';
import { independent, overdispersed, percent } from './traffic.js';

const [MAX, ALPHA, TEN_MINUTES] = [0.01, 0.01, 600];
const TERMS = termsOf({ max: MAX, ruleOut: 0.05 }, 1, true);
const TRAFFIC = [
  { rps: 50, weight: 0.05 },
  { rps: 500, weight: 0.1 },
];

/** The warning that stable does better: how early it comes, and how often for nothing. */
export const warnings = (releases: number): Row[] => [...early(few(releases)), ...forNothing(releases), ...inIncidents(releases)];

/** A canary within `max` that is worse than stable: when it is warned of, and when the mean of both e-values failed it. */
function early(releases: number): Row[] {
  const pairs = [
    [0.005, 0.001],
    [0.009, 0.002],
    [0.009, 0.0001],
  ] as const;
  return TRAFFIC.flatMap((where, t) =>
    pairs.flatMap(([canary, stable], i) => {
      const traffic = independent({ ...where, canary, stable });
      const outcomes = (gate: () => Gate) =>
        simulate({ releases, seconds: TEN_MINUTES, traffic, gate, seed: 180 + 5 * t + i, paired: true });
      const [warned, failed] = [outcomes(seenWorseGate(TERMS)), outcomes(mixtureGate(MAX, ALPHA))];
      const what = `canary ${percent(canary)} beside ${percent(stable)}, ${where.rps} rps, weight ${percent(where.weight)}`;
      return [
        reported(`judge: ${what}, ever warned of in ten minutes, against failed by the mean`, share(warned), '%', share(failed)),
        reported(`judge: ${what}, requests until a tenth of them were`, tenth(warned), 'requests', tenth(failed)),
      ];
    }),
  );
}

/** A canary that is as good as stable: ever seen to be worse in ten minutes, and a hold of ten minutes that ends with `warn` for whatever reason. */
function forNothing(releases: number): Row[] {
  let seed = 1200;
  const warned = (count: number, traffic: Simulation['traffic'], gate: () => Gate) =>
    share(simulate({ releases: count, seconds: TEN_MINUTES, traffic, gate, seed: seed++ }));
  return TRAFFIC.flatMap((where) => {
    const place = `${where.rps} rps, weight ${percent(where.weight)}`;
    return [
      ...[0.002, 0.005, 0.009, 0.02].map((bad) => {
        const traffic = independent({ ...where, canary: bad, stable: bad });
        const name = `judge: early warnings for nothing, both ${percent(bad)} bad, ${place}`;
        return absolute(name, warned(releases, traffic, seenWorseGate(TERMS)), '%', 1);
      }),
      ...[0.002, 0.005, 0.009].map((bad) => {
        const traffic = independent({ ...where, canary: bad, stable: bad });
        const name = `judge: holds of ten minutes that end with a warning for nothing, both ${percent(bad)} bad, ${place}`;
        return reported(name, warned(few(releases), traffic, endsWarnedGate(TERMS, TEN_MINUTES)), '%');
      }),
      ...[0.01, 0.05].flatMap((correlation) => {
        const traffic = overdispersed({ ...where, badShare: 0.005, correlation });
        const name = `both 0.5 % bad, correlation ${correlation} within a second, ${place}`;
        return [
          reported(
            `judge: outside the bound, early warnings for nothing, ${name}`,
            warned(few(releases), traffic, seenWorseGate(TERMS)),
            '%',
          ),
          reported(
            `judge: outside the bound, holds of ten minutes that end with a warning for nothing, ${name}`,
            warned(few(releases), traffic, endsWarnedGate(TERMS, TEN_MINUTES)),
            '%',
          ),
        ];
      }),
    ];
  });
}

/** Trouble that both versions have, where one of them has nearly all requests. */
function inIncidents(releases: number): Row[] {
  return [0.001, 0.1, 0.99].flatMap((weight, w) =>
    [0.2, 1].map((incident, i) => {
      const rps = weight < 0.01 ? 1000 : 50;
      const during = (t: number) => (t >= 60 && t < 80 ? incident : 0.002);
      const traffic = independent({ rps, weight, canary: during, stable: during });
      const { failed } = simulate({ releases, seconds: 300, traffic, gate: seenWorseGate(TERMS), seed: 1300 + 2 * w + i });
      const name = `early warnings for nothing, shared incident of 20 s, ${percent(incident)}, ${rps} rps, weight ${percent(weight)}`;
      return absolute(`judge: ${name}`, (100 * failed) / releases, '%', 1);
    }),
  );
}

const share = ({ failed, releases }: Outcomes): number => (100 * failed) / releases;
/** Requests within which a tenth of all releases have come to it. */
const tenth = ({ requests }: Outcomes): number => quantile(requests, 0.1);
