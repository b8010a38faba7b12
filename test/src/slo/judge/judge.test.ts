import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { requestsToPass } from '../../../../src/slo/judge/enough.js';
import { explain } from '../../../../src/slo/judge/explain.js';
import { assess, failCause, type Judgement, judge, type Terms, termsOf } from '../../../../src/slo/judge/judge.js';
import { upperBound } from '../../../../src/slo/judge/rule-out.js';
import { addPoll, type JudgeState, noEvidence, type Poll } from '../../../../src/slo/judge/state.js';
import { Random } from '../../../bench/judge/random.js';
import { chances } from './chances.js';

const ONE_PERCENT = termsOf({ max: 0.01, ruleOut: 0.05 });
const STRICT = termsOf({ max: 0.001, ruleOut: 0.02 });
const BESIDE = { ...ONE_PERCENT, compare: true };

/** The judgements after each of these polls. */
function eachOf(terms: Terms, polls: readonly Poll[]): Judgement[] {
  let state = noEvidence;
  return polls.map((poll) => {
    const judgement = judge(terms, state, poll);
    state = judgement.state;
    return judgement;
  });
}

/** The judgement after the last of these polls. */
function lastOf(terms: Terms, polls: readonly Poll[]): Judgement {
  const last = eachOf(terms, polls).at(-1);
  if (!last) throw new Error('no poll');
  return last;
}

const alone = (good: number, bad: number): Poll => ({ canary: { good, bad } });
const beside = (canary: readonly [number, number], stable: readonly [number, number]): Poll => ({
  canary: { good: canary[0], bad: canary[1] },
  stable: { good: stable[0], bad: stable[1] },
});
const times = (count: number, poll: Poll): Poll[] => Array.from({ length: count }, () => poll);

describe('a canary that is judged alone', () => {
  test('does not pass without a request', () => {
    const nothing = lastOf(STRICT, [alone(0, 0)]);
    expect(nothing).toMatchObject({ verdict: 'inconclusive', cause: 'no-data', lnEPass: 0 });
    expect(nothing.lnE).toBeCloseTo(0, 12);
    expect(upperBound(noEvidence)).toBe(1);
  });

  test('passes with the request that was announced, and not one earlier', () => {
    const needed = requestsToPass(STRICT);
    expect(needed).toBe(171);
    const before = lastOf(STRICT, [alone(needed - 1, 0)]);
    expect([before.verdict, requestsToPass(STRICT, before.state)]).toEqual(['inconclusive', 1]);
    const pass = lastOf(STRICT, [alone(needed, 0)]);
    expect([pass.verdict, requestsToPass(STRICT, pass.state)]).toEqual(['pass', 0]);
    expect(upperBound(pass.state)).toBeLessThanOrEqual(STRICT.ruleOut);
    expect(explain(STRICT, pass)).toBe('0 of 171 requests were bad; 2 % or more is ruled out');
  });

  test('fails within three requests when all are bad', () => {
    expect(lastOf(ONE_PERCENT, [alone(0, 3)])).toMatchObject({ verdict: 'fail', cause: 'above-max' });
    expect(lastOf(ONE_PERCENT, [alone(0, 1), alone(0, 1)]).verdict).toBe('fail');
  });

  test('is not failed by one bad request, however much it speaks, but by one more in a second poll', () => {
    const hasty = { ...STRICT, alpha: 0.1 };
    const burst = lastOf(hasty, [alone(0, 1)]);
    expect(burst).toMatchObject({ verdict: 'inconclusive', cause: 'single-burst' });
    expect(explain(hasty, burst)).toContain('all in one poll');
    expect(judge(hasty, burst.state, alone(2, 1)).verdict).toBe('fail');
  });

  test('is never called good while its badness lies between max and rule-out', () => {
    expect(lastOf(STRICT, times(2, alone(4950, 25))).verdict).not.toBe('pass');
  });

  test('that is better than rule-out but plainly over max gets a warning, and no pass', () => {
    const warned = lastOf(STRICT, [alone(747, 3), alone(748, 2)]);
    expect(warned).toMatchObject({ verdict: 'warn', cause: 'between-limits' });
    expect(explain(STRICT, warned)).toBe(
      '5 of 1500 requests were bad (0.333 %): 2 % or more is ruled out, but they speak against 0.1 %',
    );
    expect(lastOf(STRICT, [alone(747, 1), alone(751, 1)]).verdict).toBe('pass');
  });

  test('stays failed, whatever good requests come later', () => {
    expect(lastOf(ONE_PERCENT, [alone(0, 3), alone(100_000, 0)])).toMatchObject({ verdict: 'fail', cause: 'above-max' });
  });
});

