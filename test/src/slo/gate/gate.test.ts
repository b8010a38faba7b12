import { describe, expect, test } from '@jest/globals';
import type { Log } from '../../../../src/kernel/log.js';
import type { EvidenceLine } from '../../../../src/slo/evidence/evidence-line.js';
import { replay } from '../../../../src/slo/evidence/replay.js';
import { readSlo } from '../../../../src/slo/file/read-slo.js';
import { type FailWatchOptions, watchForFail, watchObjectives } from '../../../../src/slo/gate/gate.js';
import type { GateOptions } from '../../../../src/slo/gate/hold.js';
import { explainNeed } from '../../../../src/slo/gate/need.js';
import { termsOf } from '../../../../src/slo/judge/judge.js';
import { addPoll, noEvidence } from '../../../../src/slo/judge/state.js';
import type { Counts } from '../../../../src/slo/objective/objective.js';
import type { SidePoll, Source } from '../../../../src/slo/source.js';
import { ManualClock } from '../../../manual-clock.js';

const ratio = (name: string) => `  - name: ${name}\n    ratio: { bad: b_total, total: t_total }\n    max: 0.1%\n`;
const ERRORS = readSlo(`objectives:\n${ratio('errors')}`, 'slo.yml');
const COMPARED = readSlo(`objectives:\n${ratio('errors')}compare: stable\n`, 'slo.yml');
const TWO = readSlo(`objectives:\n${ratio('errors')}${ratio('orders')}`, 'slo.yml');

/** What the canary says at each look, `look` counting from 0. */
type Script = (look: number) => Partial<SidePoll> | Promise<never>;
const saying = (counts: Record<string, Counts>): Partial<SidePoll> => ({ counts: new Map(Object.entries(counts)) });
const errors = (good: number, bad: number) => saying({ errors: { good, bad } });

async function watch(
  script: Script,
  options: Partial<GateOptions> = {},
  beside: Script = () => ({}),
  more: Pick<Source, 'findBroken'> = {},
) {
  const clock = new ManualClock(0);
  const said: string[] = [];
  const log: Log = {
    info: (text) => said.push(text),
    debug: () => undefined,
    warning: (text) => said.push(`warning: ${text}`),
    group: (_, work) => work(),
    mask: () => undefined,
  };
  let look = 0;
  const source: Source = {
    ...more,
    async poll() {
      const side: SidePoll = { pods: 1, scraped: 1, counts: new Map(), problems: [], notes: [], coveredPodMs: 0 };
      const stable = { ...side, ...(await beside(look)) };
      return { at: clock.now(), canary: { ...side, ...(await script(look++)) }, stable };
    },
  };
  const signal = new AbortController().signal;
  const result = await clock.until(watchObjectives({ slo: ERRORS, source, holdMs: 60_000, clock, log, signal, ...options }));
  return { result, said };
}

test('a canary without an error passes as soon as there is enough of it', async () => {
  const { result } = await watch(() => errors(20, 0));
  expect(result).toMatchObject({ verdict: 'pass', polls: 9, startedAt: 0, endedAt: 8000 });
  expect(result.objectives[0]).toMatchObject({
    name: 'errors',
    cause: 'ruled-out',
    good: 180,
    bad: 0,
    badShare: 0,
    stable: undefined,
    lnERelative: null,
    needed: 171,
    toPass: { requests: 0, minutes: 0 },
  });
  expect(result.reason).toBe('errors: 0 of 180 requests were bad; 2 % or more is ruled out.');
});

test('with settle: full a pass is not given away before the hold is over, and a late failure still fails', async () => {
  expect((await watch(() => errors(20, 0), { settle: 'full' })).result).toMatchObject({ verdict: 'pass', endedAt: 60_000 });
  const late = await watch((look) => errors(20, look >= 40 ? 20 : 0), { settle: 'full' });
  expect(late.result).toMatchObject({ verdict: 'fail', endedAt: 40_000 });
});

test('a canary that only fails is stopped at the first look that shows it', async () => {
  const { result } = await watch((look) => (look < 3 ? errors(2, 0) : errors(0, 3)));
  expect(result).toMatchObject({ verdict: 'fail', endedAt: 3000 });
  expect(result.reason).toBe('errors: 3 of 9 requests were bad (33.3 %), more than 0.1 % allows.');
});

