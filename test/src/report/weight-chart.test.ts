import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { kubernetes } from '../../../src/platforms/kubernetes/index.js';
import type { Phase, Step } from '../../../src/release/record/record.js';
import { stepSummary } from '../../../src/report/step-summary.js';
import { weightChart } from '../../../src/report/weight-chart.js';
import { someRelease } from '../release/releases.js';

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 2, 0, minute)).toISOString();
const step = (minute: number, phase: Phase, weight: number): Step => ({ at: at(minute), phase, weight });
const lineOf = (chart = ''): number[] => JSON.parse(/line (\[.*\])/.exec(chart)?.[1] ?? '[]') as number[];

describe('the chart of a release', () => {
  test('keeps the new version at 100 % while it moves from the canary into stable', () => {
    const steps = [step(2, 'holding', 10), step(10, 'holding', 50), step(20, 'promoting', 100), step(30, 'promoting', 50)];
    const chart = weightChart(someRelease({ phase: 'promoted', endedAt: at(40), steps }), 0, kubernetes);
    const line = lineOf(chart);
    expect(chart).toMatch(/"minutes from 2026-01-02 00:00 UTC" 0 --> 40/);
    expect([line[0], line[5], line[15], line[25], line[35], line[40]]).toEqual([0, 10, 50, 100, 100, 100]);
  });

  test('ends at 0 where it was put back', () => {
    expect(
      lineOf(weightChart(someRelease({ phase: 'aborted', endedAt: at(4), steps: [step(1, 'holding', 20)] }), 0, kubernetes)).at(
        -1,
      ),
    ).toBe(0);
  });

  test('leaves out no step, however short it was', () => {
    const steps = [step(1, 'holding', 10), step(240, 'holding', 50)];
    const line = lineOf(weightChart(someRelease({ phase: 'aborted', endedAt: at(243), steps }), 0, kubernetes));
    expect([line[20], line[39], line[40]]).toEqual([10, 50, 0]);
  });

  test('is none where nothing has been done', () => {
    expect(weightChart(someRelease({ steps: [] }), Date.parse(at(5)), kubernetes)).toBeUndefined();
  });

  test('has numbers only, whatever times and weights are on record', () => {
    const phases = fc.constantFrom<Phase>('holding', 'promoting', 'promoted', 'aborted');
    const steps = fc.array(
      fc.record({ minute: fc.integer({ min: -9, max: 99 }), phase: phases, weight: fc.integer({ min: 0, max: 100 }) }),
    );
    fc.assert(
      fc.property(steps, fc.integer({ min: -9, max: 99 }), (all, now) => {
        const release = someRelease({ steps: all.map(({ minute, phase, weight }) => step(minute, phase, weight)) });
        const chart = weightChart(release, Date.parse(at(now)), kubernetes);
        if (chart === undefined) return;
        const line = lineOf(chart);
        expect(line).toHaveLength(41);
        expect(line.every((share) => share >= 0 && share <= 100)).toBe(true);
      }),
    );
  });
});

test('the summary of a release that is over has who, which commit, how long, what now, and the chart', () => {
  const owner = { ...someRelease().owner, actor: 'mei', commit: 'c0ffee' };
  const summary = stepSummary('menu', someRelease({ phase: 'aborted', endedAt: at(4), owner, weight: 0 }), {
    nowMs: Date.parse(at(9)),
    platform: kubernetes,
  });
  expect(summary).toMatch(/\*\*What now:\*\* Nothing is in flight: stable has all traffic/);
  expect(summary).toMatch(/\| Started by \| mei, https/);
  expect(summary).toMatch(/\| Commit \| c0ffee \|/);
  expect(summary).toMatch(/\| Took \| 4m \|/);
  expect(summary).toMatch(/xychart-beta/);
});
