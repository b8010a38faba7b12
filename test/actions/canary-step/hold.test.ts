import { expect, test } from '@jest/globals';
import { canaryStep } from '../../../actions/canary-step/action.js';
import { verifySlo } from '../../../actions/verify-slo/action.js';
import { readEnvironment } from '../../../src/kernel/environment.js';

const environment = readEnvironment({ INPUT_SLO: 'slo.yml' }, '/w');
const HOUR = 3_600_000;

test.each(['0s', '0', '0m', '0.0h'])(
  'a hold of %s, in which nothing can be seen, is refused before anything is changed',
  (raw) => {
    for (const { inputs } of [canaryStep, verifySlo])
      expect(() => inputs.hold.parse(raw, environment)).toThrow(`"${raw}" is no time at all`);
  },
);

test('a hold that outlasts the time in which no other run may take the release over is refused', () => {
  const conflicts = (hold: number) => canaryStep.conflicts?.({ hold, 'hold-for': 6 * HOUR }, environment);
  expect(conflicts(7 * HOUR)).toEqual([
    expect.stringMatching(/`hold` \(7h\) is longer than `hold-for` \(6h\), after which any other run may take the release over/),
  ]);
  expect(conflicts(6 * HOUR)).toEqual([]);
});
