import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../../../src/kernel/errors.js';
import { countingObjective } from '../../../../src/platforms/kubernetes/evidence/evidence.js';
import { SPLIT_ADVICE } from '../../../../src/platforms/kubernetes/evidence/split-advice.js';
import { type ProofLook, type ProofOptions, proveSplit } from '../../../../src/release/proof/prove-split.js';
import { parseSelector } from '../../../../src/slo/objective/selector.js';
import type { SidePoll, Source } from '../../../../src/slo/source.js';
import { podsSource } from '../../../../src/slo/sources/pods/pods.js';
import { ManualClock } from '../../../manual-clock.js';
import { anySignal, RecordingLog } from '../../platforms/kubernetes/bed.js';

const requests = countingObjective(parseSelector('http_requests_total'));
const TIMEOUT_MS = 60_000;

/** One side of a look: `seen` requests, on pods that all answered unless it is said otherwise. */
const side = (seen: number, changes: Partial<SidePoll> = {}): SidePoll => ({
  pods: 1,
  scraped: 1,
  counts: new Map([[requests.name, { good: seen, bad: 0 }]]),
  problems: [],
  notes: [],
  coveredPodMs: 1000,
  ...changes,
});

type Look = readonly [canary: SidePoll, stable: SidePoll];

let clock: ManualClock;
let warnings: string[];
beforeEach(() => {
  clock = new ManualClock();
  warnings = [];
});

/** Looks one after the other, the last one for ever; the very first, which only sets the baseline, counts nothing. */
function scripted(...script: Look[]): Source {
  const baseline: Look = [side(0), side(0)];
  let next = -1;
  return {
    poll: async () => {
      const [canary, stable] = next < 0 ? baseline : (script[Math.min(next, script.length - 1)] ?? baseline);
      next++;
      return { at: clock.now(), canary, stable };
    },
  };
}

async function prove(
  source: Source,
  [asked, previous]: readonly [number, number],
  {
    hasTesters = false,
    earlier,
    measuredBefore,
    present,
    isBrief = false,
    ...options
  }: Partial<ProofOptions> & Omit<ProofLook, 'signal'> = {},
) {
  const log = Object.assign(new RecordingLog(), { warning: (text: string) => void warnings.push(text) });
  const look = proveSplit({
    source,
    requests,
    timeoutMs: TIMEOUT_MS,
    demand: 'expected',
    advice: SPLIT_ADVICE,
    clock,
    log,
    ...options,
  });
  const startedAt = clock.now();
  const outcome = await clock.until(
    look(asked, previous, {
      signal: anySignal(),
      hasTesters,
      earlier,
      measuredBefore,
      isBrief,
      ...(present && { present }),
    }).catch((error: unknown) => error),
  );
  return { outcome, elapsedMs: clock.now() - startedAt };
}

test('a share that arrives is proven within seconds, with the counts that prove it', async () => {
  const { outcome, elapsedMs } = await prove(scripted([side(40), side(360)]), [10, 0]);
  expect(outcome).toMatchObject({ state: 'proven', share: 10, canary: 80, total: 800 });
  expect(elapsedMs).toBeLessThan(8000);
  expect(warnings).toEqual([]);
});

test('a router that ignores the weight is an error that says so, whether or not a proof was required', async () => {
  const { outcome, elapsedMs } = await prove(scripted([side(0), side(400)]), [10, 0]);
  expect(outcome).toBeInstanceOf(UserError);
  expect((outcome as UserError).message).toContain('The router does not follow the weight: 10 % was written and accepted');
  expect((outcome as UserError).message).toMatch(/0 of \d+ requests went to the canary/);
  expect(elapsedMs).toBeGreaterThanOrEqual(TIMEOUT_MS);
});

test('a proxy that hears of the change late does not spoil the proof, and what it did before is not counted', async () => {
  const late: Look = [side(0), side(2000)];
  const { outcome } = await prove(scripted(late, late, [side(40), side(360)]), [10, 0]);
  expect(outcome).toMatchObject({ state: 'proven', share: 10 });
});

