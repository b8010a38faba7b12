import { expect, test } from '@jest/globals';
import type { Phase } from '../../../src/release/record.js';
import { planRollback } from '../../../src/release/rollback.js';
import { someRelease, someRun } from './releases.js';

const ours = someRun();
const another = someRun({ runId: '43' });

test('a failed build, before any release, undoes nothing', () => {
  expect(planRollback(undefined, 'run', ours)).toMatchObject({ kind: 'nothing', reason: expect.stringContaining('no release') });
  expect(planRollback(undefined, 'any', ours)).toMatchObject({ kind: 'nothing' });
});

const PLANS: Array<[Phase, string]> = [
  ['starting', 'abort'],
  ['holding', 'abort'],
  ['promoting', 'abort'],
  ['aborting', 'abort'],
  ['promoted', 'restore'],
  ['rolling-back', 'restore'],
  ['aborted', 'nothing'],
  ['rolled-back', 'nothing'],
];

test.each(PLANS)('a release that is %s is undone by: %s', (phase, kind) => {
  const release = someRelease({ phase });
  const expected = kind === 'nothing' ? { kind } : { kind, release };
  expect(planRollback(release, 'run', ours)).toMatchObject(expected);
  expect(planRollback(release, 'run', someRun({ runAttempt: 2 }))).toMatchObject(expected);
  expect(planRollback(release, 'any', another)).toMatchObject(expected);
});

test.each(PLANS)("another run's release that is %s is never touched by a run that cleans up after itself", (phase) => {
  expect(planRollback(someRelease({ phase }), 'run', another)).toMatchObject({ kind: 'nothing' });
});
