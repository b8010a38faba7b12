import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { assess, judge, termsOf } from '../../../../src/slo/judge/judge.js';
import { addPoll, forNextStep, type JudgeState, noEvidence, parseJudgeState } from '../../../../src/slo/judge/state.js';

const counts = fc.record({ good: fc.nat(3000), bad: fc.oneof(fc.constant(0), fc.nat(20)) });
/** Traffic at changing weights, now and then with a side that is silent. */
const polls = fc.array(fc.record({ canary: counts, stable: fc.oneof(counts, fc.constant({ good: 0, bad: 0 })) }), {
  maxLength: 30,
});
const terms = fc.boolean().map((compare) => termsOf({ max: 0.01, ruleOut: 0.05 }, 2, compare));

const stored = (state: JudgeState): JudgeState => {
  const parsed = parseJudgeState(JSON.parse(JSON.stringify(state)));
  if (!parsed) throw new Error('the stored state is not read back');
  return parsed;
};

test('a test that is split at any point, stored and taken up again goes on as if it had not stopped', () => {
  fc.assert(
    fc.property(terms, polls, fc.nat(30), (some, seen, split) => {
      let [whole, parts] = [noEvidence, noEvidence];
      for (const [i, poll] of seen.entries()) {
        if (i === split) parts = stored(parts);
        const [a, b] = [judge(some, whole, poll), judge(some, parts, poll)];
        expect(b).toEqual(a);
        [whole, parts] = [a.state, b.state];
      }
    }),
  );
});

test('a pass is judged by what is sure, and a fail by all that was counted', () => {
  const atWorst = { good: 10, bad: 3, why: 'a threshold between two edges' };
  const { good, bad, forPass } = addPoll(noEvidence, { canary: { good: 200, bad: 1, atWorst } }, 0.01);
  expect({ good, bad, forPass }).toEqual({ good: 200, bad: 1, forPass: { good: 10, bad: 3 } });
});

test('a few numbers are all that is stored', () => {
  let state = noEvidence;
  for (let i = 0; i < 5000; i++)
    state = addPoll(state, { canary: { good: 997, bad: i % 3 }, stable: { good: 9001, bad: i % 7 } }, 0.01);
  expect(JSON.stringify(state).length).toBeLessThan(1200);
});

test('a pass has to be earned again after a pass and at another weight, what speaks for a fail goes on', () => {
  const some = termsOf({ max: 0.01, ruleOut: 0.05 });
  const { state, verdict } = judge(some, noEvidence, { canary: { good: 500, bad: 1 } });
  expect(verdict).toBe('pass');
  const kept = forNextStep(state, { sameWeight: true, passed: false });
  expect(assess(some, kept).verdict).toBe('pass');
  for (const next of [
    forNextStep(state, { sameWeight: false, passed: false }),
    forNextStep(state, { sameWeight: true, passed: true }),
  ]) {
    expect(assess(some, next).verdict).toBe('inconclusive');
    expect(next).toMatchObject({ good: 500, bad: 1, pollsWithBad: 1, forPass: { good: 0, bad: 0 } });
  }
});

test.each<[string, (state: Record<string, unknown>) => unknown]>([
  ['another version', (state) => ({ ...state, version: 3 })],
  ['a negative count', (state) => ({ ...state, good: -1 })],
  ['a count that is text', (state) => ({ ...state, bad: '3' })],
  [
    'another number of ratios',
    (state) => ({ ...state, beside: { ...(state.beside as object), wealth: { looks: 1, lnKept: 0, lnBets: [1, 2] } } }),
  ],
  ['ratios of no number', (state) => ({ ...state, beside: { ...(state.beside as object), lnByRatio: Array(10).fill(null) } })],
  ['another number of odds', (state) => ({ ...state, above: { max: 0.01, wealth: { looks: 1, lnKept: 0, lnBets: [0] } } })],
  ['a limit that is text', (state) => ({ ...state, above: { ...(state.above as object), max: '1%' } })],
  ['null for a number', (state) => ({ ...state, beside: { ...(state.beside as object), spread: null } })],
  ['an unknown cause', (state) => ({ ...state, failed: 'because' })],
  ['no object', () => [1]],
  ['nothing', () => undefined],
])('what is no state of this version is not taken for one: %s', (_, change) => {
  const state = addPoll(noEvidence, { canary: { good: 1, bad: 1 }, stable: { good: 9, bad: 1 } }, 0.01);
  const plain = JSON.parse(JSON.stringify(state)) as Record<string, unknown>;
  expect(parseJudgeState(plain)).toEqual(state);
  expect(parseJudgeState(change(plain))).toBeUndefined();
});

test('what speaks for more than `max` begins anew with another limit, and is kept with the same one', () => {
  const look = { canary: { good: 3, bad: 2 } };
  const first = addPoll(noEvidence, look, 0.01);
  expect(addPoll(first, look, 0.02).above).toEqual(addPoll(noEvidence, look, 0.02).above);
  expect(addPoll(first, look, 0.01).above?.wealth.looks).toBe(2);
  expect(assess(termsOf({ max: 0.02, ruleOut: 0.05 }), first).lnEAbsolute).toBe(0);
});

test('looks in which one side had no request are set beside the next that has some', () => {
  let state = noEvidence;
  const add = (canary: number, good: number, bad: number) => {
    state = addPoll(state, { canary: { good: canary, bad: 0 }, stable: { good, bad } }, 0.01);
  };
  add(3, 0, 0);
  expect(state.beside).toMatchObject({ matched: 0, waiting: { canary: { good: 3, bad: 0 } } });
  add(0, 5, 1);
  expect(state.beside).toMatchObject({
    matched: 3,
    expectedBad: 0.5,
    spread: 1.5,
    waiting: { canary: { good: 0, bad: 0 }, stable: { good: 0, bad: 0 } },
  });
  add(10, 90, 10);
  expect(state.beside).toMatchObject({ matched: 13, expectedBad: 1.5, spread: 2.5 });
});
