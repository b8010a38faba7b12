import { expect, test } from '@jest/globals';
import { recall, withVerdict } from '../../../../../src/platforms/kubernetes/gate/gate-memory.js';
import { kubernetes } from '../../../../../src/platforms/kubernetes/memory.js';
import { parseRecord, serializeRecord } from '../../../../../src/release/record/format.js';
import { EMPTY_RECORD, type Release, withRelease } from '../../../../../src/release/record/record.js';
import { readSlo } from '../../../../../src/slo/file/read-slo.js';
import type { GateResult } from '../../../../../src/slo/gate/gate-result.js';
import { judge, termsOf } from '../../../../../src/slo/judge/judge.js';
import { addPoll, type JudgeState, noEvidence } from '../../../../../src/slo/judge/state.js';
import { fingerprint } from '../../../../../src/slo/objective/fingerprint.js';
import type { Objective, Verdict } from '../../../../../src/slo/objective/objective.js';
import { someRelease } from '../../../release/releases.js';

const sloOf = (bad: string, total = 't_total', max = '1%') =>
  readSlo(`objectives:\n  - name: errors\n    ratio: { bad: '${bad}', total: ${total} }\n    max: ${max}\n`, 'slo.yml');
const SLO = sloOf('t_total{status="500",method="GET"}');
const [ERRORS] = SLO.objectives as [Objective];
const TERMS = termsOf({ max: 0.01, ruleOut: 0.05 });
const state = addPoll(noEvidence, { canary: { good: 60, bad: 1 }, stable: { good: 900, bad: 2 } }, TERMS.max);

/** A gate that ended with this verdict and knows this of `errors`. */
const gate = (verdict: Verdict, known: JudgeState = state): GateResult => ({
  verdict,
  reason: 'errors: …',
  polls: 9,
  startedAt: 0,
  endedAt: Date.parse('2026-01-02T00:03:00.000Z'),
  objectives: [
    {
      name: 'errors',
      verdict,
      cause: 'too-few-requests',
      reason: '…',
      good: known.good,
      bad: known.bad,
      badShare: 0,
      stable: undefined,
      lnEAbsolute: 0,
      lnERelative: null,
      lnE: 0,
      lnEToFail: 1,
      upperBound: 1,
      needed: 68,
      toPass: { requests: 1, minutes: undefined },
      state: known,
      of: fingerprint(ERRORS),
    },
  ],
});

/** As the next step reads it from the Lease. */
const stored = (release: Release): Release => {
  const { latest } = parseRecord(
    serializeRecord(withRelease(EMPTY_RECORD, release), kubernetes),
    'Lease shop/d9-restaurant',
    kubernetes,
  );
  if (!latest) throw new Error('no release');
  return latest;
};

test('the verdict stands on the step that was looked at, and the next gate at this weight goes on from what was known', () => {
  const release = stored(withVerdict(someRelease(), gate('inconclusive')));
  expect(release.steps.at(-1)).toMatchObject({ weight: 10, verdict: 'inconclusive', measured: { share: 9.8 } });
  expect(release.gate).toMatchObject({ at: '2026-01-02T00:03:00.000Z', weight: 10, verdict: 'inconclusive' });
  expect(recall(release, SLO)).toEqual({ errors: state });
});

test('at another weight, or after a pass, the pass has to be earned again; what speaks for a fail goes on', () => {
  const raised = stored({ ...withVerdict(someRelease(), gate('inconclusive')), weight: 30 });
  const passed = stored(withVerdict(someRelease(), gate('pass')));
  for (const release of [raised, passed]) {
    expect(recall(release, SLO).errors).toMatchObject({ good: 60, bad: 1, beside: state.beside, forPass: { good: 0, bad: 0 } });
  }
  const { state: failing } = judge(TERMS, recall(raised, SLO).errors ?? noEvidence, { canary: { good: 0, bad: 5 } });
  expect(failing.failed).toBe('above-max');
});

test('a release without a gate, or with a state of another version of the judge, starts anew and can still be undone', () => {
  expect(recall(someRelease(), SLO)).toEqual({});
  const release = withVerdict(someRelease(), gate('inconclusive', { ...state, version: 3 } as unknown as JudgeState));
  expect(recall(stored(release), SLO)).toEqual({});
});

test('what was found of another pod template is none of this canary’s', () => {
  const judged = stored(withVerdict(someRelease({ canaryVersion: 'aaaa' }), gate('inconclusive')));
  expect(judged.steps.at(-1)).toMatchObject({ verdict: 'inconclusive', judged: 'aaaa' });
  expect(recall(judged, SLO)).not.toEqual({});
  expect(recall({ ...judged, canaryVersion: 'bbbb' }, SLO)).toEqual({});
});

test('what was counted under the same name by another selector or threshold is none of this objective’s', () => {
  const judged = stored(withVerdict(someRelease(), gate('inconclusive')));
  expect(recall(judged, sloOf('t_total{ method="GET", status="500" }')).errors).toBeDefined();
  expect(recall(judged, sloOf('t_total{status="503",method="GET"}'))).toEqual({});
  expect(recall(judged, sloOf('t_total{status="500",method="GET"}', 'u_total'))).toEqual({});
  expect(recall(judged, sloOf('t_total{status="500",method="GET"}', 't_total', '5%'))).toEqual({});
  const slow = (max: string) =>
    readSlo(`objectives:\n  - { name: slow, histogram: h, quantile: 0.9, max: ${max} }\n`, 'slo.yml').objectives.map(fingerprint);
  expect(slow('100ms')).not.toEqual(slow('500ms'));
});

test('a state that somebody made up is refused with the record', () => {
  const release = withVerdict(someRelease(), gate('inconclusive', { ...state, good: -5 }));
  expect(() => stored(release)).toThrow('latest.gate.objectives[0].state');
});

test('what thirty-two objectives know after a long release fits into the record with room to spare', () => {
  let known: JudgeState = noEvidence;
  for (let i = 0; i < 3000; i++)
    known = addPoll(known, { canary: { good: 991, bad: i % 5 }, stable: { good: 8017, bad: i % 11 } }, TERMS.max);
  const one = gate('inconclusive', known).objectives[0];
  if (!one) throw new Error('no objective');
  const objectives = Array.from({ length: 32 }, (_, i) => ({ ...one, name: `objective-with-a-long-name-${i}`.padEnd(63, 'x') }));
  const json = serializeRecord(
    withRelease(EMPTY_RECORD, withVerdict(someRelease(), { ...gate('pass', known), objectives })),
    kubernetes,
  );
  expect(Buffer.byteLength(json)).toBeLessThan(40 * 1024);
});