test('one objective that fails ends it, whatever the others say', async () => {
  const { result } = await watch(() => saying({ errors: { good: 300, bad: 0 }, orders: { good: 0, bad: 5 } }), { slo: TWO });
  expect(result.verdict).toBe('fail');
  expect(result.objectives.map(({ verdict }) => verdict)).toEqual(['pass', 'fail']);
  expect(result.reason).toMatch(/^orders: /);
});

test('too little traffic is inconclusive, and says how much is missing', async () => {
  const { result } = await watch((look) => errors(look < 6 ? 10 : 1, 0));
  expect(result).toMatchObject({ verdict: 'inconclusive', endedAt: 60_000, polls: 61 });
  expect(result.objectives[0]).toMatchObject({ cause: 'too-few-requests', toPass: { requests: 56 } });
  expect(result.objectives[0]?.toPass.minutes).toBeCloseTo(56 / 115, 6);
  expect(result.reason).toContain(
    '0 of 115 requests were bad (0 %); 56 more without an error were needed for a pass, about 30s at this rate',
  );
});

test('a hold that is too short for a pass at the present rate is refused within seconds, and says what would do', async () => {
  const { result, said } = await watch(() => errors(1, 0));
  expect(result).toMatchObject({ verdict: 'inconclusive', endedAt: 5000, objectives: [{ cause: 'hold-too-short', good: 6 }] });
  expect(result.reason).toBe(
    'errors: a hold of 1m is too short for a verdict: 165 requests without an error are still needed, and the canary got 6 in 5s, ' +
      'so that takes about 2m18s more; hold longer, give the canary more weight, or raise `rule-out`.',
  );
  expect(said[1]).toContain('at 1.2 canary requests a second');
});

test('a hold that is only just too short is refused once the rate is sure, and in its second half no more', async () => {
  const { result } = await watch(() => errors(2, 0));
  expect(result).toMatchObject({ endedAt: 20_000, objectives: [{ cause: 'hold-too-short' }] });
  const late = await watch((look) => errors(look < 30 ? 3 : 0, 0));
  expect(late.result).toMatchObject({ endedAt: 60_000, objectives: [{ cause: 'too-few-requests' }] });
});

test.each<[string, number, Script]>([
  ['it is long enough', 300_000, () => errors(1, 0)],
  ['the rate suffices by a little', 95_000, () => errors(2, 0)],
  ['something is bad, so that it may become a fail', 60_000, (look) => errors(1, look === 2 ? 1 : 0)],
  ['nothing is counted during the warm-up', 60_000, (look) => (look < 10 ? { scraped: 0 } : errors(20, 0))],
])('a hold is not refused while %s', async (_, holdMs, script) => {
  const { result } = await watch(script, { holdMs });
  expect(result.endedAt).toBeGreaterThan(9000);
  expect(result.objectives[0]?.cause).not.toBe('hold-too-short');
});

test.each<[string, Script, string]>([
  [
    'the canary gets no request',
    () => errors(0, 0),
    'errors: no data in 5s: the canary got no request; the 171 for a pass cannot be hoped for in a hold of 1m.',
  ],
  ['there is no canary pod', () => ({ pods: 0, scraped: 0 }), 'errors: no data in 1m: there was no ready canary pod.'],
  ['all pods are warming up', () => ({ scraped: 0 }), 'errors: no data in 1m: no canary pod was past its warm-up.'],
  [
    'the series is missing',
    () => ({ problems: ['no series matches t_total'] }),
    'errors: no data in 5s: no series matches t_total; the 171 for a pass cannot be hoped for in a hold of 1m.',
  ],
])('silence is inconclusive and never a pass: %s', async (_, script, reason) => {
  const { result } = await watch(script);
  expect(result).toMatchObject({ verdict: 'inconclusive', reason });
  expect(result.objectives[0]).toMatchObject({ cause: 'no-data', badShare: undefined });
});

test('one objective without data keeps the others from passing the gate', async () => {
  const { result } = await watch(() => errors(300, 0), { slo: TWO });
  expect(result.verdict).toBe('inconclusive');
  expect(result.reason).toMatch(/^orders: no data/);
});

test('a canary whose metrics can’t be read at all is an error, with the reason', async () => {
  const { result, said } = await watch(() => ({ scraped: 0, problems: ['pod a: HTTP 403'] }));
  expect(result.verdict).toBe('error');
  expect(result.reason).toBe(
    "errors: the canary's metrics could not be read in 1m: 61 of 61 looks failed, the last one with: pod a: HTTP 403.",
  );
  expect(said.filter((text) => text === 'warning: pod a: HTTP 403')).toHaveLength(1);
});

