import { expect, test } from '@jest/globals';
import type { Log } from '../../../src/action/log.js';
import { type GateOptions, watchObjectives } from '../../../src/slo/gate.js';
import { explainNeed } from '../../../src/slo/need.js';
import type { Counts } from '../../../src/slo/objective.js';
import { readSlo } from '../../../src/slo/read-slo.js';
import type { SidePoll, Source } from '../../../src/slo/sources/source.js';
import { ManualClock } from '../../manual-clock.js';

const ratio = (name: string) => `  - name: ${name}\n    ratio: { bad: b_total, total: t_total }\n    max: 0.1%\n`;
const ERRORS = readSlo(`objectives:\n${ratio('errors')}`, 'slo.yml');
const TWO = readSlo(`objectives:\n${ratio('errors')}${ratio('orders')}`, 'slo.yml');

/** What the canary says at each look, `look` counting from 0. */
type Script = (look: number) => Partial<SidePoll> | Promise<never>;
const saying = (counts: Record<string, Counts>): Partial<SidePoll> => ({ counts: new Map(Object.entries(counts)) });
const errors = (good: number, bad: number) => saying({ errors: { good, bad } });

async function watch(script: Script, options: Partial<GateOptions> = {}) {
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
    async poll() {
      const side: SidePoll = { pods: 1, scraped: 1, counts: new Map(), problems: [], notes: [], coveredPodMs: 0 };
      return { at: clock.now(), canary: { ...side, ...(await script(look++)) }, stable: side };
    },
  };
  const signal = new AbortController().signal;
  const result = await clock.until(watchObjectives({ slo: ERRORS, source, holdMs: 60_000, clock, log, signal, ...options }));
  return { result, said };
}

test('a canary without an error passes as soon as there is enough of it', async () => {
  const { result } = await watch(() => errors(20, 0));
  expect(result).toMatchObject({ verdict: 'pass', polls: 12, startedAt: 0, endedAt: 11_000 });
  expect(result.objectives[0]).toMatchObject({ name: 'errors', cause: 'evidence', good: 240, bad: 0, badShare: 0, needed: 224 });
  expect(result.reason).toBe('errors: 0 of 240 requests were bad; 2 % or more is ruled out.');
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
  const { result } = await watch(() => errors(1, 0));
  expect(result).toMatchObject({ verdict: 'inconclusive', endedAt: 60_000, polls: 61 });
  expect(result.objectives[0]?.cause).toBe('too-few-requests');
  expect(result.reason).toContain(
    '0 of 61 requests were bad (0 %); 163 more without an error were needed for a pass, about 2m41s at this rate',
  );
});

test.each<[string, Script, string]>([
  ['the canary gets no request', () => errors(0, 0), 'errors: no data in 1m: the canary got no request.'],
  ['there is no canary pod', () => ({ pods: 0, scraped: 0 }), 'errors: no data in 1m: there was no ready canary pod.'],
  ['all pods are warming up', () => ({ scraped: 0 }), 'errors: no data in 1m: no canary pod was past its warm-up.'],
  [
    'the series is missing',
    () => ({ problems: ['no series matches t_total'] }),
    'errors: no data in 1m: no series matches t_total.',
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
  const { result } = await watch((look) => errors(10, [5, 20, 35, 50].includes(look) ? 1 : 0), { settle: 'full' });
  expect(result).toMatchObject({ verdict: 'warn', objectives: [{ cause: 'between-limits', bad: 4 }] });
  expect(result.reason).toContain('4 of 614 requests were bad (0.651 %): above 0.1 %, below 2 %');
});

test('a later step goes on where the one before stopped', async () => {
  const first = await watch(() => errors(2, 0));
  const state = first.result.objectives[0]?.state;
  if (!state) throw new Error('no state');
  const { result } = await watch(() => errors(2, 0), { resume: { errors: state } });
  expect(result).toMatchObject({ verdict: 'pass', endedAt: 50_000 });
});

test('a hold of nothing looks once and says that it does not know', async () => {
  expect((await watch(() => errors(0, 0), { holdMs: 0 })).result).toMatchObject({ verdict: 'inconclusive', polls: 1 });
});

test('a long hold shows every few seconds where it stands, in one line', async () => {
  const { said } = await watch(() => saying({ errors: { good: 1, bad: 0 }, orders: { good: 2, bad: 0 } }), { slo: TWO });
  expect(said).toContain('errors: 0 bad of 6 · orders: 0 bad of 12 · 5s of 1m');
  expect(said.filter((text) => text.includes(' of 1m'))).toHaveLength(11);
});

test('before the hold it is said what a verdict needs at the present rate', async () => {
  const text = explainNeed(TWO, 4);
  expect(text).toBe(
    'What a pass needs at 4 canary requests a second:\n' +
      '  errors: 224 requests without an error rule out 2 % bad, about 56s\n' +
      '  orders: 224 requests without an error rule out 2 % bad, about 56s',
  );
  expect(explainNeed(ERRORS, 0)).toContain('(the canary gets no requests now)');
  expect((await watch(() => errors(0, 9), { slo: TWO, canaryRps: 4 })).said[0]).toBe(text);
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
