import { expect, test } from '@jest/globals';
import { Liveness, type LiveShare } from '../../../src/slo/liveness.js';
import type { SidePoll } from '../../../src/slo/source.js';

const side = (changes: Partial<SidePoll>): SidePoll => ({
  pods: 1,
  ready: 1,
  scraped: 1,
  counts: new Map(),
  problems: [],
  notes: [],
  coveredPodMs: 1000,
  ...changes,
});

/** Looks once a second, and says when the canary was found silent or without a pod. */
function look(
  share: (second: number) => LiveShare | undefined,
  sides: (second: number) => [Partial<SidePoll>, Partial<SidePoll>],
) {
  let second = 0;
  const liveness = new Liveness(() => share(second), true);
  for (; second < 120; second++) {
    const [canary, stable] = sides(second);
    const found = liveness.hear({
      at: second * 1000,
      canary: side({ requests: 0, ...canary }),
      stable: side({ requests: 80, busyLooks: second, ...stable }),
    });
    if (found) return { second, reason: found.reason };
  }
  return undefined;
}
const moved =
  (percent: number, more: Partial<LiveShare> = {}) =>
  (second: number) =>
    second < 10 ? undefined : { percent, movedAt: 10_000, settleMs: 30_000, ...more };

test('silence counts from when the proxies must know, and is found within five seconds then', () => {
  expect(look(moved(20), () => [{}, {}])?.second).toBeLessThanOrEqual(45);
  expect(look(moved(20), () => [{}, {}])?.second).toBeGreaterThan(40);
});

test('at 100 % silence is measured by what came before the share moved, as stable gets nothing any more', () => {
  const before = (second: number): [Partial<SidePoll>, Partial<SidePoll>] => [{}, second < 10 ? {} : { requests: 0 }];
  expect(look(moved(100), before)?.second).toBeLessThanOrEqual(45);
  expect(look(moved(100), () => [{}, { requests: 0 }])).toBeUndefined();
});

test('of requests that reach stable past the split none are expected of the canary', () => {
  const few: [Partial<SidePoll>, Partial<SidePoll>] = [{}, { requests: 4 }];
  expect(look(moved(20), () => few)).toBeDefined();
  expect(look(moved(20, { measuredPart: 0.02 }), () => few)).toBeUndefined();
});

test('a canary whose figures nobody can tell is not called silent', () => {
  expect(look(moved(20), () => [{ requests: undefined }, {}])).toBeUndefined();
});

test('a list of pods in the middle of a change is no canary without a pod', () => {
  expect(look(moved(20), (second) => [{ requests: 5, ready: second === 50 ? 0 : 1 }, {}])).toBeUndefined();
  expect(look(moved(20), (second) => [{ requests: 5, ready: second >= 50 ? 0 : 1 }, {}])?.reason).toMatch(
    /^no pod of the canary/,
  );
});
