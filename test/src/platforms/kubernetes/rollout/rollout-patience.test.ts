import { expect, test } from '@jest/globals';
import { DeadlineError } from '../../../../../src/platforms/kubernetes/api/cluster.js';
import { rolloutPatience } from '../../../../../src/platforms/kubernetes/rollout/rollout-patience.js';

const LIMIT = 20_000;

/** A rollout of which only the status is looked at. */
const at = (updatedReplicas: number, availableReplicas: number, replicas = 7, observedGeneration = 2) => ({
  metadata: { generation: 2 },
  status: { observedGeneration, replicas, updatedReplicas, availableReplicas },
});

function patience() {
  let now = 0;
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const waited = rolloutPatience({ clock, timeoutMs: LIMIT });
  const pass = (ms: number): void => {
    now += ms;
  };
  const after = (ms: number, status: ReturnType<typeof at>): void => {
    pass(ms);
    waited.see(status);
  };
  return { waited, after, pass };
}

test('six pods that are ready one by one, 6 s each, take longer than the limit and are waited for', async () => {
  const { waited, after } = patience();
  after(0, at(1, 6));
  for (let ready = 1; ready <= 6; ready++) {
    after(6000, at(ready, 6));
    expect(waited.sinceProgress()).toBeLessThan(LIMIT);
    after(1, at(ready, 7));
  }
  expect(waited.sinceProgress()).toBe(0);
});

test('what stands still, falls back and rises again, or is said of an older template is no progress', async () => {
  const { waited, after } = patience();
  after(0, at(2, 6));
  after(5000, at(2, 6));
  after(5000, at(2, 5));
  after(5000, at(2, 6));
  after(4000, at(6, 6, 6, 1));
  expect(waited.sinceProgress()).toBe(19_000);
});

test('a deadline that passes is asked again while there is time left, and is final when there is none', async () => {
  const { waited, after, pass } = patience();
  after(0, at(1, 6));
  const asked: number[] = [];
  const ask = (timeoutMs: number) => {
    asked.push(timeoutMs);
    pass(timeoutMs);
    if (asked.length === 1) waited.see(at(2, 6));
    return Promise.reject(new DeadlineError('late'));
  };
  await expect(waited.wait(ask)).rejects.toThrow(DeadlineError);
  expect(asked).toEqual([LIMIT, LIMIT]);
});
