import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hopefulRps, needToFail, needToPass, requestsToPass } from '../../../../src/slo/judge/enough.js';
import { judge, termsOf } from '../../../../src/slo/judge/judge.js';
import { noEvidence } from '../../../../src/slo/judge/state.js';

const ONE_PERCENT = termsOf({ max: 0.01, ruleOut: 0.05 });
const BESIDE = { ...ONE_PERCENT, compare: true };

test('what is still missing for a pass is enough, and one less is not', () => {
  fc.assert(
    fc.property(fc.nat(300), fc.nat(3), (good, bad) => {
      const { state, verdict } = judge(ONE_PERCENT, noEvidence, { canary: { good, bad } });
      const missing = requestsToPass(ONE_PERCENT, state);
      const more = (requests: number) => judge(ONE_PERCENT, state, { canary: { good: requests, bad: 0 } }).verdict;
      if (verdict === 'fail') return;
      expect(more(missing)).toBe('pass');
      if (missing > 0) expect(more(missing - 1)).not.toBe('pass');
    }),
  );
});

test.each([
  [{ max: 0.01, ruleOut: 0.05 }, 68],
  [{ max: 0.001, ruleOut: 0.02 }, 171],
  [{ max: 0.001, ruleOut: 0.01 }, 343],
])('an error-free canary passes with as many requests as the README says: %p', (limits, requests) => {
  expect(requestsToPass(termsOf(limits))).toBe(requests);
});

test('requests become minutes at the present rate', () => {
  expect(needToPass(ONE_PERCENT, { canaryRps: 2 })).toEqual({ requests: 68, minutes: 68 / 120 });
  expect(needToPass(ONE_PERCENT, { canaryRps: 0 })).toEqual({ requests: 68, minutes: Number.POSITIVE_INFINITY });
});

test('a fail is announced at about what simulated releases take', () => {
  const traffic = { canaryRps: 2.5, stableRps: 47.5, stableBadShare: 0.002 };
  const at = (badShare: number) => needToFail(BESIDE, traffic, badShare)?.requests ?? Number.NaN;
  expect(at(1)).toBeLessThanOrEqual(4);
  expect(at(0.1)).toBeGreaterThan(35);
  expect(at(0.1)).toBeLessThan(64);
  expect(at(0.02)).toBeGreaterThan(1300);
  expect(at(0.02)).toBeLessThan(2000);
  expect(needToFail(BESIDE, traffic, 0.01)).toBeUndefined();
  expect(needToFail(BESIDE, { ...traffic, stableBadShare: 0.05 }, 0.05)).toBeUndefined();
  expect(needToFail(ONE_PERCENT, traffic, 0.02)?.requests).toBeGreaterThan(500);
});

test('a rate is hoped for within reason', () => {
  expect(hopefulRps(0, 5)).toBeCloseTo(0.82, 2);
  expect(hopefulRps(500, 5)).toBeGreaterThan(105);
  expect(hopefulRps(500, 5)).toBeLessThan(115);
});
