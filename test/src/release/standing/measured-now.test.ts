import { expect, test } from '@jest/globals';
import { kubernetes } from '../../../../src/platforms/kubernetes/index.js';
import type { MeasuredShare, Phase, Step } from '../../../../src/release/record/record.js';
import { measuredNow, weightNow } from '../../../../src/release/standing/measured-now.js';
import { shareLine } from '../../../../src/release/standing/share-line.js';
import { someMemory } from '../releases.js';

const share = (percent: number, proven = true): MeasuredShare => ({
  share: percent,
  low: Math.max(0, percent - 1),
  high: Math.min(100, percent + 1),
  proven,
});

const step = (phase: Phase, weight: number, measured?: MeasuredShare): Step => ({
  at: '2026-01-02T00:00:00.000Z',
  phase,
  weight,
  ...(measured && { measured }),
});

const byPods = { platform: someMemory({ router: { kind: 'replicas' } }) };

test('where whole pods are the split, the share is what they come to', () => {
  expect(weightNow({ phase: 'holding', weight: 10, ...byPods }, kubernetes)).toBe(25);
  const route = { kind: 'http-route', route: 'menu', rules: [] } as const;
  expect(weightNow({ phase: 'holding', weight: 10, platform: someMemory({ router: route }) }, kubernetes)).toBe(10);
});

test('where stable was scaled since, the share is the one that was given then, whatever the weight would come to', () => {
  const even = someMemory({ router: { kind: 'replicas' }, stableReplicas: 3 });
  expect(weightNow({ phase: 'holding', weight: 50, given: 20, platform: even }, kubernetes)).toBe(20);
  const steps = [step('holding', 10), step('holding', 50)];
  const line = shareLine({ phase: 'holding', weight: 50, given: 20, platform: even, steps }, kubernetes);
  expect(line.map(({ share }) => share)).toEqual([25, 20]);
});

test('after a promotion the new version has what its proof at 100 % measured', () => {
  const steps = [
    step('holding', 10, share(9.8)),
    step('promoting', 100, share(99.7)),
    step('promoting', 50, share(50.2)),
    step('promoting', 0, share(0)),
    step('promoted', 0),
  ];
  expect(measuredNow({ phase: 'promoted', steps })).toEqual(share(99.7));
  expect(weightNow({ phase: 'promoted', weight: 0, ...byPods }, kubernetes)).toBe(100);
});

test('after a promotion in place it has what the proof at 0 % left for stable', () => {
  const steps = [step('holding', 10, share(9.8)), step('promoting', 0, share(0.4)), step('promoted', 0)];
  expect(measuredNow({ phase: 'promoted', steps })).toEqual({ share: 99.6, low: 98.6, high: 100, proven: true });
});

test('a promotion that nobody sent a request through has measured nothing, whatever was measured before', () => {
  const steps = [step('holding', 10, share(9.8)), step('promoting', 100), step('promoted', 0)];
  expect(measuredNow({ phase: 'promoted', steps })).toBeUndefined();
});

test('before and without a promotion it is what the last step measured', () => {
  expect(measuredNow({ phase: 'holding', steps: [step('holding', 10, share(9.8)), step('holding', 30)] })).toBeUndefined();
  expect(measuredNow({ phase: 'holding', steps: [step('holding', 10), step('holding', 30, share(29))] })).toEqual(share(29));
  expect(weightNow({ phase: 'aborted', weight: 0, ...byPods }, kubernetes)).toBe(0);
});