describe('counts that contradict the share', () => {
  test('for one second only, when there was time for no more, are not believed: they are looked at again', async () => {
    const once = scripted([side(20), side(11)], [side(9), side(21)]);
    const { outcome, elapsedMs } = await prove(once, [30, 0], { timeoutMs: 1000 });
    expect(outcome).toMatchObject({ state: 'undecided', canary: 9, total: 30 });
    expect(elapsedMs).toBe(5000);
    expect(warnings).toEqual([expect.stringContaining('The split could not be proven')]);
  });

  test('once in each direction, as when one side was read late, are not believed either', async () => {
    const swing = scripted([side(20), side(11)], [side(0), side(40)]);
    expect((await prove(swing, [30, 0], { timeoutMs: 1000 })).outcome).toMatchObject({ state: 'undecided' });
  });

  test('twice are', async () => {
    const { outcome, elapsedMs } = await prove(scripted([side(20), side(11)]), [30, 0], { timeoutMs: 1000 });
    expect((outcome as UserError).message).toContain('The router does not follow the weight');
    expect(elapsedMs).toBe(5000);
  });

  test('by little traffic, so that the time ends in the middle of a count, are not forgotten', async () => {
    const { outcome } = await prove(scripted([side(0), side(24)]), [10, 0]);
    expect(outcome).toBeInstanceOf(UserError);
    expect((outcome as UserError).message).toContain('The router does not follow the weight');
  });
});

describe('where whole pods are the split and stable is scaled while they are counted', () => {
  const tripled: Look = [side(100), side(300)];

  test('the share that they make then is proven, and that is said', async () => {
    const { outcome } = await prove(scripted(tripled), [50, 0], { present: async () => 25 });
    expect(outcome).toMatchObject({ state: 'proven', share: 25, asked: 25 });
    expect(warnings).toEqual([expect.stringMatching(/Stable was scaled .* make 25 % now, and 50 % was given/)]);
  });

  test('what the pods of before prove is not said of a share that new pods have made another', async () => {
    const looks: Look[] = [[side(200), side(200)], tripled];
    const { outcome } = await prove(scripted(...looks), [50, 0], { present: async () => 25 });
    expect(outcome).toMatchObject({ state: 'proven', asked: 25 });
  });

  test('back to the share of before, the same counts are no contradiction', async () => {
    const { outcome } = await prove(scripted(tripled), [50, 25], { present: async () => 25 });
    expect(outcome).toMatchObject({ state: 'proven', asked: 25 });
  });

  test('clients that stay where they were are no reason to fail', async () => {
    const { outcome } = await prove(scripted([side(200), side(200)]), [25, 0], { present: async () => 10 });
    expect(outcome).toMatchObject({ state: 'undecided', asked: 10 });
    expect(warnings.join()).toContain('Going on without proof that 10 %');
  });

  test('again and again, counting comes to an end', async () => {
    let share = 50;
    const { outcome } = await prove(scripted([side(0), side(900)]), [50, 0], { present: async () => (share -= 5) });
    expect(outcome).toMatchObject({ state: 'undecided', share: undefined });
    expect(warnings.at(-1)).toContain('stable is scaled again and again');
  });

  test('a share that is as it was given, and that the counts contradict, is still an error', async () => {
    const { outcome } = await prove(scripted([side(0), side(400)]), [25, 0], { present: async () => 25 });
    expect((outcome as UserError).message).toContain('does not follow the weight');
  });
});

describe('without a request', () => {
  const silence: Look = [side(0), side(0)];

  test.each([
    [10, 0],
    [0, 10],
  ])(
    '%p %% after %p %% is not proven, and the step warns after 10 s instead of waiting out its time',
    async (asked, previous) => {
      const { outcome, elapsedMs } = await prove(scripted(silence), [asked, previous]);
      expect(outcome).toMatchObject({ state: 'undecided', share: undefined });
      expect(warnings).toEqual([expect.stringContaining('no request was seen')]);
      expect(elapsedMs).toBeGreaterThanOrEqual(10_000);
      expect(elapsedMs).toBeLessThan(20_000);
    },
  );

  test('`prove: required` fails and says what would help', async () => {
    const { outcome } = await prove(scripted(silence), [10, 0], { demand: 'required' });
    expect(outcome).toBeInstanceOf(UserError);
    expect((outcome as UserError).message).toMatch(/no request was seen.*Send traffic, or set `prove: expected`/);
    expect(warnings).toEqual([]);
  });
});

test('too little traffic is a warning with what was seen, after all the time there is', async () => {
  const { outcome, elapsedMs } = await prove(scripted([side(0), side(2)]), [10, 0]);
  expect(outcome).toMatchObject({ state: 'undecided' });
  expect(warnings).toEqual([expect.stringMatching(/only 0 of \d+ requests went to the canary/)]);
  expect(elapsedMs).toBeGreaterThanOrEqual(TIMEOUT_MS);
});

