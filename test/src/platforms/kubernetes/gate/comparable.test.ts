import { expect, test } from '@jest/globals';
import { asJudgedBeside } from '../../../../../src/platforms/kubernetes/gate/comparable.js';
import type { LiveStable } from '../../../../../src/platforms/kubernetes/stable/live-stable.js';
import { slo } from '../../../release/played-release.js';
import { type ReleaseChanges, someRelease } from '../../../release/releases.js';
import { RecordingLog } from '../bed.js';

const compared = slo('warm-up: 0s\ncompare: stable\n');
const judged = (changes: ReleaseChanges, image = 'v1') => {
  const release = someRelease({
    weight: 20,
    stable: { image: 'v1', templateHash: 'a' },
    canary: { image: 'v2', templateHash: '' },
    ...changes,
  });
  const warnings: string[] = [];
  const log = Object.assign(new RecordingLog(), { warning: (text: string) => void warnings.push(text) });
  const { compare } = asJudgedBeside(release, { image } as LiveStable, compared, log);
  return [compare, warnings.length];
};

test.each([
  ['beside stable as it was', {}, 'v1', ['stable', 0]],
  ['beside a hotfix', {}, 'v1-hotfix', ['stable', 0]],
  ['with all traffic', { weight: 100, phase: 'promoting', stage: 'shifted' }, 'v1', [undefined, 0]],
  ['while stable is being updated to it', { phase: 'promoting', stage: 'updating-stable' }, 'v2', [undefined, 1]],
  ['while the way back of that is cut', { phase: 'aborting', stage: 'returning' }, 'v1', [undefined, 1]],
  ['beside its own version, by somebody', {}, 'v2', [undefined, 1]],
  ['of a manifest that leaves the image', { canary: { image: 'v1', templateHash: '' } }, 'v1', ['stable', 0]],
] as const)('a canary %s', (_what, changes, image, expected) => {
  expect(judged(changes as ReleaseChanges, image)).toEqual(expected);
});