test('a source that throws, or never answers, is an error and not a hang', async () => {
  expect((await watch(() => Promise.reject(new Error('no route to host')))).result).toMatchObject({
    verdict: 'error',
    reason: expect.stringContaining('no route to host'),
  });
  expect((await watch(() => new Promise(() => {}))).result).toMatchObject({
    verdict: 'error',
    reason: expect.stringContaining('no answer within 10s'),
  });
});

test('a source that is away for a while costs nothing but time', async () => {
  const { result } = await watch((look) => (look < 20 ? Promise.reject(new Error('away')) : errors(20, 0)));
  expect(result.verdict).toBe('pass');
});

test('enough traffic with a bad share between the two limits is a warning', async () => {
  const { result } = await watch((look) => errors(20, [5, 20, 35, 50].includes(look) ? 1 : 0), { settle: 'full' });
  expect(result).toMatchObject({ verdict: 'warn', objectives: [{ cause: 'between-limits', bad: 4 }] });
  expect(result.reason).toContain(
    '4 of 1224 requests were bad (0.327 %): 2 % or more is ruled out, but they speak against 0.1 %',
  );
});

describe('a canary that stable does better than', () => {
  const slo = readSlo(
    `objectives:\n  - { name: errors, ratio: { bad: b_total, total: t_total }, max: 1% }\ncompare: stable\n`,
    'slo.yml',
  );
  const stable = () => saying({ errors: { good: 950, bad: 0 } });
  const badUntil = (last: number) => (look: number) => errors(25, look <= last ? 1 : 0);
  const warning =
    "warning: errors: stable does better: 2 of 52 requests were bad (3.85 %), against 0 of 1900 of stable's (0 %) at the same time. " +
    'That alone fails nothing; the gate looks on.';

  test('is warned of at the look that shows it, once, and looked at until the end of the hold', async () => {
    const { result, said } = await watch(badUntil(3), { slo, holdMs: 20_000 }, stable);
    expect(said.filter((text) => text.includes('stable does better'))).toEqual([warning]);
    expect(result).toMatchObject({ verdict: 'warn', endedAt: 20_000, objectives: [{ cause: 'worse-than-stable' }] });
    expect(result.reason).toContain('5 % or more is ruled out, but stable does better');
    expect(result.objectives[0]?.warning).toMatch(/^stable does better: 4 of 529/);
  });

  test('is held all the same when `rule-out` is not excluded, and the reason says both', async () => {
    const { result, said } = await watch(badUntil(3), { slo, holdMs: 4000 }, stable);
    expect(said).toContain(warning);
    expect(result).toMatchObject({ verdict: 'inconclusive', objectives: [{ cause: 'too-few-requests' }] });
    expect(result.reason).toMatch(/^errors: too few requests: 4 of 129 .* stable does better: 4 of 129 requests were bad/);
  });

  test('is failed as soon as it is above `max` beyond doubt', async () => {
    const { result, said } = await watch((look) => errors(25, look < 4 ? 1 : 10), { slo }, stable);
    expect(said).toContain(warning);
    expect(result).toMatchObject({ verdict: 'fail', objectives: [{ cause: 'worse-than-stable' }] });
  });
});

test('a later step goes on where the one before stopped', async () => {
  const first = await watch(() => errors(2, 0), { holdMs: 20_000, slo: ERRORS, settle: 'full' }).then(({ result }) => result);
  expect(first.objectives[0]).toMatchObject({ cause: 'hold-too-short', good: 12 });
  const state = first.objectives[0]?.state;
  if (!state) throw new Error('no state');
  const { result } = await watch(() => errors(20, 0), { resume: { errors: state } });
  expect(result).toMatchObject({ verdict: 'pass', endedAt: 7000, objectives: [{ good: 172 }] });
});

test('what an earlier step knew never makes a pass by itself: each step looks', async () => {
  const { result: first } = await watch(() => errors(100, 0));
  const state = first.objectives[0]?.state;
  if (!state) throw new Error('no state');
  const { result } = await watch(() => errors(0, 0), { resume: { errors: state } });
  expect(result).toMatchObject({ verdict: 'inconclusive', objectives: [{ cause: 'no-data' }] });
});

