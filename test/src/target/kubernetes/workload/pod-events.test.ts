import { expect, test } from '@jest/globals';
import type { CoreV1Event, V1Pod } from '@kubernetes/client-node';
import { explain } from '../../../../../src/target/kubernetes/workload/pod-events.js';

const event = (reason: string, message: string, second: number, type = 'Warning') =>
  ({ type, reason, message, lastTimestamp: `2026-01-02T00:00:0${second}Z`, metadata: {} }) as unknown as CoreV1Event;
const running: V1Pod = { status: { phase: 'Running' } };
const unschedulable = {
  status: { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] },
} as unknown as V1Pod;

test('the last warning is what there is to say, and a failing probe may still come right', () => {
  const events = [
    event('Unhealthy', 'Readiness probe failed: 500', 2),
    event('BackOff', 'older', 1),
    event('Pulled', 'fine', 3, 'Normal'),
  ];
  expect(explain(events, running, 60_000)).toEqual({ text: 'Unhealthy: Readiness probe failed: 500', isHopeless: false });
  expect(explain([], running, 60_000)).toEqual({ text: '', isHopeless: false });
});

test('a volume of something that does not exist is hopeless', () => {
  const missing = event('FailedMount', 'MountVolume.SetUp failed for volume "menu" : configmap "menu" not found', 1);
  expect(explain([missing], running, 3000).isHopeless).toBe(true);
  expect(explain([event('FailedMount', 'timed out waiting for the condition', 1)], running, 3000).isHopeless).toBe(false);
});

test('a pod that no node has room for is given up after the time in which an autoscaler would have said that it helps', () => {
  expect(explain([], unschedulable, 14_000).isHopeless).toBe(false);
  expect(explain([], unschedulable, 15_000).isHopeless).toBe(true);
  expect(explain([event('NotTriggerScaleUp', 'pool is full', 1, 'Normal')], unschedulable, 2000).isHopeless).toBe(true);
  const helped = explain([event('TriggeredScaleUp', '1 → 2', 1, 'Normal')], unschedulable, 60_000);
  expect(helped).toEqual({ text: 'a node is being made ready for it', isHopeless: false });
  const preempting = { status: { ...unschedulable.status, nominatedNodeName: 'node-1' } };
  expect(explain([], preempting, 60_000).isHopeless).toBe(false);
});
