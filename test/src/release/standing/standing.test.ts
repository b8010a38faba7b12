import { describe, expect, test } from '@jest/globals';
import { kubernetes } from '../../../../src/platforms/kubernetes/index.js';
import type { ReleaseRecord } from '../../../../src/release/record/record.js';
import { standingOf } from '../../../../src/release/standing/standing.js';
import { statusSummary } from '../../../../src/report/status-summary.js';
import { statusText } from '../../../../src/report/status-text.js';
import { someRelease } from '../releases.js';

const NOW = Date.parse('2026-01-02T00:05:00Z');
const HOLDER = 'shop/restaurant/43/1/release@runner-2#ab';

interface Lock {
  readonly holder?: string;
  readonly renewedSecondsAgo?: number;
}

function standing(record: ReleaseRecord, { holder, renewedSecondsAgo = 0 }: Lock = {}) {
  const lock = holder === undefined ? undefined : { holder, renewedAt: NOW - renewedSecondsAgo * 1000, lastsMs: 30_000 };
  return standingOf('restaurant', 'namespace shop', { record, lock, nowMs: NOW }, kubernetes);
}
const recordOf = (...changes: Parameters<typeof someRelease>): ReleaseRecord => ({
  schema: 2,
  latest: someRelease(...changes),
  history: [],
});

describe('what a release that was cut says of its share', () => {
  const step = (phase: 'holding' | 'promoting' | 'promoted', weight: number, minute: number, verdict?: 'pass' | 'fail') => ({
    at: `2026-01-02T00:0${minute}:00.000Z`,
    phase,
    weight,
    ...(verdict && { verdict }),
  });

  test.each([
    ['on its way to another weight', { weight: 60 }, [step('holding', 20, 1)], 20, 60, /The step from 20 % to 60 % was cut/],
    [
      'when stable had been updated',
      { phase: 'promoting', weight: 0 },
      [step('holding', 30, 1), step('promoting', 100, 2), step('promoting', 0, 3)],
      100,
      undefined,
      /The promotion was cut/,
    ],
    [
      'on its way to a promotion',
      { phase: 'promoting', weight: 100 },
      [step('holding', 30, 1)],
      30,
      100,
      /The promotion was cut/,
    ],
    ['while it was put back', { phase: 'aborting', weight: 0 }, [step('holding', 30, 1)], 30, 0, /Putting it back was cut/],
    [
      'while it was taken back',
      { phase: 'rolling-back', weight: 0 },
      [step('promoting', 100, 1), step('promoted', 0, 2)],
      100,
      0,
      /was cut/,
    ],
  ] as const)('%s', (_, changes, steps, weight, towards, next) => {
    expect(standing(recordOf({ ...changes, steps }))).toMatchObject({ weight, towards, next: expect.stringMatching(next) });
  });

  test('by whole pods it is what they give', () => {
    const { weight } = standing(
      recordOf({ router: { kind: 'replicas' }, stableReplicas: 3, weight: 10, steps: [step('holding', 10, 1)] }),
    );
    expect(weight).toBe(25);
  });

  test('a verdict is of the weight that it was given at, and the newest one counts', () => {
    const raised = recordOf({ weight: 70, steps: [step('holding', 20, 1, 'pass'), step('holding', 70, 2)] });
    expect(standing(raised).judged).toMatchObject({ verdict: 'pass', weight: 20 });
    expect(standing(raised).next).toMatch(/Go on/);
    const gate = { at: '2026-01-02T00:01:30.000Z', weight: 20, verdict: 'pass', objectives: [] } as const;
    const failed = recordOf({ gate, weight: 70, steps: [step('holding', 20, 1), step('holding', 70, 2, 'fail')] });
    expect(standing(failed)).toMatchObject({
      judged: { verdict: 'fail' },
      next: expect.stringMatching(/Its gate said fail at 70 %: put it back/),
    });
  });
});

