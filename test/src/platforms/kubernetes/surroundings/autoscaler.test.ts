import { expect, test } from '@jest/globals';
import type { V2HorizontalPodAutoscaler } from '@kubernetes/client-node';
import {
  planGrowth,
  refuseSharedScaling,
  untilTrafficCounts,
  writtenBack,
} from '../../../../../src/platforms/kubernetes/surroundings/autoscaler.js';
import { StillCluster } from '../../../../actions/canary-step/still-cluster.js';
import { ManualClock } from '../../../../manual-clock.js';

const memory = { name: 'restaurant', minReplicas: 1, raisedTo: 3 };

/** An autoscaler as it says that its metrics ask for fewer pods than its minimum, or for none of that. */
const limitedBy = (reason: string, minReplicas = memory.raisedTo) => ({
  metadata: { name: 'restaurant' },
  spec: { minReplicas },
  status: { conditions: [{ type: 'ScalingLimited', status: reason === 'DesiredWithinRange' ? 'False' : 'True', reason }] },
});

function waiting(autoscaler: object | undefined) {
  const cluster = new StillCluster();
  const clock = new ManualClock();
  const show = (one: object | undefined) => cluster.objects.set('horizontalpodautoscalers', one ? [one] : []);
  show(autoscaler);
  const said: string[] = [];
  const log = {
    info: (text: string) => void said.push(text),
    debug: () => undefined,
    warning: () => undefined,
    group: <T>(_: string, work: () => Promise<T>) => work(),
    mask: () => undefined,
  };
  let isOver = false;
  const end = untilTrafficCounts(cluster, memory, { clock, log }, new AbortController().signal).then(() => {
    isOver = true;
  });
  return { clock, show, said, end, isOver: () => isOver };
}

test('an autoscaler that would take pods away at once keeps its minimum until it no longer would', async () => {
  const { clock, show, said, end, isOver } = waiting(limitedBy('TooFewReplicas'));
  await clock.advance(60_000);
  expect(isOver()).toBe(false);
  expect(said).toEqual([expect.stringMatching(/restaurant still counts[\s\S]*below 3 at once[\s\S]*back to 1 [\s\S]*90 s/)]);
  show(limitedBy('DesiredWithinRange'));
  await clock.advance(2_000);
  await end;
});

test('one that wants fewer pods for longer than its metrics take means it', async () => {
  const { clock, end, isOver } = waiting(limitedBy('TooFewReplicas'));
  await clock.advance(88_000);
  expect(isOver()).toBe(false);
  await clock.advance(4_000);
  await end;
});

test.each([
  ['wants as many pods or more', limitedBy('TooManyReplicas')],
  ['has never looked', { ...limitedBy(''), status: {} }],
  ['has a minimum of somebody else', limitedBy('TooFewReplicas', 2)],
  ['is gone', undefined],
])('nothing is waited for when it %s', async (_, autoscaler) => {
  const { said, end } = waiting(autoscaler);
  await end;
  expect(said).toEqual([]);
});

/** Stable's autoscaler, with a minimum that was last written by the suite, or by somebody else. */
const autoscalerOf = (minReplicas: number, manager: string) =>
  ({
    metadata: { name: 'restaurant', managedFields: [{ manager, fieldsV1: { 'f:spec': { 'f:minReplicas': {} } } }] },
    spec: { minReplicas, maxReplicas: 10, scaleTargetRef: { kind: 'Deployment', name: 'restaurant' } },
  }) as V2HorizontalPodAutoscaler;

test.each<[string, V2HorizontalPodAutoscaler, number, object | undefined]>([
  ['is held at its new size', autoscalerOf(3, 'd9-actions'), 5, { minReplicas: 1, raisedTo: 5 }],
  ['is held though a killed step recorded a size that it did not write', autoscalerOf(2, 'd9-actions'), 5, { minReplicas: 1 }],
  ['gets back what its owner has set meanwhile', autoscalerOf(2, 'kubectl-edit'), 5, { minReplicas: 2, raisedTo: 5 }],
  ['is left to an owner who holds it already', autoscalerOf(5, 'kubectl-edit'), 5, undefined],
  ['and shrank since is held no further', autoscalerOf(3, 'd9-actions'), 3, undefined],
])('a stable that has grown %s', (_, autoscaler, replicas, planned) => {
  const plan = planGrowth([autoscaler], 'restaurant', replicas, memory);
  if (planned) expect(plan).toMatchObject(planned);
  else expect(plan).toBeUndefined();
});

test('an autoscaler that may scale is refused where the ratio of pods is the split, and one that holds still is not', () => {
  const autoscaler = (minReplicas: number, maxReplicas: number, name = 'restaurant') =>
    ({
      metadata: { name: 'busy' },
      spec: { scaleTargetRef: { kind: 'Deployment', name }, minReplicas, maxReplicas },
    }) as V2HorizontalPodAutoscaler;
  expect(() => refuseSharedScaling([autoscaler(1, 9)], 'restaurant', 3)).toThrow(
    /HorizontalPodAutoscaler busy .* move the share[\s\S]*minReplicas and maxReplicas 3/,
  );
  expect(() => refuseSharedScaling([autoscaler(3, 3), autoscaler(1, 9, 'other')], 'restaurant', 3)).not.toThrow();
});

/** `minReplicas` as somebody has it. */
const written = (minReplicas: number, manager: string, maxReplicas = 10): V2HorizontalPodAutoscaler => ({
  metadata: {
    name: 'restaurant',
    managedFields: [{ manager, operation: 'Update', fieldsV1: { 'f:spec': { 'f:minReplicas': {} } } }],
  },
  spec: { minReplicas, maxReplicas, scaleTargetRef: { kind: 'Deployment', name: 'restaurant' } },
});

test.each([
  ['back to what it was', written(1, 'argocd-controller'), { memory, by: 'argocd-controller' }],
  [
    'to something else, which is what it gets back',
    written(2, 'kubectl'),
    { memory: { ...memory, minReplicas: 2 }, by: 'kubectl' },
  ],
  ['higher', written(4, 'kubectl'), undefined],
  ['as low as the maximum allows', written(2, 'kubectl', 2), undefined],
  ['by an earlier step of the release', written(2, 'd9-actions'), undefined],
])('a minimum that was written %s', (_what, live, expected) => {
  expect(writtenBack(live, memory)).toEqual(expected);
});