describe('beside stable', () => {
  const options = { slo: COMPARED };

  test('an incident that both have is waited out, and is not the canary’s fault', async () => {
    const { result } = await watch(
      () => errors(8, 2),
      options,
      () => errors(72, 18),
    );
    expect(result).toMatchObject({ verdict: 'inconclusive', endedAt: 60_000, objectives: [{ cause: 'shared-incident' }] });
    expect(result.objectives[0]).toMatchObject({ stable: { good: 61 * 72, bad: 61 * 18 } });
    expect(result.reason).toMatch(/^errors: shared incident: /);
  });

  test('a canary that fails while stable does not is stopped at once', async () => {
    const { result } = await watch(
      () => errors(1, 1),
      options,
      () => errors(38, 0),
    );
    expect(result).toMatchObject({ verdict: 'fail', endedAt: 2000, objectives: [{ cause: 'worse-than-stable' }] });
  });

  describe('with pages that are made anew every 15 s', () => {
    /** What 15 s have counted, all at once. */
    const paged = (good: number, badFrom: number) => (look: number) => ({
      ...(look > 0 && look % 15 === 0 ? errors(look < badFrom ? good : 0, look < badFrom ? 0 : good) : errors(0, 0)),
      pageAgeMs: 15_000,
    });
    const stable = paged(2000, 1000);

    test('what the canary’s last page shows stands against a pass that the pages before it would make', async () => {
      const { result } = await watch(paged(400, 30), { ...options, holdMs: 40_000 }, stable);
      expect(result).toMatchObject({ verdict: 'inconclusive', endedAt: 40_000, objectives: [{ verdict: 'pass' }] });
      expect(result.reason).toBe(
        "errors: 400 of the last 400 requests were bad, and stable's page of that time is still to come.",
      );
    });

    test('and a good one passes as soon as a page was set beside stable’s', async () => {
      const { result } = await watch(paged(400, 1000), { ...options, holdMs: 120_000 }, stable);
      expect(result).toMatchObject({ verdict: 'pass' });
      expect(result.endedAt).toBeLessThan(60_000);
    });
  });

  test('a good canary does not pass when stable tells nothing, and it says why', async () => {
    const { result, said } = await watch(
      () => errors(20, 0),
      options,
      () => ({ scraped: 0, problems: ['pod stable-a: HTTP 500'] }),
    );
    expect(result).toMatchObject({ verdict: 'inconclusive', objectives: [{ cause: 'nothing-beside' }] });
    expect(result.reason).toContain('to compare with; stable: pod stable-a: HTTP 500');
    expect(said).toContain('warning: pod stable-a: HTTP 500');
  });

  test('without `compare` nobody is told of stable’s troubles, and they change nothing', async () => {
    const { result, said } = await watch(
      () => errors(20, 0),
      {},
      () => ({ scraped: 0, problems: ['pod stable-a: HTTP 500'] }),
    );
    expect(result.verdict).toBe('pass');
    expect(said.join('\n')).not.toContain('stable-a');
  });
});

test('a record that can not be written any more stops no fail, and makes no pass', async () => {
  const record = ({ t }: EvidenceLine) => {
    if (t > 1) throw new Error('The disk is full.');
  };
  const bad = await watch((look) => (look < 3 ? errors(20, 0) : errors(0, 20)), { record });
  expect(bad.result.verdict).toBe('fail');
  const good = await watch(() => errors(20, 0), { record });
  expect(good.result).toMatchObject({
    verdict: 'error',
    reason: 'The objectives are met, but not all that was seen is recorded. The disk is full.',
  });
});

test('every look is recorded, so that the decision can be checked afterwards', async () => {
  const slo = readSlo(`objectives:\n${ratio('errors')}${ratio('orders')}compare: stable\n`, 'slo.yml');
  const lines: EvidenceLine[] = [];
  const counts = (look: number) => saying({ errors: { good: 20, bad: look % 2 }, orders: { good: 7, bad: 0 } });
  const { result } = await watch(counts, { slo, holdMs: 5000, record: (line) => lines.push(line) }, () => errors(300, 1));
  expect(lines).toHaveLength(result.polls);
  expect(lines.slice(0, 2)).toEqual([
    {
      t: 0,
      objective: 'errors',
      canary: { good: 20, bad: 0 },
      stable: { good: 300, bad: 1 },
      objectives: { orders: { canary: { good: 7, bad: 0 }, stable: { good: 0, bad: 0 } } },
      before: {},
    },
    {
      t: 1,
      objective: 'errors',
      canary: { good: 20, bad: 1 },
      stable: { good: 300, bad: 1 },
      objectives: { orders: { canary: { good: 7, bad: 0 }, stable: { good: 0, bad: 0 } } },
    },
  ]);
  const [leading] = slo.objectives;
  const again = [
    ...replay(
      lines.map((line) => JSON.stringify(line)),
      () => termsOf(leading ?? { max: 1, ruleOut: 1 }, 2, true),
      'errors',
      'x',
    ),
  ];
  const [concluded] = result.objectives;
  expect(again.at(-1)).toMatchObject({
    verdict: concluded?.verdict,
    reason: concluded?.cause,
    n: (concluded?.good ?? 0) + (concluded?.bad ?? 0),
  });
  expect(again.at(-1)?.lnERelative).toBeCloseTo(concluded?.lnERelative ?? Number.NaN, 8);
});

