import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readSlo } from '../../../../../src/slo/file/read-slo.js';
import { watchObjectives } from '../../../../../src/slo/gate/gate.js';
import type { GateResult } from '../../../../../src/slo/gate/gate-result.js';
import type { Upkeep } from '../../../../../src/slo/sources/exposition/upkeep.js';
import type { MetricsTarget } from '../../../../../src/slo/sources/pods/metrics-target.js';
import { podsSource } from '../../../../../src/slo/sources/pods/pods.js';
import { parseFlavours, plain } from '../../../../../testbed/app/flavours.js';
import { AppMetrics } from '../../../../../testbed/app/metrics.js';
import { ManualClock } from '../../../../manual-clock.js';
import { RecordingLog } from '../../../platforms/kubernetes/bed.js';

const SLO = `
objectives:
  - name: errors
    ratio: { bad: 'http_requests_total{status=~"5.."}', total: http_requests_total }
    max: 1%
warm-up: 0s
`;
const COMPARED = `${SLO}compare: stable\n`;
const PROBED: Upkeep = { metricsPath: '/metrics', probes: [{ path: '/healthz', periodMs: 5000 }] };

interface Played {
  /** Flavours of the test app (docs/testbed.md), of the canary and of stable. */
  readonly canary?: string;
  readonly stable?: string;
  readonly slo?: string;
  /** What users get in each second from a canary pod, as statuses. */
  readonly users?: (second: number) => readonly number[];
  readonly stableUsers?: (second: number) => readonly number[];
  readonly canaryPods?: number;
  readonly path?: string;
  /** How long an answer takes. */
  readonly seconds?: number;
  readonly upkeep?: Upkeep;
  readonly holdMs?: number;
}

const good = (n: number) => () => Array.from({ length: n }, () => 200);
const bad = (n: number) => () => Array.from({ length: n }, () => 500);

/** Holds a gate over pods that answer, and count, as apps of these flavours do; the kubelet probes them all the while. */
async function hold(played: Played): Promise<GateResult & { readonly said: string }> {
  const { canary = '', stable = '', users = good(20), stableUsers = good(50), upkeep = PROBED, canaryPods = 1 } = played;
  const clock = new ManualClock();
  const sharedBy = String(Math.random());
  const pods = [
    ...Array.from({ length: canaryPods }, (_, i) => pod(`canary-${i}`, 'canary', canary)),
    pod('stable-0', 'stable', stable),
  ];
  function pod(name: string, side: MetricsTarget['side'], flavour: string) {
    const flavours = parseFlavours(flavour) ?? plain;
    const target: MetricsTarget = { name, uid: name, side, readySince: clock.now(), life: 'app 0', upkeep };
    return { target, flavours, metrics: new AppMetrics(sharedBy) };
  }
  const log = new RecordingLog();
  const startedAt = clock.now();
  let second = 0;
  const serve = () => {
    for (; second * 1000 <= clock.now() - startedAt; second++) {
      for (const { target, metrics } of pods) {
        const answers = target.side === 'canary' ? users(second) : stableUsers(second);
        for (const status of answers) metrics.record(status, played.seconds ?? 0.003, played.path ?? '/menu');
        const isProbed = upkeep.probes.some(({ periodMs }) => (second * 1000) % periodMs === 0);
        if (isProbed) metrics.attend('probe', 200, upkeep.probes[0]?.path ?? '');
      }
    }
  };
  const slo = readSlo(played.slo ?? SLO, 'slo.yml');
  const source = podsSource({
    targets: async () => pods.map(({ target }) => target),
    scrape: async ({ name }) => {
      serve();
      const found = pods.find(({ target }) => target.name === name);
      const page = (await found?.metrics.page(found.flavours)) ?? '';
      found?.metrics.attend('scrape', 200, '/metrics');
      return page;
    },
    warmUpMs: 0,
    stable: slo.compare ? 'same' : 'none',
    clock,
  });
  const signal = new AbortController().signal;
  const result = await clock.until(watchObjectives({ slo, source, holdMs: played.holdMs ?? 120_000, clock, log, signal }));
  return { ...result, said: result.objectives.map(({ reason }) => reason).join('\n') };
}