test('more objectives ask for more evidence from each, so that together they cry wolf no more often', () => {
  const among = termsOf({ max: 0.01, ruleOut: 0.05 }, 10);
  const [one, ten] = [ONE_PERCENT, among].map((terms) => lastOf(terms, [alone(9, 1)]));
  expect(one?.lnEToFail).toBeCloseTo(Math.log(100), 12);
  expect((ten?.lnEToFail ?? 0) - (one?.lnEToFail ?? 0)).toBeCloseTo(Math.log(10), 12);
});

describe('a canary beside stable', () => {
  test('fails within three requests when all are bad and none of stable’s', () => {
    const judgement = lastOf(BESIDE, [beside([0, 2], [48, 0]), beside([0, 1], [47, 0])]);
    expect(judgement).toMatchObject({ verdict: 'fail', cause: 'worse-than-stable' });
    expect(explain(BESIDE, judgement)).toBe(
      "3 of 3 requests were bad (100 %), more than 1 % allows, against 0 of 95 of stable's (0 %) at the same time",
    );
  });

  test('is not blamed for an incident that stable has too', () => {
    const judgements = eachOf(BESIDE, times(300, beside([2, 1], [38, 19])));
    expect(judgements.filter(({ verdict }) => verdict !== 'inconclusive')).toEqual([]);
    const last = judgements.at(-1);
    expect(last?.cause).toBe('shared-incident');
    expect(last && explain(BESIDE, last)).toMatch(
      /^shared incident: 300 of 900 requests were bad .* but so were 5700 of 17100 of stable's/,
    );
    expect(lastOf(ONE_PERCENT, times(300, beside([2, 1], [38, 19]))).verdict).toBe('fail');
  });

  test('is not blamed for an incident that begins at a higher weight, however good stable was before', () => {
    const calm = times(600, beside([5, 0], [95, 0]));
    const judgements = eachOf(BESIDE, [...calm, ...times(120, beside([40, 10], [40, 10]))]);
    expect(judgements.map(({ verdict }) => verdict)).not.toContain('fail');
    expect(judgements.at(-1)).toMatchObject({ verdict: 'inconclusive', cause: 'shared-incident' });
  });

  test('fails in the middle of an incident if it is much worse than stable', () => {
    expect(lastOf(BESIDE, times(20, beside([0, 5], [85, 10])))).toMatchObject({ verdict: 'fail', cause: 'worse-than-stable' });
  });

  test('waits while stable has too few requests to tell whether it fails as well', () => {
    const unclear = lastOf(BESIDE, [beside([0, 2], [1, 0]), beside([0, 2], [0, 0])]);
    expect(unclear).toMatchObject({ verdict: 'inconclusive', cause: 'stable-unclear' });
    expect(explain(BESIDE, unclear)).toContain("more than 1 % allows, but 0 of 1 of stable's (0 %) do not tell yet");
  });

  test('is judged alone when stable stays silent', () => {
    expect(lastOf(BESIDE, times(20, beside([0, 1], [0, 0])))).toMatchObject({ verdict: 'fail', cause: 'above-max' });
  });

  test('fails, though later, where stable gets so little traffic that a comparison says little', () => {
    expect(lastOf(BESIDE, times(100, beside([17, 2], [1, 0])))).toMatchObject({ verdict: 'fail', cause: 'worse-than-stable' });
  });

  test('does not pass when there was nothing to compare it with', () => {
    const judgement = lastOf(BESIDE, times(10, beside([100, 0], [0, 0])));
    expect(judgement).toMatchObject({ verdict: 'inconclusive', cause: 'nothing-beside' });
    expect(judge(BESIDE, judgement.state, beside([100, 0], [100, 0])).verdict).toBe('pass');
  });

  test('that is within max but worse than stable gets a warning, not a fail', () => {
    const judgement = lastOf(BESIDE, times(100, beside([199, 1], [3800, 0])));
    expect(judgement).toMatchObject({ verdict: 'warn', cause: 'worse-than-stable' });
    expect(judgement.lnERelative).toBeGreaterThan(judgement.lnEToFail);
    expect(explain(BESIDE, judgement)).toContain('but stable does better (0 of 380000');
  });

  test('that is seen to be worse than stable gets its warning before `rule-out` is excluded, and no leave to go on', () => {
    const early = lastOf(BESIDE, times(4, beside([24, 1], [950, 0])));
    expect(early).toMatchObject({ verdict: 'warn', cause: 'worse-than-stable', unproven: 'too-few-requests', isWorse: true });
    expect(early.lnEPass).toBeLessThan(early.lnEToPass);
    expect(explain(BESIDE, early)).toBe(
      "stable does better: 4 of 100 requests were bad (4 %), against 0 of 3800 of stable's (0 %) at the same time",
    );
    const proven = lastOf(BESIDE, [...times(4, beside([24, 1], [950, 0])), ...times(6, beside([100, 0], [3800, 0]))]);
    expect(proven).toMatchObject({ verdict: 'warn', unproven: undefined });
    const later = lastOf(BESIDE, [...times(4, beside([24, 1], [950, 0])), ...times(20, beside([10, 15], [950, 0]))]);
    expect(later).toMatchObject({ verdict: 'fail', cause: 'worse-than-stable', unproven: undefined });
  });

  test('that was worse for a while is warned of as long as the evidence says so, and passes when it no longer does', () => {
    const judgements = eachOf(BESIDE, [...times(4, beside([24, 1], [950, 0])), ...times(400, beside([25, 0], [940, 10]))]);
    expect(judgements[3]?.isWorse).toBe(true);
    expect(judgements.at(-1)).toMatchObject({ verdict: 'pass', isWorse: false });
  });

  test('is not warned of beside stable when it is judged alone, nor for a single burst of two', () => {
    expect(lastOf(ONE_PERCENT, times(4, beside([24, 1], [950, 0])))).toMatchObject({ isWorse: false });
    expect(lastOf(BESIDE, [beside([40, 2], [50_000, 0])])).toMatchObject({ isWorse: false, cause: 'too-few-requests' });
  });

  test('without requests on either side is no data', () => {
    const nothing = lastOf(BESIDE, times(5, beside([0, 0], [0, 0])));
    expect(nothing).toMatchObject({ verdict: 'inconclusive', cause: 'no-data' });
    expect(nothing.lnERelative).toBeCloseTo(0, 12);
  });

  test('is judged alone again when stable falls silent, but not after an incident of both', () => {
    const silence = times(20, beside([0, 5], [0, 0]));
    expect(lastOf(BESIDE, [...times(60, beside([5, 0], [95, 0])), ...silence])).toMatchObject({
      verdict: 'fail',
      cause: 'above-max',
    });
    expect(lastOf(BESIDE, [...times(60, beside([4, 1], [76, 19])), ...silence]).verdict).toBe('inconclusive');
  });

  test('that is plainly above max gets no pass and no warning before stable can tell whether it fails as well', () => {
    const unclear = lastOf(BESIDE, times(60, beside([95, 5], [1, 0])));
    expect(unclear.lnEAbsolute).toBeGreaterThan(unclear.lnEToFail);
    expect(unclear).toMatchObject({ verdict: 'inconclusive', cause: 'stable-unclear' });
  });

  test('has nothing above max held against it that an incident of both brought, and is still failed when it turns bad later', () => {
    const after = eachOf(BESIDE, [...times(20, beside([4, 1], [76, 19])), ...times(30, beside([5, 0], [95, 0]))]);
    expect(Math.max(...after.map(({ lnEAbsolute }) => lnEAbsolute))).toBeLessThan(Math.log(100));
    expect(lastOf(ONE_PERCENT, times(20, beside([4, 1], [76, 19]))).lnEAbsolute).toBeGreaterThan(20);
    let state = after.at(-1)?.state ?? noEvidence;
    for (let i = 0; i < 8; i++) state = judge(BESIDE, state, beside([0, 5], [95, 0])).state;
    expect(state.failed).toBe('worse-than-stable');
  });

  test('has the weaker evidence count: it must be above max, and worse than stable', () => {
    const { lnE, lnEAbsolute, lnERelative } = lastOf(BESIDE, times(3, beside([2, 1], [47, 0])));
    expect(lnE).toBe(Math.min(lnEAbsolute, lnERelative ?? 0));
    expect(lnE).toBeGreaterThan(0);
  });
});

