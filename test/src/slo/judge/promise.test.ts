import { expect, test } from '@jest/globals';
import { judge, termsOf } from '../../../../src/slo/judge/judge.js';
import { noEvidence } from '../../../../src/slo/judge/state.js';
import { ownGate, seenWorseGate } from '../../../bench/judge/gates.js';
import { mixtureGate } from '../../../bench/judge/mixture-gate.js';
import { Random } from '../../../bench/judge/random.js';
import { simulate } from '../../../bench/judge/simulate.js';
import { cached, independent, overdispersed } from '../../../bench/judge/traffic.js';

const TERMS = termsOf({ max: 0.01, ruleOut: 0.05 }, 1, true);
const [RELEASES, SECONDS] = [30, 300];

const failed = (traffic: Parameters<typeof simulate>[0]['traffic'], gate = ownGate(TERMS)) =>
  simulate({ releases: RELEASES, seconds: SECONDS, traffic, gate, seed: 14 }).failed;

test.each([
  [0.005, 0.001],
  [0.009, 0.002],
  [0.009, 0.0001],
])(
  'a canary at %p within max is not failed because stable is at %p; the mean of both e-values would fail it',
  (canary, stable) => {
    const traffic = independent({ rps: 500, weight: 0.1, canary, stable });
    expect(failed(traffic)).toBe(0);
    expect(failed(traffic, mixtureGate(TERMS.max, TERMS.alpha))).toBeGreaterThan(1);
  },
);

test('nor because stable drifts below it for a while', () => {
  const stable = (t: number) => 0.005 - 0.004 * Math.cos(t / 95);
  expect(failed(independent({ rps: 500, weight: 0.1, canary: 0.005, stable }))).toBe(0);
});

test.each([500, 5000])(
  'requests of a second that fail together, at %p a second, do not fail a canary that is as good as stable',
  (rps) => {
    const traffic = overdispersed({ rps, weight: 0.1, badShare: 0.005, correlation: 0.05 });
    expect(failed(traffic)).toBe(0);
    expect(failed(traffic, mixtureGate(TERMS.max, TERMS.alpha))).toBeGreaterThan(1);
  },
);

test('pods that show their figures every 15 s, each in its own phase, do not make an incident of both the canary’s', () => {
  const share = (t: number) => (t >= 120 && t < 140 ? 1 : 0.002);
  expect(failed(cached({ rps: 50, weight: 0.1, canary: share, stable: share }, 15))).toBe(0);
});

test.each([50, 500])(
  'a canary that is worse than stable within max is warned of at the latest when the mean of both e-values would fail it, at %p a second',
  (rps) => {
    const random = new Random(15);
    let [found, proven] = [0, 0];
    for (let release = 0; release < 20; release++) {
      const fill = independent({ rps, weight: 0.1, canary: 0.009, stable: 0.001 })(random);
      const before = mixtureGate(TERMS.max, TERMS.alpha)();
      const poll = { canary: { good: 0, bad: 0 }, stable: { good: 0, bad: 0 } };
      let state = noEvidence;
      for (let t = 0; t < 600; t++) {
        fill(t, poll);
        const judgement = judge(TERMS, state, poll);
        state = judgement.state;
        expect(judgement.verdict).not.toBe('fail');
        if (before.hear(poll) !== 'fail') continue;
        found++;
        expect(judgement).toMatchObject({ verdict: 'warn', cause: 'worse-than-stable', isWorse: true });
        // A warning is no proof: whether the job may go on is told apart.
        expect(judgement.unproven === undefined).toBe(judgement.lnEPass >= judgement.lnEToPass);
        if (judgement.unproven === undefined) proven++;
        break;
      }
    }
    expect(found).toBeGreaterThan(8);
    expect(proven).toBeLessThan(found);
  },
);

test('a canary that is as good as stable is warned of in at most 1 % of releases, where requests are independent', () => {
  const traffic = independent({ rps: 100, weight: 0.3, canary: 0.005, stable: 0.005 });
  const { failed: warned } = simulate({ releases: 100, seconds: 300, traffic, gate: seenWorseGate(TERMS), seed: 16 });
  expect(warned).toBeLessThanOrEqual(2);
});