const nobody = good(0);
const selecting = (bad: string, total: string) =>
  `objectives:\n  - name: errors\n    ratio: { bad: '${bad}', total: '${total}' }\n    max: 1%\nwarm-up: 0s\n`;

const slow = (histogram: string, max: string) =>
  `objectives:\n  - name: latency\n    histogram: ${histogram}\n    quantile: 0.95\n    max: ${max}\nwarm-up: 0s\n`;

describe('without a single user there is no pass, whatever the app counts', () => {
  test.each([
    ['counting', SLO],
    ['paths', SLO],
    ['fastapi', SLO],
    ['spring', selecting('http_server_requests_seconds_count{status=~"5.."}', 'http_server_requests_seconds_count')],
    ['bare', SLO],
    ['openmetrics', SLO],
    ['gauge', SLO],
    ['forgetful', SLO],
    ['', SLO],
  ])('%s', async (flavour, slo) => {
    const words = flavour === '' ? '' : `flavour-${flavour}`;
    const held = await hold({ canary: words, stable: words, slo, users: nobody, holdMs: 600_000 });
    expect(held.verdict).toBe('inconclusive');
  });

  test('neither while stable serves users of its own beside it', async () => {
    const held = await hold({
      canary: 'flavour-counting',
      stable: 'flavour-counting',
      slo: COMPARED,
      users: nobody,
      holdMs: 300_000,
    });
    expect(held).toMatchObject({ verdict: 'inconclusive' });
    expect(held.said).toMatch(/none of \d+ counted requests is surely a user's|got no request/);
  });

  test('neither where other scrapers and a load balancer ask as well, or each request is counted twice', async () => {
    const others = (second: number) => (second % 2 === 0 ? [200] : []);
    const words = 'flavour-counting';
    expect((await hold({ canary: words, stable: words, users: others, holdMs: 300_000 })).verdict).toBe('inconclusive');
  });

  test('neither when only probes are counted, as a middleware that leaves out /metrics does', async () => {
    const upkeep = { metricsPath: '/metrics', probes: [{ path: '/healthz', periodMs: 1000 }] };
    const held = await hold({ canary: '', users: good(1), upkeep, holdMs: 300_000 });
    expect(held.verdict).toBe('inconclusive');
  });
});

describe('users are judged as ever beside scrapes and probes that are counted', () => {
  test.each(['counting', 'paths', 'fastapi', ''])('%s: a good canary passes, a bad one fails', async (flavour) => {
    const words = flavour === '' ? '' : `flavour-${flavour}`;
    expect((await hold({ canary: words, stable: words })).verdict).toBe('pass');
    expect((await hold({ canary: words, stable: words, users: bad(2) })).verdict).toBe('fail');
  });

  test('a canary that fails the few users it has does not hide behind the scrapes', async () => {
    const users = (second: number) => (second % 20 === 10 ? [500] : []);
    const held = await hold({ canary: 'flavour-counting', stable: 'flavour-counting', users, holdMs: 400_000 });
    expect(held.verdict).toBe('fail');
  });

  test('an app whose page says nothing of paths and whose users come to the probed path is still judged', async () => {
    const upkeep = { metricsPath: '/metrics', probes: [{ path: '/', periodMs: 10_000 }] };
    expect((await hold({ canary: 'flavour-paths', path: '/', upkeep })).verdict).toBe('pass');
  });
});

describe('a `bad` that nothing can match is no pass, although every request of the canary fails', () => {
  test.each<[string, Played, RegExp]>([
    [
      'a label that no series has',
      { slo: selecting('http_requests_total{code=~"5.."}', 'http_requests_total') },
      /no series of http_requests_total has the label code on the canary \(its labels are status\)/,
    ],
    [
      'the same beside stable',
      { slo: `${selecting('http_requests_total{code=~"5.."}', 'http_requests_total')}compare: stable\n` },
      /has the label code/,
    ],
    [
      'a metric that no pod has',
      { slo: selecting('http_request_errors_total', 'http_requests_total') },
      /no pod has a metric http_request_errors_total.*did you mean|no pod has a metric http_request_errors_total.*there are/,
    ],
    [
      'a label that the canary’s version has renamed',
      { canary: 'flavour-code' },
      /no series of http_requests_total has the label status on the canary \(its labels are code\); stable has it, so one version has renamed it/,
    ],
    ['another spelling of it', { canary: 'flavour-httpstatus' }, /its labels are http_status/],
    [
      'a value that the canary’s version writes otherwise',
      { canary: 'flavour-classes', slo: selecting('http_requests_total{status="500"}', 'http_requests_total') },
      /status of http_requests_total is 5xx on the canary \(stable: 200\), and status="500" matches nothing/,
    ],
    [
      'values in classes, selected by code where codes are written',
      { slo: selecting('http_requests_total{status="5xx"}', 'http_requests_total') },
      /status of http_requests_total is 500 on the canary/,
    ],
    [
      'errors in a counter that is not there before the first',
      {
        canary: 'flavour-errorscounter',
        stable: 'flavour-errorscounter',
        users: good(20),
        slo: selecting('http_errors_total', 'http_requests_total'),
      },
      /no pod has a metric http_errors_total.*let it write 0 from its start/,
    ],
    [
      'a glob for a pattern',
      { slo: selecting('http_requests_total{status=~"50?"}', 'http_requests_total') },
      /status of http_requests_total is 500 on the canary \(stable: 200\), and status=~"50\?" matches none of them: in a pattern \* and \? repeat/,
    ],
    [
      'a pattern that repeats',
      { slo: selecting('http_requests_total{status=~"5+"}', 'http_requests_total') },
      /status=~"5\+" matches nothing that is written so/,
    ],
    [
      'a path that nobody asks for',
      {
        canary: 'flavour-paths',
        stable: 'flavour-paths',
        slo: selecting('http_requests_total{path=~"/men",status=~"5.."}', 'http_requests_total'),
      },
      /path=~"\/men" matches none of them: no such request has come, or it is written otherwise/,
    ],
    [
      'a glob behind =',
      { slo: selecting('http_requests_total{status="5*"}', 'http_requests_total') },
      /status="5\*" matches none of them: in a pattern .*write status=~"5\.\*"/,
    ],
    [
      'a pattern behind =',
      { slo: selecting('http_requests_total{status="5.."}', 'http_requests_total') },
      /= compares the whole text; for a pattern write status=~"5\.\."/,
    ],
    [
      'several values in one text',
      { slo: selecting('http_requests_total{status="500, 503"}', 'http_requests_total') },
      /for one of several write status=~"500\|503"/,
    ],
    [
      'another case',
      { canary: 'flavour-classes', slo: selecting('http_requests_total{status="5XX"}', 'http_requests_total') },
      /it is written in another case/,
    ],
    [
      'good requests that leave out none, for a glob',
      {
        slo: selecting('http_requests_total{status!~"50?"}', 'http_requests_total')
          .replace('bad:', 'good:')
          .replace('max: 1', 'min: 99'),
      },
      /status!~"50\?" leaves out none of them/,
    ],
    [
      'good requests that leave out none, for classes where codes are written',
      {
        slo: selecting('http_requests_total{status!="5xx"}', 'http_requests_total')
          .replace('bad:', 'good:')
          .replace('max: 1', 'min: 99'),
      },
      /status!="5xx" leaves out nothing that is written so/,
    ],
    [
      'good requests in classes where codes are written, all of them good',
      {
        slo: selecting('http_requests_total{status="2xx"}', 'http_requests_total')
          .replace('bad:', 'good:')
          .replace('max: 1', 'min: 99'),
        users: good(20),
      },
      /status of http_requests_total is 200 on the canary \(stable: 200\), and status="2xx" matches nothing that is written so/,
    ],
    ['a metric that the canary’s version has renamed', { canary: 'flavour-renamed' }, /no series matches http_requests_total/],
  ])('%s', async (_, played, words) => {
    const held = await hold({ users: bad(20), ...played });
    expect(held.verdict).toBe('inconclusive');
    expect(held.said).toMatch(words);
  });

  test.each<[string, Played, RegExp]>([
    ['a glob', { slo: selecting('http_requests_total{status=~"50?"}', 'http_requests_total') }, /matches none of them/],
    [
      'classes for codes',
      { slo: selecting('http_requests_total{status="5xx"}', 'http_requests_total') },
      /nothing that is written so/,
    ],
    [
      'a label for another one that has the codes',
      { slo: selecting('http_requests_total{code=~"5.."}', 'http_requests_total') },
      /has the label code on the canary .*; did you mean status\?/,
    ],
    [
      'a label that is mistyped',
      { slo: selecting('http_requests_total{staus=~"5.."}', 'http_requests_total') },
      /has the label staus on the canary .*; did you mean status\?/,
    ],
    [
      'a counter that is mistyped',
      { slo: selecting('http_request_total{status=~"5.."}', 'http_request_total') },
      /no pod has a metric http_request_total; did you mean http_requests_total\?/,
    ],
    ['a gauge', { canary: 'flavour-gauge' }, /is a gauge by its TYPE/],
    [
      'a counter for a histogram',
      { slo: slow('http_requests_total', '500ms') },
      /http_requests_total is a .* and no histogram|no histogram/,
    ],
    [
      'a mistyped histogram',
      { slo: slow('http_requests_duration_seconds', '500ms') },
      /did you mean http_request_duration_seconds\?/,
    ],
    [
      'a histogram for a counter',
      { slo: selecting('http_request_duration_seconds{status=~"5.."}', 'http_request_duration_seconds') },
      /http_request_duration_seconds is a histogram and no counter; its requests are in http_request_duration_seconds_count/,
    ],
    [
      'a threshold below all buckets',
      { slo: slow('http_request_duration_seconds', '1ms') },
      /no bucket edge at or below 0.001 s/,
    ],
  ])('known at the first look, it ends the hold there: %s', async (_, played, words) => {
    const held = await hold({ users: bad(20), ...played });
    expect(held).toMatchObject({ verdict: 'inconclusive', polls: 1 });
    expect(held.said).toMatch(words);
  });

  test.each<[string, Played]>([
    [
      'a counter of errors alone',
      {
        canary: 'flavour-errorscounter',
        stable: 'flavour-errorscounter',
        users: good(20),
        slo: selecting('http_errors_total', 'http_requests_total'),
      },
    ],
    [
      'a label of errors alone',
      { users: good(20), slo: selecting('http_requests_total{error_type=~"5.."}', 'http_requests_total') },
    ],
    ['a canary that nobody has asked yet', { canary: 'flavour-bare', users: nobody }],
  ])('what may still come is waited for: %s', async (_, played) => {
    const held = await hold(played);
    expect(held.verdict).toBe('inconclusive');
    expect(held.polls).toBeGreaterThan(5);
  });

  test('a healthy app that has not had an error yet passes: the label is on its good answers', async () => {
    expect((await hold({ slo: COMPARED })).verdict).toBe('pass');
  });

  test('the first error makes an absent counter known, with all that was seen before', async () => {
    const apart = selecting('http_errors_total', 'http_requests_total');
    const held = await hold({ canary: 'flavour-errorscounter', stable: 'flavour-errorscounter', slo: apart, users: bad(20) });
    expect(held.verdict).toBe('fail');
  });
});

describe('what is no counter of its own process gives no data, because of that', () => {
  test.each<[string, Played, RegExp]>([
    [
      'several workers, no users',
      { canary: 'flavour-workers', users: (second) => (second === 0 ? Array.from({ length: 500 }, () => 200) : []) },
      /fell from|several processes|got no request/,
    ],
    [
      'several workers, all bad',
      { canary: 'flavour-workers', users: bad(31) },
      /fell from \d+ to \d+ although its container was not restarted/,
    ],
    [
      'counters that all pods share',
      { canary: 'flavour-shared', stable: 'flavour-shared', users: good(30), stableUsers: good(30) },
      /the canary and stable show the same counters/,
    ],
    [
      'the same in a comparison, although stable fails',
      { canary: 'flavour-shared', stable: 'flavour-shared', users: good(30), stableUsers: bad(30), slo: COMPARED },
      /the canary and stable show the same counters/,
    ],
    ['a gauge', { canary: 'flavour-gauge' }, /http_requests_total is a gauge by its TYPE/],
    [
      'counters that begin anew at each read',
      { canary: 'flavour-forgetful', users: (second) => (second % 2 === 0 ? good(30)() : good(27)()) },
      /fell from/,
    ],
    ['Nan', { canary: 'flavour-nan' }, /http_requests_total is NaN, which is no count/],
  ])('%s', async (_, played, words) => {
    const held = await hold(played);
    expect(held.verdict).toBe('inconclusive');
    expect(held.said).toMatch(words);
  });
});

test('a canary whose counters meet those of stable by chance is not said to share them, and its requests count', async () => {
  const beside = {
    canary: 'flavour-paths',
    stable: 'flavour-paths',
    users: good(3),
    stableUsers: (second: number) => good(second === 0 ? 25 : 1)(),
  };
  const short = await hold({ ...beside, holdMs: 20_000 });
  expect(short).toMatchObject({
    verdict: 'inconclusive',
    said: expect.stringMatching(/^a hold of 20s is too short|^too few requests/),
  });
  expect(await hold(beside)).toMatchObject({ verdict: 'pass' });
});

test('pods that began together, with few users and the same probes and scrapes, are never said to share their counters', async () => {
  const rate = fc.double({ min: 0.1, max: 2, noNaN: true });
  const flavours = fc.constantFrom('', 'flavour-paths', 'flavour-counting');
  const busier = fc.integer({ min: 3, max: 9 });
  const every = (rps: number) => (second: number) => good(Math.floor((second + 1) * rps) - Math.floor(second * rps))();
  const few = fc.asyncProperty(rate, busier, flavours, async (rps, times, words) => {
    const played = { canary: words, stable: words, users: every(rps), stableUsers: every(rps * times), holdMs: 50_000 };
    for (const slo of [SLO, COMPARED]) expect((await hold({ ...played, slo })).said).not.toMatch(/the same counters/);
  });
  await fc.assert(few, { numRuns: 40 });
});

describe('histograms', () => {
  test('in milliseconds, by name, are judged as what they are', async () => {
    expect(
      (await hold({ canary: 'flavour-milliseconds', slo: slow('http_request_duration_milliseconds', '500ms') })).verdict,
    ).toBe('pass');
  });

  test('a canary that is within the threshold by the upper edge and not by the lower one is neither failed nor passed, and both are named', async () => {
    const played = { canary: 'flavour-openmetrics', seconds: 0.27, slo: slow('http_request_duration_seconds', '300ms') };
    const held = await hold(played);
    expect(held).toMatchObject({ verdict: 'inconclusive' });
    expect(held.said).toMatch(/no bucket edge at 0.3 s, only 0.25 s below it and 0.5 s above/);
    expect((await hold({ ...played, seconds: 0.2 })).verdict).toBe('pass');
    expect((await hold({ ...played, seconds: 0.7 })).verdict).toBe('fail');
  });
});