test.each([
  [-1, 0],
  [0, Number.NaN],
  [Number.POSITIVE_INFINITY, 0],
])('counts of %p good and %p bad are refused, not judged', (good, bad) => {
  expect(() => judge(STRICT, noEvidence, alone(good, bad))).toThrow(RangeError);
  expect(() => judge(BESIDE, noEvidence, beside([1, 0], [good, bad]))).toThrow(/counts of stable/);
});

const someTerms = fc
  .tuple(fc.double({ min: 1e-4, max: 0.5, noNaN: true }), fc.double({ min: 0.01, max: 0.99, noNaN: true }), fc.boolean())
  .map(([max, part, compare]) => termsOf({ max, ruleOut: max + part * (1 - max) }, 1, compare));
const someCounts = fc.record({ good: fc.nat(2000), bad: fc.oneof(fc.constant(0), fc.nat(30)) });
const somePolls = fc.array(fc.record({ canary: someCounts, stable: someCounts }), { minLength: 1, maxLength: 6 });
/** A warning that lets no job go on is no better than being undecided. */
const severity = ({ verdict, unproven }: Judgement): number =>
  ({ pass: 0, warn: unproven === undefined ? 1 : 2, inconclusive: 2, fail: 3 })[verdict];

test('turning good requests of the canary into bad ones never improves the verdict', () => {
  fc.assert(
    fc.property(someTerms, somePolls, fc.nat(), (terms, polls, which) => {
      const changed = which % polls.length;
      const worse = polls.map((poll, i) => {
        const { good, bad } = poll.canary;
        return i === changed && good > 0 ? { ...poll, canary: { good: good - 1, bad: bad + 1 } } : poll;
      });
      const [base, next] = [lastOf(terms, polls), lastOf(terms, worse)];
      expect(severity(next)).toBeGreaterThanOrEqual(severity(base));
      expect(upperBound(next.state.forPass)).toBeGreaterThanOrEqual(upperBound(base.state.forPass));
    }),
    { numRuns: 300 },
  );
});

