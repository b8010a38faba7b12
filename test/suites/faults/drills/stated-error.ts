import { termsOf } from '../../../../src/slo/judge/judge.js';
import { ownGate } from '../../../bench/judge/gates.js';
import type { Random } from '../../../bench/judge/random.js';
import { simulate } from '../../../bench/judge/simulate.js';
import { independent, overdispersed, type Traffic } from '../../../bench/judge/traffic.js';
import type { Drill } from './drill.js';

const TERMS = termsOf({ max: 0.01, ruleOut: 0.05 }, 1, true);
const [RELEASES, SECONDS] = [30, 300];

/** Releases of canaries that meet their objective, judged beside stable: hardly ever is one failed, and of so few none. */
const judged = (name: string, traffic: (random: Random) => Traffic): Drill => ({
  name,
  run: async ({ seed }) => {
    const { failed } = simulate({ releases: RELEASES, seconds: SECONDS, traffic, gate: ownGate(TERMS), seed });
    const violations = failed === 0 ? [] : [`${failed} of ${RELEASES} canaries that met their objective were failed`];
    return { violations, sent: [], outcome: failed === 0 ? 'as promised' : 'broken', log: [] };
  },
});

export const worseWithinMax = judged('worse-within-max', independent({ rps: 500, weight: 0.1, canary: 0.009, stable: 0.001 }));

export const togetherInASecond = judged(
  'together-in-a-second',
  overdispersed({ rps: 500, weight: 0.1, badShare: 0.005, correlation: 0.05 }),
);