describe('how a release stands', () => {
  test('nothing on record is said, and where to look', () => {
    const { next, inFlight } = standing({ schema: 2, history: [] });
    expect([next, inFlight]).toEqual([
      expect.stringMatching(/Nothing has been released as `app: restaurant` in namespace shop/),
      false,
    ]);
  });

  test.each([
    ['holding', /Go on with the next step of https:\S+\/42, or put it back with the rollback action.*Until 2026-01-02T06/],
    ['starting', /The first step of this release was cut.*rollback action with `app: restaurant` and `scope: any`/],
    ['promoting', /The promotion was cut/],
    ['aborting', /Putting it back was cut/],
    ['rolling-back', /Taking the promoted version back was cut/],
  ] as const)('%s by nobody is in flight, and what to do is said', (phase, next) => {
    expect(standing(recordOf({ phase }))).toMatchObject({ inFlight: true, atWork: false, next: expect.stringMatching(next) });
  });

  test.each([
    ['promoted', /To take this version back, run the rollback action/],
    ['aborted', /Find out why it was put back/],
    ['rolled-back', /stable is the former version again/],
  ] as const)('%s is over', (phase, next) => {
    const endedAt = '2026-01-02T00:04:00.000Z';
    expect(standing(recordOf({ phase, endedAt }))).toMatchObject({
      inFlight: false,
      since: endedAt,
      next: expect.stringMatching(next),
    });
  });

  test('whoever renews the lock is at work, whatever its phase; whoever does not any more is dead', () => {
    expect(standing(recordOf({ phase: 'promoting' }), { holder: HOLDER, renewedSecondsAgo: 29 })).toMatchObject({
      atWork: true,
      next: expect.stringMatching(/Workflow run 43 of shop\/restaurant is at work on it/),
    });
    expect(standing(recordOf({ phase: 'promoting' }), { holder: HOLDER, renewedSecondsAgo: -20 })).toMatchObject({
      atWork: true,
    });
    expect(standing(recordOf({ phase: 'promoting' }), { holder: HOLDER, renewedSecondsAgo: -600 })).toMatchObject({
      atWork: undefined,
      next: expect.stringMatching(/is at work can't be told.*clock.*rollback action/),
    });
    expect(standing(recordOf({ phase: 'promoting' }), { holder: HOLDER, renewedSecondsAgo: 31 })).toMatchObject({
      atWork: false,
      next: expect.stringMatching(/The promotion was cut/),
    });
  });

  test('nothing on record and a lock is a first deployment, or a beginning, that no rollback ends', () => {
    const nothing: ReleaseRecord = { schema: 2, history: [] };
    expect(standing(nothing, { holder: HOLDER, renewedSecondsAgo: 5 }).next).toMatch(
      /is at work on it, and nothing is on record yet: a first deployment[\s\S]*cancel that run/,
    );
    expect(standing(nothing, { holder: HOLDER, renewedSecondsAgo: 60 }).next).toMatch(
      /was cut before anything was on record\. If it was a first deployment, run that step again/,
    );
  });
});

test('what somebody wrote into the record is no mark-up of the summary', () => {
  const evil = '](https://evil.example)<img src=x>\n## Promoted | `x`';
  const record = recordOf({ reason: evil, canary: { image: evil, templateHash: '' } });
  const summary = statusSummary(standing(record, { holder: evil }), kubernetes);
  expect(summary).not.toMatch(/<img|\n## Promoted|[^\\]\]\(https/);
});

test('the summary has what now, the facts, a chart of the share, each step and what was before', () => {
  const past = { id: '41', phase: 'aborted', image: 'restaurant:0', previousImage: 'restaurant:1' } as const;
  const times = { runUrl: 'https://github.com/runs/41', startedAt: '2026-01-01T00:00:00Z', endedAt: '2026-01-01T00:00:09Z' };
  const text = statusSummary(standing({ ...recordOf(), history: [{ ...past, ...times }] }), kubernetes);
  expect(text).toMatch(/^### restaurant: holding at 10 % on record, in flight for 5m\n\n\*\*What now:\*\* Go on with/);
  expect(text).toMatch(/```mermaid\n%%.*%%\nxychart-beta\n[\s\S]*0 --> 5\n[\s\S]*line \[0, 0[\d, ]*, 10\]\n```/);
  expect(text).toMatch(/9\.8 % \(7\.1–13\.2 %\)/);
  expect(text).toMatch(/2026-01-01 00:00 \| aborted \| restaurant:0/);
  expect(text).toMatch(/What the route and the pods do now was not looked at/);
});

test('a terminal gets the same in lines', () => {
  const lines = statusText(standing(recordOf({ owner: { ...someRelease().owner, actor: 'mei', commit: 'cafe' } }))).split('\n');
  expect(lines[0]).toBe('restaurant: holding at 10 % on record, in flight for 5m');
  expect(lines).toContain('  started by      mei');
  expect(lines.at(-1)).toMatch(/^What now: Go on/);
});