test('turning good requests of stable into bad ones never adds to the evidence against the canary', () => {
  fc.assert(
    fc.property(someTerms, somePolls, (terms, polls) => {
      const worse = polls.map(({ canary, stable }) => ({ canary, stable: { good: 0, bad: stable.good + stable.bad } }));
      const slack = 1e-9;
      expect(lastOf(terms, worse).lnERelative ?? 0).toBeLessThanOrEqual((lastOf(terms, polls).lnERelative ?? 0) + slack);
    }),
  );
});

const hugeCount = fc.oneof(fc.nat(50), fc.double({ min: 0, max: 1e15, noNaN: true }), fc.constantFrom(0, 1e-9, 1e100, 1e300));
const hugeCounts = fc.record({ good: hugeCount, bad: hugeCount });

test('no count, however large or broken into parts, makes a figure infinite or NaN', () => {
  fc.assert(
    fc.property(
      someTerms,
      fc.array(fc.record({ canary: hugeCounts, stable: hugeCounts }), { minLength: 1, maxLength: 4 }),
      (terms, polls) => {
        const all = eachOf(terms, polls);
        const figures = all.flatMap(({ lnEAbsolute, lnERelative, lnE, lnEPass }) => [
          lnEAbsolute,
          lnERelative ?? 0,
          lnE,
          lnEPass,
        ]);
        // The same for all looks, and by far what takes longest.
        const last = all.at(-1)?.state ?? noEvidence;
        expect([...figures, upperBound(last.forPass)].filter((x) => !Number.isFinite(x))).toEqual([]);
        for (const { state } of all) expect(JSON.parse(JSON.stringify(state))).toEqual(state);
      },
    ),
    { numRuns: 30 },
  );
});

/** Everything that a release may show: other terms, few and very many requests, broken ones, sides that are silent for a while. */
const anyCount = fc.oneof(fc.constant(0), fc.nat(20), fc.nat(5000), fc.constantFrom(0.5, 1e9));
const anySide = fc.record({ good: anyCount, bad: fc.oneof(fc.constant(0), anyCount) });
const anyPolls = fc.array(fc.record({ canary: anySide, stable: fc.oneof(anySide, fc.constant({ good: 0, bad: 0 })) }), {
  minLength: 1,
  maxLength: 8,
});

