import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideStart } from '../../../../../src/platforms/kubernetes/decide/begin.js';
import { otherImage } from '../../../../../src/platforms/kubernetes/going-back/undo-proof.js';
import { planRollback } from '../../../../../src/release/going-back/plan-rollback.js';
import type { Phase, ReleaseRecord } from '../../../../../src/release/record/record.js';
import { someRelease, someRun } from '../../../release/releases.js';

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
  expect(planRollback(release, 'any', another)).toMatchObject(expected);
});

test.each(PLANS)('what an earlier attempt left %s is undone by: %s, unless it was promoted', (phase, kind) => {
  const plan = planRollback(someRelease({ phase }), 'run', someRun({ runAttempt: 2 }));
  if (phase !== 'promoted') return expect(plan).toMatchObject({ kind });
  expect(plan).toMatchObject({ kind: 'nothing', reason: expect.stringContaining('`scope: any` takes it back') });
  const byThisAttempt = someRelease({ phase, owner: { ...someRelease().owner, attempt: 2 } });
  expect(planRollback(byThisAttempt, 'run', someRun({ runAttempt: 2 }))).toMatchObject({ kind: 'restore' });
  expect(planRollback(someRelease({ phase }), 'any', someRun({ runAttempt: 2 }))).toMatchObject({ kind: 'restore' });
});

test.each(PLANS)("another run's release that is %s is never touched by a run that cleans up after itself", (phase) => {
  expect(planRollback(someRelease({ phase }), 'run', another)).toMatchObject({ kind: 'nothing' });
});

test('no step of a re-run changes what its run has released, in whatever order, by whichever attempt', () => {
  const image = 'restaurant:2';
  const live = { image, version: image, isOurs: false, writtenBy: undefined, revision: undefined };
  const promotedBy = (runAttempt: number) => ({
    schema: 2 as const,
    history: [],
    latest: someRelease({ phase: 'promoted', weight: 0, owner: { ...someRelease().owner, attempt: runAttempt } }),
  });
  const foundBy = (runId: string) => ({
    schema: 2 as const,
    history: [],
    live: [{ image, repository: ours.repository, runId, at: '2026-01-02T00:00:00.000Z' }],
  });
  const request = fc.record({
    image: fc.constantFrom(image, undefined),
    weight: fc.integer({ min: 0, max: 100 }),
    takeOver: fc.boolean(),
  });
  fc.assert(
    fc.property(request, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (asked, attempt, later) => {
      const run = someRun({ runAttempt: attempt + later });
      for (const record of [promotedBy(attempt), foundBy(run.runId)] as ReleaseRecord[]) {
        expect(decideStart(record, asked, run, live, 0)).toMatchObject({ kind: 'nothing' });
        expect(planRollback(record.latest, 'run', run)).toMatchObject({ kind: 'nothing' });
      }
    }),
  );
});

describe('what runs', () => {
  const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
  const id = (letter: string) => `registry.test/app@${digest(letter)}`;

  test.each([
    ['a tag, and nobody knows what it led to', 'app:1', [id('a')], []],
    ['a tag that leads where it led before', 'app:1', [id('a')], [id('a')]],
    ['the digest that was asked for', `app@${digest('a')}`, [id('a')], []],
    ['its digest under the name of a mirror', 'app:1', [`mirror.test/proxy/app@${digest('a')}`], [id('a')]],
    ['the digest of a configuration, which says nothing of the digest asked for', `app@${digest('a')}`, [digest('b')], []],
  ])('is what was meant: %s', (_what, image, ids, known) => {
    expect(otherImage(image, ids, known)).toBeUndefined();
  });

  test.each([
    ['a tag that was moved', 'app:1', [id('a'), id('b')], [id('a')]],
    ['another digest than was asked for', `app@${digest('a')}`, [id('b')], []],
  ])('is something else: %s', (_what, image, ids, known) => {
    expect(otherImage(image, ids, known)).toMatch(/they run registry.test\/app@sha256:b+;/);
  });
});
