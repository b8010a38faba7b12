import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideStart } from '../../../../src/platforms/kubernetes/decide/begin.js';
import type { ReleaseRecord } from '../../../../src/release/record/record.js';
import { BEFORE_A_NEW_ONE } from '../../../../src/release/record/stopped.js';
import { type ReleaseChanges, someRelease, someRun } from '../releases.js';

const image = 'restaurant:2';
const live = { image: 'restaurant:1', version: 'v', revision: undefined, isOurs: false, writtenBy: undefined };
const another = 'https://github.com/shop/restaurant/actions/runs/99';
const run = someRun();

const stoppedAs = (changes: ReleaseChanges): ReleaseRecord => ({
  schema: 2,
  history: [],
  latest: someRelease({ phase: 'aborted', weight: 0, endedBy: run.url, reason: 'the gate failed: errors', ...changes }),
});
const request = { image, weight: 50, takeOver: false };
const start = (record: ReleaseRecord, asked: Partial<typeof request> & { image?: string } = {}, by = run) =>
  decideStart(record, { ...request, ...asked }, by, live, 0);

test.each([
  ['that its gate has failed', {}, 'was put back in attempt 1 of this run (the gate failed: errors)'],
  ['that somebody has put back', { endedBy: another, reason: 'rollback' }, `was put back by ${another} (rollback)`],
  ['that somebody has rolled back', { phase: 'rolled-back', endedBy: another }, `was rolled back by ${another}.`],
] as const)('a version %s is not begun anew in that attempt', (_what, changes, said) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), (weight) => {
      expect(() => start(stoppedAs(changes), { weight })).toThrow(said);
    }),
  );
  expect(() => start(stoppedAs(changes))).toThrow('`take-over: true`');
  expect(start(stoppedAs(changes), { takeOver: true })).toMatchObject({ kind: 'begin', warning: expect.stringContaining(said) });
});

test('whoever runs the job again means it, and is told', () => {
  expect(start(stoppedAs({}), {}, someRun({ runAttempt: 2 }))).toMatchObject({
    kind: 'begin',
    warning: expect.stringContaining('was put back in attempt 1 of this run'),
  });
});

test('another run may try the version again, and is told', () => {
  const other = someRun({ runId: '43', url: another });
  expect(start(stoppedAs({}), {}, other)).toMatchObject({
    kind: 'begin',
    warning: expect.stringContaining(`was put back by ${run.url} (the gate failed: errors)`),
  });
});

test('another version and another manifest are not what was stopped', () => {
  expect(start(stoppedAs({}), { image: 'restaurant:3' })).toEqual({ kind: 'begin' });
  expect(start(stoppedAs({ manifest: { hash: 'h', configMaps: [] } }))).toEqual({ kind: 'begin' });
});

test('a step that puts an unfinished release back to begin it anew goes on', () => {
  expect(start(stoppedAs({ reason: BEFORE_A_NEW_ONE }))).toEqual({ kind: 'begin' });
});

test.each(['app:latest', 'registry.test/team/app', 'registry.test:5000/team/app:main'])(
  '%s onto itself is nothing to release, and a warning that the tag may have been moved and how to give a digest',
  (moving) => {
    const record: ReleaseRecord = { schema: 2, history: [] };
    expect(decideStart(record, { ...request, image: moving }, run, { ...live, image: moving }, 0)).toMatchObject({
      kind: 'nothing',
      warning: expect.stringMatching(/A tag may have been moved to another image since.*name the image by its digest/),
    });
  },
);