test('whatever is seen, nothing passes without proof or while stable is seen to do better, and nothing within max fails', () => {
  fc.assert(
    fc.property(someTerms, anyPolls, (terms, polls) => {
      let before = noEvidence;
      for (const poll of polls) {
        const judgement = judge(terms, before, poll);
        const { verdict, unproven, isWorse, state, lnEPass, lnEToPass } = judgement;
        const goesOn = verdict === 'pass' || (verdict === 'warn' && unproven === undefined);
        if (goesOn) expect(lnEPass).toBeGreaterThanOrEqual(lnEToPass);
        if (goesOn && terms.compare) expect(state.beside?.matched).toBeGreaterThanOrEqual((state.good + state.bad) / 2);
        if (verdict === 'pass') expect(isWorse).toBe(false);
        if (verdict === 'fail' && before.failed === null) expect(state.bad).toBeGreaterThan(terms.max * (state.good + state.bad));
        if (before.failed !== null) expect(verdict).toBe('fail');
        expect(explain(terms, judgement)).not.toMatch(/NaN|Infinity|undefined/);
        before = state;
      }
    }),
  );
});

test('looks that see nothing change nothing, however many there are', () => {
  const nothing = beside([0, 0], [0, 0]);
  fc.assert(
    fc.property(someTerms, anyPolls, fc.nat(3), (terms, polls, idle) => {
      const [dense, sparse] = [
        lastOf(terms, polls),
        lastOf(
          terms,
          polls.flatMap((poll) => [...times(idle, nothing), poll]),
        ),
      ];
      expect(sparse).toEqual(dense);
    }),
  );
});

test('more objectives, or a stricter error, never make a fail of what was none', () => {
  fc.assert(
    fc.property(someTerms, anyPolls, (terms, polls) => {
      const stricter = lastOf({ ...terms, alpha: terms.alpha / 10 }, polls);
      if (stricter.verdict === 'fail') expect(lastOf(terms, polls).verdict).toBe('fail');
      if (stricter.isWorse) expect(lastOf(terms, polls).isWorse).toBe(true);
    }),
  );
});

test('a million requests are judged as finely as ten', () => {
  const bound = upperBound(lastOf(STRICT, [alone(1_000_000, 900)]).state);
  expect(bound).toBeGreaterThan(0.0009);
  expect(bound).toBeLessThan(0.00105);
});

test('to assess again what is known adds nothing', () => {
  const once = lastOf(BESIDE, times(3, beside([20, 1], [300, 2])));
  expect(assess(BESIDE, once.state)).toEqual(once);
});

/** Share of simulated releases that see the verdict at any of their 60 polls of 20 canary and 60 stable requests. */
function everJudged(terms: Terms, verdict: 'pass' | 'fail', badShare: number, releases: number): number {
  const random = new Random(42);
  const tables = new Map([20, 60].map((requests) => [requests, chances(requests, badShare, 0)]));
  const bad = (requests: number) => {
    const drawn = random.uniform();
    let sum = 0;
    for (const [count, chance] of (tables.get(requests) ?? []).entries()) {
      sum += chance;
      if (drawn < sum) return count;
    }
    return requests;
  };
  const isReached = (state: JudgeState) =>
    verdict === 'fail' ? failCause(terms, state) !== undefined : assess(terms, state).verdict === 'pass';
  let hits = 0;
  for (let release = 0; release < releases; release++) {
    let state = noEvidence;
    for (let poll = 0; poll < 60; poll++) {
      const [canary, stable] = [bad(20), terms.compare ? bad(60) : 0];
      state = addPoll(
        state,
        terms.compare ? beside([20 - canary, canary], [60 - stable, stable]) : alone(20 - canary, canary),
        terms.max,
      );
      if (!isReached(state)) continue;
      hits++;
      break;
    }
  }
  return hits / releases;
}

test.each([
  ['alone', ONE_PERCENT],
  ['beside stable', BESIDE],
])(
  'a canary just at its limit, judged %s, is wrongly failed in no more than 1 %% of releases, however often one looks',
  (_, terms) => {
    expect(everJudged(terms, 'fail', 0.01, 400)).toBeLessThanOrEqual(0.01 + 0.006);
  },
);

test('a canary as bad as is to be ruled out passes in no more than 5 % of releases, however often one looks', () => {
  expect(everJudged(ONE_PERCENT, 'pass', 0.05, 400)).toBeLessThanOrEqual(0.05 + 0.02);
});
