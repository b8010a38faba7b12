import { expect, test } from '@jest/globals';
import type { V1ContainerState, V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { watchContainerEnds } from '../../../../../src/platforms/kubernetes/pods/container-ends.js';

const date = (time: string) => `2026-01-02T00:${time}Z` as unknown as Date;
const SERVED = Date.parse('2026-01-02T00:10:00.700Z');
const running = (startedAt = '00:00'): V1ContainerState => ({ running: { startedAt: date(startedAt) } });
const ended = (finishedAt: string, exitCode = 1, more: object = {}): V1ContainerState => ({
  terminated: { exitCode, reason: 'Error', finishedAt: date(finishedAt), ...more },
});

interface Life extends Partial<V1ContainerStatus> {
  readonly ready?: boolean;
  readonly created?: string;
}

const pod = ({ ready = true, created = '00:00', ...status }: Life = {}): V1Pod => ({
  metadata: { uid: 'u1', name: 'canary-1', creationTimestamp: date(created) },
  spec: { containers: [{ name: 'app' }], initContainers: [{ name: 'migrate' }, { name: 'proxy', restartPolicy: 'Always' }] },
  status: {
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    containerStatuses: [{ name: 'app', image: '', imageID: '', ready, restartCount: 0, state: running(), ...status }],
  },
});
const restarted = (finishedAt: string, restartCount = 1, life: Life = {}) =>
  pod({ restartCount, lastState: ended(finishedAt), state: running(finishedAt), ...life });

test('a container that ended after its pod had traffic is found at the first look, though it runs again', () => {
  expect(watchContainerEnds([SERVED])(restarted('11:00'))).toEqual({ container: 'app', reason: 'restarted once: exit code 1' });
});

test('so is one that has ended and is not started again yet, and a sidecar that is an init container', () => {
  const look = watchContainerEnds([SERVED]);
  expect(look(pod({ state: ended('11:00', 137, { reason: 'OOMKilled' }) }))?.reason).toBe('ended: exit code 137 (OOMKilled)');
  const proxy = { name: 'proxy', image: '', imageID: '', ready: true, restartCount: 1, lastState: ended('11:00', 0) };
  const withProxy = pod();
  expect(look({ ...withProxy, status: { ...withProxy.status, initContainerStatuses: [proxy] } })?.container).toBe('proxy');
});

test('one that ended in the very second in which the traffic began is found: the API server cuts fractions off', () => {
  expect(watchContainerEnds([SERVED])(restarted('10:00'))).toBeDefined();
  expect(watchContainerEnds([SERVED])(restarted('09:59'))).toBeUndefined();
});

test('a second try before the pod was ready is none, and neither is an init container that is done', () => {
  const look = watchContainerEnds([SERVED]);
  expect(look(restarted('09:00'))).toBeUndefined();
  const done = { name: 'migrate', image: '', imageID: '', ready: true, restartCount: 0, state: ended('11:00', 0) };
  const withInit = pod();
  expect(look({ ...withInit, status: { ...withInit.status, initContainerStatuses: [done] } })).toBeUndefined();
});

test('a pod that joins later is held to the traffic after its own start, or to what was first seen of it', () => {
  const later = Date.parse('2026-01-02T00:20:00Z');
  const joined = { created: '15:00' };
  expect(watchContainerEnds([SERVED, later])(restarted('16:00', 1, joined))).toBeUndefined();
  expect(watchContainerEnds([later, SERVED])(restarted('21:00', 1, joined))).toBeDefined();
  const look = watchContainerEnds([SERVED]);
  expect(look(restarted('16:00', 1, { ...joined, ready: false }))).toBeUndefined();
  expect(look(restarted('16:30', 2, joined))).toBeUndefined();
  expect(look(restarted('17:00', 3, joined))?.reason).toBe('restarted (3 times in all): exit code 1');
});

test('where the kubelet has forgotten the end, what runs now says when it began', () => {
  const forgotten = pod({ restartCount: 2, state: running('11:00') });
  expect(watchContainerEnds([SERVED])(forgotten)?.reason).toBe('restarted (2 times in all), nobody knows why');
});