test('a canary whose version has renamed the counter does not make the router a liar', async () => {
  const problems = [
    'pod restaurant-canary-x: requests: no series matches http_requests_total: no request has come to the canary yet',
  ];
  const { outcome } = await prove(scripted([side(0, { counts: new Map(), problems }), side(400)]), [50, 10]);
  expect((outcome as UserError).message).toMatch(
    /^No request of the canary was seen: 50 % was written and accepted, but 0 of \d+ .*, and no page of it has http_requests_total\. Either its version counts/,
  );
});

describe('a canary that can not be read', () => {
  const problem = 'pod restaurant-canary-x: answered 503';
  const blind = side(0, { scraped: 0, counts: new Map(), problems: [problem] });

  test('is not taken for a canary without traffic: neither proof of 0 nor a router that ignores the weight', async () => {
    for (const shares of [
      [10, 0],
      [0, 10],
    ] as const) {
      warnings = [];
      const { outcome } = await prove(scripted([blind, side(400)]), shares);
      expect(outcome).toMatchObject({ state: 'undecided' });
      expect(warnings).toEqual([expect.stringContaining(problem)]);
    }
  });

  test('for a moment only delays the proof', async () => {
    const { outcome } = await prove(scripted([blind, side(400)], [side(60), side(540)]), [10, 0]);
    expect(outcome).toMatchObject({ state: 'proven', share: 10 });
  });

  test('in one of its two pods does not make the router a liar', async () => {
    const half = side(20, { pods: 2, scraped: 1, problems: [problem] });
    const { outcome } = await prove(scripted([half, side(360)]), [10, 0]);
    expect(outcome).not.toBeInstanceOf(UserError);
  });
});

test('an app with more pods than can be read each second is measured right', async () => {
  const RPS_PER_POD = 15;
  const pods = Array.from({ length: 60 }, (_, index) => ({
    name: `stable-${index}`,
    uid: `stable-${index}`,
    side: 'stable' as const,
    readySince: 0,
  }));
  const canary = { name: 'canary', uid: 'canary', side: 'canary' as const, readySince: 0 };
  const source = podsSource({
    targets: async () => [canary, ...pods],
    scrape: async ({ side }) =>
      `http_requests_total ${Math.floor((clock.now() / 1000) * (side === 'canary' ? (RPS_PER_POD * 60) / 9 : RPS_PER_POD))}\n`,
    warmUpMs: 0,
    clock,
  });
  const { outcome } = await prove(source, [10, 0]);
  expect(outcome).toMatchObject({ state: 'proven' });
  expect((outcome as { share: number }).share).toBeCloseTo(10, 0);
});

test('pods that answer at different moments do not make the router a liar, nor move what is measured', async () => {
  const latencies = fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 8, maxLength: 40 });
  const shares = fc.constantFrom(10, 30, 50, 90);
  await fc.assert(
    fc.asyncProperty(latencies, shares, fc.constantFrom(1000, 5000), async (waits, asked, timeoutMs) => {
      clock = new ManualClock();
      const rps = 300;
      const pods = (['canary', 'stable'] as const).map((name) => ({ name, uid: name, side: name, readySince: 0 }));
      let next = 0;
      const source = podsSource({
        targets: async () => pods,
        scrape: async ({ side: of }) => {
          // There and back take as long.
          const half = (waits[next++ % waits.length] ?? 0) / 2;
          await clock.sleep(half);
          const share = of === 'canary' ? asked / 100 : 1 - asked / 100;
          // Counters that are the same at any time on both sides would be one set of counters that they share.
          const before = of === 'stable' ? 12_345 : 0;
          const text = `http_requests_total ${before + Math.floor((clock.now() / 1000) * rps * share)}\n`;
          await clock.sleep(half);
          return text;
        },
        warmUpMs: 0,
        clock,
      });
      const { outcome } = await prove(source, [asked, 0], { timeoutMs });
      expect(outcome).not.toBeInstanceOf(Error);
      expect(Math.abs((outcome as { share: number }).share - asked)).toBeLessThan(1.5);
    }),
    { numRuns: 100 },
  );
});

