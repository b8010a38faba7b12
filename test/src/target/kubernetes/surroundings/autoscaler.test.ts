import { expect, test } from '@jest/globals';
import { untilTrafficCounts } from '../../../../../src/target/kubernetes/surroundings/autoscaler.js';
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