test('a hold of nothing looks once and says that it does not know', async () => {
  expect((await watch(() => errors(0, 0), { holdMs: 0 })).result).toMatchObject({ verdict: 'inconclusive', polls: 1 });
});

test('a long hold shows every few seconds where it stands, in one line', async () => {
  const { said } = await watch(() => saying({ errors: { good: 1, bad: 0 }, orders: { good: 2, bad: 0 } }), {
    slo: TWO,
    holdMs: 600_000,
  });
  expect(said).toContain('errors: 0 bad of 6 · orders: 0 bad of 12 · 5s of 10m');
  expect(said.filter((text) => text.includes(' of 10m')).length).toBeGreaterThan(15);
});

test('before the hold it is said what a verdict needs, and then how long that takes at the present rate', async () => {
  const text = (pass: string, all: string, tenth: string, [some, more] = [2, 20]) =>
    `171 requests without an error rule out 2 % bad${pass}; a fail takes about ${some} if all are bad${all}, ${more} if 10 % are${tenth}`;
  const unknown = explainNeed(TWO);
  expect(unknown).toBe(`What a pass needs, and a fail:\n  errors: ${text('', '', '')}\n  orders: ${text('', '', '')}`);
  const traffic = new Map([
    ['errors', { canaryRps: 4 }],
    ['orders', { canaryRps: 1 }],
  ]);
  expect(explainNeed(TWO, traffic)).toBe(
    'What a pass needs at 4 canary requests a second, and a fail:\n' +
      `  errors: ${text(' (about 43s)', ' (1s)', ' (9s)', [4, 34])}\n  orders: ${text(' (about 2m51s)', ' (2s)', ' (20s)')}`,
  );
  expect(explainNeed(ERRORS, new Map())).toContain('(the canary gets no requests now)');
  const { said } = await watch(() => saying({ errors: { good: 4, bad: 0 }, orders: { good: 4, bad: 0 } }), {
    slo: TWO,
    holdMs: 600_000,
  });
  expect(said[0]).toBe(unknown);
  expect(said[1]).toContain('at 4.8 canary requests a second');
});

test('a cancelled step stops watching at once', async () => {
  const cancel = new AbortController();
  const cancelled = watch(
    (look) => {
      if (look === 3) cancel.abort(new Error('cancelled'));
      return errors(1, 0);
    },
    { signal: cancel.signal },
  );
  await expect(cancelled).rejects.toThrow('cancelled');
});

test('a step that is cancelled during its last look reports no verdict', async () => {
  const cancel = new AbortController();
  const cancelled = watch(
    () => {
      cancel.abort(new Error('cancelled'));
      return new Promise(() => {});
    },
    { signal: cancel.signal, holdMs: 0 },
  );
  await expect(cancelled).rejects.toThrow('cancelled');
});

const BROKEN = {
  reason: "the canary's pod restaurant-canary-1 did not keep serving: container app: restarted once: exit code 1",
  lastLines: '\nIts last lines:\n  out of soup',
};

test('a canary that has stopped serving fails at once, however good the answers were that it gave', async () => {
  const { result } = await watch((look) => (look < 3 ? errors(20, 0) : { ...errors(0, 0), broken: BROKEN }));
  expect(result).toMatchObject({ verdict: 'fail', reason: `${BROKEN.reason}.`, lastLines: BROKEN.lastLines, polls: 4 });
});

test('before a pass the pods are looked at once more, and what ended since the last list is a fail', async () => {
  let asked = 0;
  const findBroken = async () => {
    asked += 1;
    return BROKEN;
  };
  const { result } = await watch(
    () => errors(20, 0),
    {},
    () => ({}),
    { findBroken },
  );
  expect([result.verdict, result.reason, asked]).toEqual(['fail', `${BROKEN.reason}.`, 1]);
});

test('when nobody can say whether the pods still stand, there is no pass', async () => {
  const findBroken = () => Promise.reject(new Error('503 from the API server'));
  const { result } = await watch(
    () => errors(20, 0),
    {},
    () => ({}),
    { findBroken },
  );
  expect(result).toMatchObject({ verdict: 'error', reason: expect.stringContaining('503 from the API server') });
});