describe('testers that have the canary besides its share', () => {
  test('and are few leave it to be proven', async () => {
    const { outcome } = await prove(scripted([side(44), side(356)]), [10, 0], { hasTesters: true });
    expect(outcome).toMatchObject({ state: 'proven' });
  });

  test('and are many are a warning that says so, long before the time is over', async () => {
    const { outcome, elapsedMs } = await prove(scripted([side(120), side(280)]), [10, 0], { hasTesters: true });
    expect(outcome).toMatchObject({ state: 'undecided', share: 30 });
    expect(warnings.join()).toMatch(/30.0 %[\s\S]*the testers among them, who can not be told apart/);
    expect(elapsedMs).toBeLessThan(30_000);
  });

  test('and are many fail a required proof with advice that helps', async () => {
    const many = scripted([side(120), side(280)]);
    const { outcome } = await prove(many, [10, 0], { hasTesters: true, demand: 'required' });
    expect((outcome as UserError).message).toMatch(/too many[\s\S]*Lead fewer testers to the canary, or set `prove: expected`/);
  });

  test('are no excuse for too little', async () => {
    const { outcome } = await prove(scripted([side(2), side(398)]), [10, 0], { hasTesters: true });
    expect((outcome as UserError).message).toContain('The router does not follow the weight');
  });

  test('are not what a late proxy still sends', async () => {
    const late: Look = [side(200), side(200)];
    const { outcome } = await prove(scripted(late, late, [side(200), side(1800)]), [10, 50], { hasTesters: true });
    expect(outcome).toMatchObject({ state: 'proven' });
  });
});

describe('requests past the split', () => {
  const uncovered = { declared: 0, onMore: 'warn', ways: ['HTTPRoute internal'] } as const;
  const half = scripted.bind(undefined, [side(20), side(380)]);

  test('that halve the share are a warning with their share and a way out, within half a minute', async () => {
    const { outcome, elapsedMs } = await prove(half(), [10, 0], { uncovered });
    expect(outcome).toMatchObject({ state: 'short', share: 5 });
    expect(warnings).toEqual([expect.stringMatching(/About 50 % of the requests reach stable past the split/)]);
    expect(warnings.join()).toMatch(
      /They come by HTTPRoute internal, by callers of the Service inside the cluster, or[\s\S]*`uncovered: \d\d %`/,
    );
    expect(elapsedMs).toBeLessThan(30_000);
  });

  test('that are declared leave the share proven within seconds', async () => {
    const { outcome, elapsedMs } = await prove(half(), [10, 0], { uncovered: { ...uncovered, declared: 50 } });
    expect(outcome).toMatchObject({ state: 'proven', hasUncovered: true });
    expect(elapsedMs).toBeLessThan(8000);
    expect(warnings).toEqual([]);
  });

  test('fail the step where they are not wanted, or where a proof is', async () => {
    const { outcome: unwanted } = await prove(half(), [10, 0], { uncovered: { ...uncovered, onMore: 'fail' } });
    expect((unwanted as UserError).message).toContain('`on-uncovered: fail` allows no more than is declared');
    const { outcome: unproven } = await prove(half(), [10, 0], { uncovered, demand: 'required' });
    expect((unproven as UserError).message).toContain('`prove: required` asks for a proof');
    expect([unwanted, unproven]).toEqual([expect.any(UserError), expect.any(UserError)]);
  });

  test('are no excuse for a canary that gets nothing, more than its share, or what it had before', async () => {
    const ignored = await prove(scripted([side(0), side(400)]), [10, 0], { uncovered });
    const more = await prove(scripted([side(80), side(320)]), [10, 0], { uncovered });
    const measuredBefore = { share: 5, low: 4, high: 6 };
    const unmoved = await prove(half(), [50, 10], { uncovered, measuredBefore });
    for (const { outcome } of [ignored, more, unmoved])
      expect((outcome as UserError).message).toContain('The router does not follow the weight');
  });

  test('are not what a late proxy still sends', async () => {
    const late: Look = [side(20), side(380)];
    const { outcome } = await prove(scripted(late, late, [side(40), side(360)]), [10, 0], { uncovered });
    expect(outcome).toMatchObject({ state: 'proven' });
    expect(warnings).toEqual([]);
  });
});

test('a route that is not as it was written is said at the first doubt, and the router is not blamed', async () => {
  const departure = async () => '`helm` wrote its rules';
  const { outcome, elapsedMs } = await prove(scripted([side(0), side(400)]), [10, 0], { departure });
  expect((outcome as UserError).message).toBe('`helm` wrote its rules');
  expect(elapsedMs).toBeLessThan(10_000);
});

