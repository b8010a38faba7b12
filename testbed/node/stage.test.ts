import { expect, test } from '@jest/globals';
import { healthy } from '../app/faults.js';
import { planStage } from './stage.js';

test('a pod is ready after its start time, not before', () => {
  expect(planStage(healthy, true, 150, 150)).toEqual({ stage: { kind: 'starting' }, againMs: 50 });
  expect(planStage(healthy, true, 200, 200)).toEqual({ stage: { kind: 'ready' } });
});

test('restarts grow ever more slowly, as under a kubelet', () => {
  const restartsAt = (seconds: number) => planStage({ ...healthy, crash: true }, true, 0, seconds * 1000).stage;
  const restarts = [0, 2, 6, 14, 30, 62, 94].map(restartsAt);
  expect(restarts).toEqual([1, 2, 3, 4, 5, 6, 7].map((count) => ({ kind: 'crashing', restarts: count })));
});

test('an image that is not there is first an error, then backs off', () => {
  expect(planStage(healthy, false, 0, 0)).toEqual({ stage: { kind: 'no-image', reason: 'ErrImagePull' }, againMs: 1000 });
  expect(planStage({ ...healthy, missing: true }, true, 0, 1000)).toEqual({
    stage: { kind: 'no-image', reason: 'ImagePullBackOff' },
  });
});
