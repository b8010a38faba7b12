import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  explain,
  type JudgeState,
  judge,
  noEvidence,
  requestsNeeded,
  requestsToPass,
  upperBound,
} from '../../../../src/slo/judge/judge.js';

const ONE_PERCENT = { max: 0.01, ruleOut: 0.05 };
const STRICT = { max: 0.001, ruleOut: 0.02 };

/** The judgement after these polls of [good, bad]. */
function after(limits: typeof STRICT, polls: ReadonlyArray<readonly [number, number]>, objectives = 1) {
  let state = noEvidence;
  let last = judge(limits, state, { good: 0, bad: 0 }, objectives);
  for (const [good, bad] of polls) {
    last = judge(limits, state, { good, bad }, objectives);
    state = last.state;
  }
  return last;
}

test('no request is no pass', () => {
  expect(after(STRICT, [[0, 0]])).toMatchObject({ verdict: 'inconclusive', lnE: 0, lnEPass: 0 });
  expect(upperBound(noEvidence)).toBe(1);
});

test('a pass comes with the request that was announced, and not one earlier', () => {
  const needed = requestsNeeded(STRICT);
  expect(needed).toBe(224);
  const before = after(STRICT, [[needed - 1, 0]]);
  expect([before.verdict, requestsToPass(STRICT, before.state)]).toEqual(['inconclusive', 1]);
  const pass = after(STRICT, [[needed, 0]]);
  expect([pass.verdict, requestsToPass(STRICT, pass.state)]).toEqual(['pass', 0]);
  expect(upperBound(pass.state)).toBeLessThanOrEqual(STRICT.ruleOut);
  expect(explain(STRICT, pass)).toBe('0 of 224 requests were bad; 2 % or more is ruled out');
});

test('what is still missing for a pass is enough, and one less is not', () => {
  const { state } = after(ONE_PERCENT, [[100, 1]]);
  const missing = requestsToPass(ONE_PERCENT, state);
  const more = (good: number) => judge(ONE_PERCENT, state, { good, bad: 0 }, 1).verdict;
  expect([more(missing - 1), more(missing)]).toEqual(['inconclusive', 'pass']);
});

test('a canary that always fails is found out within five requests', () => {
  expect(after(ONE_PERCENT, [[0, 3]]).verdict).toBe('fail');
  expect(
    after(ONE_PERCENT, [
      [0, 1],
      [0, 1],
    ]).verdict,
  ).toBe('fail');
});

test('one burst of two bad requests aborts nothing, a second poll with one more does', () => {
  const burst = after(STRICT, [[0, 2]]);
  expect(burst.verdict).toBe('inconclusive');
  expect(explain(STRICT, burst)).toContain('all in one poll');
  expect(judge(STRICT, burst.state, { good: 5, bad: 1 }, 1).verdict).toBe('fail');
});

test('badness between max and rule-out is never called good', () => {
  expect(
    after(STRICT, [
      [4950, 25],
      [4950, 25],
    ]).verdict,
  ).not.toBe('pass');
});

test('a canary that is better than rule-out but plainly over max does not pass', () => {
  expect(
    after(STRICT, [
      [747, 3],
      [748, 2],
    ]).verdict,
  ).toBe('inconclusive');
  expect(
    after(STRICT, [
      [747, 1],
      [751, 1],
    ]).verdict,
  ).toBe('pass');
});

test('more objectives ask for more evidence from each, so that together they cry wolf no more often', () => {
  const polls: Array<[number, number]> = [
    [9, 1],
    [9, 1],
    [20, 1],
  ];
  const alone = after(ONE_PERCENT, polls, 1);
  const among = after(ONE_PERCENT, polls, 10);
  expect(alone.lnEToFail).toBeCloseTo(Math.log(100), 12);
  expect(among.lnEToFail - alone.lnEToFail).toBeCloseTo(Math.log(10), 12);
});

test('the state survives being stored as JSON, and a test goes on as if it had not stopped', () => {
  const first = after(ONE_PERCENT, [
    [30, 1],
    [30, 0],
  ]).state;
  const restored = JSON.parse(JSON.stringify(first)) as JudgeState;
  expect(judge(ONE_PERCENT, restored, { good: 40, bad: 2 }, 1)).toEqual(
    after(ONE_PERCENT, [
      [30, 1],
      [30, 0],
      [40, 2],
    ]),
  );
});

test.each([
  [-1, 0],
  [0, Number.NaN],
  [Number.POSITIVE_INFINITY, 0],
])('counts of %p good and %p bad are refused, not judged', (good, bad) => {
  expect(() => judge(STRICT, noEvidence, { good, bad }, 1)).toThrow(RangeError);
});

const limits = fc
  .tuple(fc.double({ min: 1e-4, max: 0.5, noNaN: true }), fc.double({ min: 0.01, max: 0.99, noNaN: true }))
  .map(([max, part]) => ({ max, ruleOut: max + part * (1 - max) }));
const ORDER = { pass: 0, inconclusive: 1, fail: 2 };

test('turning a good request into a bad one never improves the verdict, and every figure is finite', () => {
  fc.assert(
    fc.property(limits, fc.integer({ min: 1, max: 5000 }), fc.nat(200), (some, good, bad) => {
      const base = judge(some, noEvidence, { good, bad }, 1);
      const worse = judge(some, noEvidence, { good: good - 1, bad: bad + 1 }, 1);
      expect(ORDER[worse.verdict]).toBeGreaterThanOrEqual(ORDER[base.verdict]);
      expect(upperBound(worse.state)).toBeGreaterThanOrEqual(upperBound(base.state));
      expect([worse.lnE, worse.lnEPass, requestsToPass(some, worse.state)].every(Number.isFinite)).toBe(true);
    }),
  );
});

test('a million requests are judged as finely as ten', () => {
  const bound = upperBound(after(STRICT, [[1_000_000, 900]]).state);
  expect(bound).toBeGreaterThan(0.0009);
  expect(bound).toBeLessThan(0.00105);
});

/** Mulberry32: a seeded generator, so that the simulation is the same on every machine. */
function seeded(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Share of simulated releases that see the verdict at any of their polls. */
function everJudged(verdict: 'pass' | 'fail', badShare: number, releases: number, polls: number): number {
  const random = seeded(42);
  let hits = 0;
  for (let release = 0; release < releases; release++) {
    let state = noEvidence;
    for (let poll = 0; poll < polls; poll++) {
      let bad = 0;
      for (let i = 0; i < 20; i++) if (random() < badShare) bad++;
      const judgement = judge(ONE_PERCENT, state, { good: 20 - bad, bad }, 1);
      state = judgement.state;
      if (judgement.verdict !== verdict) continue;
      hits++;
      break;
    }
  }
  return hits / releases;
}

test('a canary just at its limit is wrongly aborted in no more than 1 % of releases, however often one looks', () => {
  expect(everJudged('fail', 0.01, 1000, 60)).toBeLessThanOrEqual(0.01 + 0.006);
});

test('a canary as bad as is to be ruled out passes in no more than 5 % of releases, however often one looks', () => {
  expect(everJudged('pass', 0.05, 1000, 60)).toBeLessThanOrEqual(0.05 + 0.015);
});
