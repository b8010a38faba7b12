import { expect, test } from '@jest/globals';
import { UserError } from '../../../../../../src/kernel/errors.js';
import { refuseUnjudgeable } from '../../../../../../src/platforms/kubernetes/strategies/canary/move.js';
import { slo } from '../../../../release/played-release.js';

const target = (warmUp: string, holdMs: number) => ({
  weight: 20,
  pods: undefined,
  testers: undefined,
  promotion: 'surge' as const,
  gate: { slo: slo(`warm-up: ${warmUp}\n`), holdMs, onBreach: 'abort' as const },
});

test('a first step whose hold is over before any pod can be past its warm-up is refused before anything is changed', () => {
  expect(() => refuseUnjudgeable(target('10m', 30_000), true, 120_000)).toThrow(UserError);
  expect(() => refuseUnjudgeable(target('10m', 30_000), true, 120_000)).toThrow(
    /The hold of 30s would be over before a pod of the canary is past its warm-up of 10m.*Nothing has been changed/,
  );
});

test('not where the waits before the hold may be long enough, nor where the canary runs already', () => {
  expect(() => refuseUnjudgeable(target('2m', 30_000), true, 120_000)).not.toThrow();
  expect(() => refuseUnjudgeable(target('10m', 30_000), true, undefined)).not.toThrow();
});
