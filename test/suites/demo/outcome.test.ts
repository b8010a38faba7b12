import { expect, test } from '@jest/globals';
import { report } from '../../../testbed/load/report.js';
import { Tally } from '../../../testbed/load/tally.js';
import type { Played } from '../bundles/play-job.js';
import { describeSplit, Watcher } from './client-view.js';
import { conclude, type Facts } from './outcome.js';
import { scenarios } from './scenarios.js';

const sent = (version: string | undefined, at = 0, status = 200) => ({
  dueAt: at,
  sentAt: at,
  endedAt: at + 1,
  client: 'keep-alive' as const,
  service: 'restaurant',
  outcome: version === undefined ? { lost: 'reset' } : { version, status },
});

const played = (name: string, conclusion: Played['conclusion'], more: Partial<Played['end']> = {}, weight?: string): Played => ({
  step: { name, action: 'canary-step', inputs: weight === undefined ? {} : { weight }, condition: 'success()' },
  part: 'main',
  startedAt: new Date(0),
  endedAt: new Date(1000),
  conclusion,
  end: { exitCode: 0, stdout: '', stderr: '', errors: [], codes: [], warnings: [], outputs: {}, state: {}, summary: '', ...more },
});

function facts(changes: Partial<Facts> & { lost?: number } = {}): Facts {
  const tally = new Tally();
  for (let index = 0; index < 10; index += 1) tally.add(sent('v2'));
  for (let index = 0; index < (changes.lost ?? 0); index += 1) tally.add(sent(undefined));
  return {
    name: 'good',
    scenario: scenarios.good,
    played: [played('10 % of the traffic', 'success', {}, '10')],
    splits: [{ v1: 540, v2: 60 }],
    report: report(tally, { startedAt: 0, endedAt: 1000, unsent: 0 }),
    detection: null,
    final: { image: 'registry.example/restaurant:v2', phase: 'promoted', weight: 0, leftovers: [], release: undefined },
    ...changes,
  };
}

test('a release that went as the scenario says is ok', () => {
  expect(conclude(facts())).toMatchObject({ complaints: [], outcome: { ok: true, scenario: 'good' } });
});

const final = facts().final;
test.each<[string, Parameters<typeof facts>[0], RegExp]>([
  ['a lost request', { lost: 1 }, /1 requests were lost/],
  ['another phase', { final: { ...final, phase: 'holding' } }, /is holding, not promoted/],
  ['another image', { final: { ...final, image: 'registry.example/restaurant:v1' } }, /stable runs .*v1, not .*v2/],
  ['a weight that stays', { final: { ...final, weight: 10 } }, /canary weight 10/],
  ['something left behind', { final: { ...final, leftovers: ['restaurant-canary'] } }, /left behind: restaurant-canary/],
  ['a step that failed', { played: [played('10 % of the traffic', 'failure', {}, '10')] }, /10 % of the traffic: failure/],
  ['a split that is not what was asked for', { splits: [{ v1: 450, v2: 150 }] }, /saw 25\.0 % of 600 requests .* where 10 %/],
])('%s is not ok', (_, changes, complaint) => {
  const { outcome, complaints } = conclude(facts(changes));
  expect(outcome.ok).toBe(false);
  expect(complaints).toEqual([expect.stringMatching(complaint)]);
});

test('a step that is to stop must stop, say why, and give its verdict', () => {
  const bad = (step: Played) =>
    conclude(
      facts({
        scenario: {
          ...scenarios['bad-canary'],
          expected: { ...scenarios['bad-canary'].expected, phase: 'promoted', serves: 'new' },
        },
        final: { ...final, image: 'registry.example/restaurant:v2-errors-20' },
        played: [step],
        splits: [{}],
        detection: { firstBadAnswerAt: '', weightZeroAt: '', seconds: 1 },
      }),
    ).complaints;
  const said = { errors: ['Traffic: 100 % stable; canary: removed.'], outputs: { verdict: 'fail' } };
  expect(bad(played('10 % of the traffic, and a gate', 'failure', said))).toEqual([]);
  expect(bad(played('10 % of the traffic, and a gate', 'success', said))).toEqual([
    expect.stringContaining('success, not failure'),
  ]);
  expect(bad(played('10 % of the traffic, and a gate', 'failure', { ...said, errors: ['Something else.'] }))).toEqual([
    expect.stringContaining('does not say'),
  ]);
  expect(bad(played('10 % of the traffic, and a gate', 'failure', { ...said, outputs: { verdict: 'error' } }))).toEqual([
    expect.stringContaining('verdict error'),
  ]);
  expect(bad(played('Another', 'success'))).toEqual(['10 % of the traffic, and a gate did not run']);
});

test('detection runs from the first bad answer of the new version to its last answer of any kind', () => {
  const watcher = new Watcher('v2');
  watcher.see(sent('v1', 500, 500));
  watcher.see(sent('v2', 1000));
  expect(watcher.detection).toBeNull();
  watcher.see(sent('v2', 2000, 503));
  watcher.see(sent('v2', 3000, 500));
  watcher.see(sent('v2', 5500));
  watcher.see(sent('v1', 9000));
  watcher.see(sent(undefined, 9500));
  expect(watcher.detection).toEqual({
    firstBadAnswerAt: '1970-01-01T00:00:02.001Z',
    weightZeroAt: '1970-01-01T00:00:05.501Z',
    seconds: 3.5,
  });
});

test('a split is told in shares', () => {
  expect(describeSplit({ v2: 1, v1: 3 })).toBe('v1 75.0 % · v2 25.0 %');
  expect(describeSplit({})).toBe('–');
});
