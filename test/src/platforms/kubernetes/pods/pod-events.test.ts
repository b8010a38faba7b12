import { expect, test } from '@jest/globals';
import type { CoreV1Event, V1Pod } from '@kubernetes/client-node';
import { explain } from '../../../../../src/platforms/kubernetes/pods/pod-events.js';

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
  expect(explain(events, running)).toEqual({ text: 'Unhealthy: Readiness probe failed: 500', isHopeless: false });
  expect(explain([], running)).toEqual({ text: '', isHopeless: false });
});

test('a volume of something that does not exist is named, and waited for: it may be synced a moment later', () => {
  const message = 'MountVolume.SetUp failed for volume "menu" : configmap "menu" not found';
  expect(explain([event('FailedMount', message, 1)], running)).toEqual({ text: `FailedMount: ${message}`, isHopeless: false });
});

test('a pod that no node has room for is waited for: an autoscaler takes minutes, and other pods end', () => {
  expect(explain([], unschedulable)).toEqual({ text: '', isHopeless: false });
  const refused = explain([event('NotTriggerScaleUp', 'pool is full', 1, 'Normal')], unschedulable);
  expect(refused).toEqual({ text: 'the autoscaler adds no node for it: pool is full', isHopeless: false });
  const helped = { text: 'a node is being made ready for it', isHopeless: false };
  expect(explain([event('TriggeredScaleUp', '1 → 2', 1, 'Normal')], unschedulable)).toEqual(helped);
  expect(explain([], { status: { ...unschedulable.status, nominatedNodeName: 'node-1' } })).toEqual(helped);
});

test('an image that backs off without a reason has it in the event of its last pull', () => {
  const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image "shop/menu:v2"' };
  const backingOff = { status: { phase: 'Pending', containerStatuses: [{ state: { waiting } }] } } as unknown as V1Pod;
  const pull = (why: string, second: number) => event('Failed', `Failed to pull image "shop/menu:v2": ${why}`, second);
  const [gone, limited] = ['manifest unknown', '429 Too Many Requests - Server message: toomanyrequests: pull rate limit'];
  const after = event('Failed', 'Error: ImagePullBackOff', 5);
  expect(explain([pull(limited, 1), pull(gone, 2), after], backingOff).isHopeless).toBe(true);
  expect(explain([pull(gone, 1), pull(limited, 2), after], backingOff).isHopeless).toBe(false);
  expect(explain([after], backingOff).isHopeless).toBe(false);
});