describe('no request since the share was written', () => {
  const silent = scripted.bind(undefined, [side(0), side(0)]);

  test('is an error where requests came before: the canary answers nobody', async () => {
    const { outcome, elapsedMs } = await prove(silent(), [100, 0], { earlier: { requests: 200, ms: 10_000, pageAgeMs: 90_000 } });
    expect((outcome as UserError).message).toMatch(
      /No request has reached any pod for 1m3\ds since 100 % was written; before, 200 came in 10s/,
    );
    expect(elapsedMs).toBeLessThan(95_000);
  });

  test('is one within seconds where every page of the canary is fresh and would show a request', async () => {
    const fresh = scripted([side(0, { requests: 0 }), side(0)]);
    const { outcome, elapsedMs } = await prove(fresh, [100, 0], { earlier: { requests: 200, ms: 10_000, pageAgeMs: 90_000 } });
    expect((outcome as UserError).message).toContain('No request has reached any pod');
    expect(elapsedMs).toBeLessThan(15_000);
  });

  test.each([
    ['no page could be read', { scraped: 0, problems: ['pod p: answered with text whose line 1 has no value'] }],
    [
      'the page has no such counter',
      { problems: ['no series matches r_total: either no request has come yet, or the name is wrong'] },
    ],
  ])('says nothing of whether the canary answers where %s', async (_, canary) => {
    const blind = scripted([side(0, { ...canary, counts: new Map() }), side(0)]);
    const { outcome } = await prove(blind, [100, 0], { earlier: { requests: 200, ms: 10_000, pageAgeMs: 90_000 } });
    const { message } = outcome as UserError;
    expect(message).toMatch(/^No request was counted on any pod for 1m3\ds since 100 % was written; before, 200 came in 10s\. /);
    expect(message).toContain(`whether it answers them is not known: ${canary.problems[0]}. Where another version`);
    expect(message).not.toContain('does not answer');
  });

  test('is no evidence where so few came that none may come for a while', async () => {
    const { outcome } = await prove(silent(), [100, 0], { earlier: { requests: 1, ms: 60_000, pageAgeMs: 90_000 } });
    expect(outcome).toMatchObject({ state: 'undecided' });
    expect(warnings).toEqual([expect.stringContaining('no request was seen')]);
  });
});

test('a long count is spoken of every ten seconds', async () => {
  const log = new RecordingLog();
  await prove(scripted([side(0), side(2)]), [10, 0], { log });
  const lines = log.lines.filter((line) => line.includes('Counting requests until 10 % is proven'));
  expect(lines.length).toBeGreaterThanOrEqual(4);
});

test('a cancelled step stops looking at once, and for the reason that it was cancelled', async () => {
  const controller = new AbortController();
  const look = proveSplit({
    source: scripted([side(0), side(0)]),
    requests,
    timeoutMs: TIMEOUT_MS,
    demand: 'required',
    advice: SPLIT_ADVICE,
    clock,
    log: new RecordingLog(),
  })(10, 0, { signal: controller.signal }).catch((error: unknown) => error);
  await clock.advance(1500);
  controller.abort(new Error('cancelled'));
  expect(await look).toEqual(new Error('cancelled'));
});

test('more than the share by a Service over the canary’s pods is no contradiction, and is named when the time is over', async () => {
  const leaks = () => Promise.resolve(['Service internal']);
  const { outcome } = await prove(scripted([side(120), side(280)]), [10, 0], { leaks, timeoutMs: 10_000 });
  expect(outcome).toMatchObject({ state: 'undecided' });
  expect(warnings.join()).toContain('those by Service internal, which leads to its pods too');
});

test('on the way back a proof that no page has the figures for is not waited for', async () => {
  const lacks = (problem: string) => side(0, { counts: new Map(), problems: [problem] });
  const uncounted: Source = {
    poll: async () => ({
      at: clock.now(),
      canary: lacks('no series matches r_total'),
      stable: lacks('no series matches r_total'),
    }),
  };
  const brief = await prove(uncounted, [0, 20], { isBrief: true });
  expect(brief).toMatchObject({ outcome: { state: 'undecided' }, elapsedMs: 0 });
  expect(warnings.join()).toContain('The split could not be proven: no series matches r_total');
  expect((await prove(uncounted, [20, 0])).elapsedMs).toBeGreaterThan(5000);
  const counted = await prove(scripted([side(0), side(400)]), [0, 20], { isBrief: true });
  expect(counted.outcome).toMatchObject({ state: 'proven' });
});