describe('while the share is on its way', () => {
  async function watchUntil(ms: number, script: Script, options: Partial<FailWatchOptions> = {}) {
    const clock = new ManualClock(0);
    const until = new AbortController();
    let look = 0;
    const source: Source = {
      async poll() {
        const side: SidePoll = { pods: 1, scraped: 1, counts: new Map(), problems: [], notes: [], coveredPodMs: 0 };
        return { at: clock.now(), canary: { ...side, ...(await script(look++)) }, stable: side };
      },
    };
    const log: Log = {
      info: () => undefined,
      debug: () => undefined,
      warning: () => undefined,
      group: (_, work) => work(),
      mask: () => undefined,
    };
    const signal = new AbortController().signal;
    const watching = watchForFail({ slo: ERRORS, source, clock, log, signal, until: until.signal, ...options });
    const ended = watching.catch(() => undefined);
    await clock.advance(ms);
    until.abort();
    await clock.until(ended);
    return { result: await watching, clock };
  }

  test('a canary that is bad from its first request on is failed within two looks', async () => {
    const { result } = await watchUntil(60_000, (look) => errors(0, look === 0 ? 0 : 3));
    expect(result).toMatchObject({ verdict: 'fail', endedAt: 1000, objectives: [{ cause: 'above-max', bad: 3 }] });
  });

  test('one that has stopped is failed with the reason', async () => {
    const broken = { reason: 'pod a crashed', lastLines: '\nIts last lines:\n  bye' };
    const { result } = await watchUntil(60_000, (look) => ({ ...errors(0, 0), ...(look > 1 && { broken }) }));
    expect(result).toMatchObject({ verdict: 'fail', reason: 'pod a crashed.', lastLines: broken.lastLines, endedAt: 2000 });
  });

  test('a fail that an earlier step has found stands', async () => {
    const failed = (await watchUntil(5000, () => errors(0, 3))).result.objectives[0]?.state;
    if (!failed) throw new Error('no state');
    const { result } = await watchUntil(5000, () => errors(0, 0), { resume: { errors: failed } });
    expect(result).toMatchObject({ verdict: 'fail', endedAt: 0 });
  });

  test('however many good requests there are, none of them counts for a pass', async () => {
    const before = addPoll(noEvidence, { canary: { good: 50, bad: 0 } }, 0.01);
    const { result } = await watchUntil(10_000, () => errors(100, 0), { resume: { errors: before } });
    expect(result).toMatchObject({ verdict: 'inconclusive', polls: 12, objectives: [{ good: 1250 }] });
    const state = result.objectives[0]?.state;
    expect(state).toMatchObject({ good: 1250, forPass: { good: 50, bad: 0 } });
    if (!state) throw new Error('no state');
    const { result: hold } = await watch(() => errors(20, 0), { resume: { errors: state } });
    expect(hold).toMatchObject({ verdict: 'pass', endedAt: 6000 });
  });

  test('what was bad goes on counting in the hold', async () => {
    const oneBadIn = (bad: number) => (look: number) => (look === bad ? errors(0, 1) : errors(3, 0));
    const { result } = await watchUntil(1500, oneBadIn(1));
    expect(result.verdict).toBe('inconclusive');
    const state = result.objectives[0]?.state;
    if (!state) throw new Error('no state');
    const { result: hold } = await watch(oneBadIn(0), { resume: { errors: state } });
    expect(hold).toMatchObject({ verdict: 'fail', endedAt: 0 });
    expect((await watch(oneBadIn(0))).result.endedAt).toBeGreaterThan(0);
  });

  test('its end is a last look, so that nothing is overlooked between two looks', async () => {
    const { result } = await watchUntil(2400, (look) => errors(0, look === 3 ? 3 : 0));
    expect(result).toMatchObject({ verdict: 'fail', endedAt: 2400, polls: 4 });
  });

  test('a source that fails is no verdict, and a cancelled step stops at once', async () => {
    expect((await watchUntil(3000, () => Promise.reject(new Error('no route to host')))).result.verdict).toBe('inconclusive');
    const cancel = new AbortController();
    const cancelled = watchUntil(
      3000,
      (look) => {
        if (look === 1) cancel.abort(new Error('cancelled'));
        return errors(1, 0);
      },
      { signal: cancel.signal },
    );
    await expect(cancelled).rejects.toThrow('cancelled');
  });
});
