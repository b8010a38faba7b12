import { describe, expect, test } from '@jest/globals';
import { cached, type PlayedPod, playRelease, rate, slo } from '../../../release/played-release.js';

const good: PlayedPod = { side: 'canary', ok: rate(20) };
const stable: PlayedPod = { side: 'stable', ok: rate(80) };

describe('which pods are read', () => {
  test('both sides by owner: a worker under the same labels is nobody’s, and a canary pod that left the endpoints still counts', async () => {
    const drained = { side: 'canary', ok: rate(20), labels: { 'd9.dev/app': 'restaurant', 'd9.dev/track': 'canary' } } as const;
    const bed = playRelease(
      { canary: good, drained, stable, worker: { side: 'worker', ok: rate(500) } },
      { isolation: 'shared' },
    );
    const { verdict, objectives } = await bed.gate({ slo: slo('compare: stable\nwarm-up: 0s\n') });
    expect(verdict).toBe('pass');
    expect(new Set(bed.asked)).toEqual(new Set(['canary', 'drained', 'stable']));
    expect(objectives[0]?.stable?.good).toBeLessThan(500);
  });

  test.each<[string, PlayedPod, RegExp]>([
    [
      'its metrics answer 500',
      { side: 'canary', page: () => '' },
      /pod second can't be read: answered 500 to GET \/metrics on port 8080; `metrics-port` and `metrics-path`/,
    ],
    [
      'its metrics hang',
      { side: 'canary', page: () => new Promise<string>(() => {}) },
      /pod second can't be read: no answer within 2s/,
    ],
    ['it is not ready any more', { ...good, isReady: (at) => at < 1 }, /pod second is not ready any more/],
    ['it is not ready yet', { ...good, readyAt: 1000 }, /pod second is not ready yet/],
    ['its page is an old one', { ...good, page: () => 'r_total{status="200"} 3\n' }, /pod second has shown the same page for 1m/],
    ['it lacks the series', { ...good, page: (at) => `other_total ${at}\n` }, /pod second shows no figures for errors/],
  ])('no pass while one of two canary pods is not judged, because %s', async (_, second, why) => {
    const bed = playRelease({ first: good, second, stable });
    const { verdict, reason, seconds } = await bed.gate();
    expect({ verdict, seconds }).toEqual({ verdict: 'inconclusive', seconds: 60 });
    expect(reason).toMatch(why);
  });

  test('nor, which is known at the first look, where one ends its warm-up after the hold; one that ends it within is waited for', async () => {
    const young: PlayedPod = { ...good, readyAt: 0 };
    const bed = playRelease({ first: good, young, stable });
    const { verdict, reason, seconds } = await bed.gate({ slo: slo('warm-up: 70s\n') });
    expect({ verdict, seconds }).toEqual({ verdict: 'inconclusive', seconds: 0 });
    expect(reason).toMatch(/a pod of the canary ends its warm-up 10s after the hold; hold longer, or set a shorter `warm-up`/);
    const within = await playRelease({ first: good, young, stable }).gate({ slo: slo('warm-up: 30s\n') });
    expect(within).toMatchObject({ verdict: 'pass' });
  });

  test.each<[string, (seconds: number) => number]>([
    ['from the beginning', () => 7],
    ['after it has served', (at) => Math.min(at, 4) * 4],
  ])('nor while one gets no request that the others get: %s', async (_, ok) => {
    const bed = playRelease({ first: { ...good, ok: rate(4) }, second: { ...good, ok }, stable });
    const { verdict, reason } = await bed.gate();
    expect(verdict).toBe('inconclusive');
    expect(reason).toMatch(/pod second got no request in \S+, while the canary's others got \d+ each/);
  });

  test('a pod that gets one now and then, or shows all on a page of its own time, is read', async () => {
    const rare: PlayedPod = { ...good, ok: (at) => Math.floor(at / 2) };
    const late: PlayedPod = { ...good, page: cached(15, 7) };
    const bed = playRelease({ first: { ...good, page: cached(15) }, late, stable });
    expect((await playRelease({ first: { ...good, ok: rate(4) }, rare, stable }).gate()).verdict).toBe('pass');
    expect((await bed.gate()).verdict).toBe('pass');
  });

  test('nor once its process was started anew in a container that went on: what it answered last is in no figure', async () => {
    const since = (start: number, at: number) =>
      `process_start_time_seconds ${1000 + start}\nr_total{status="200"} ${Math.floor(20 * (at - start))}\nr_total{status="500"} 0\n`;
    const supervised: PlayedPod = { side: 'canary', page: (at) => since(at < 3 ? 0 : Math.floor((at + 7) / 10) * 10 - 7, at) };
    const { verdict, reason } = await playRelease({ supervised, stable }).gate();
    expect(verdict).toBe('inconclusive');
    expect(reason).toMatch(/pod supervised did not keep serving: its process was started anew \d+ times/);
  });

  test('nor while a pod is not there that the canary is to have', async () => {
    const { verdict, reason } = await playRelease({ first: good, stable }, { replicas: 2 }).gate();
    expect(verdict).toBe('inconclusive');
    expect(reason).toBe('Not every pod of the canary could be judged: 1 of 2 pods is not there.');
  });

  test('a pod that could not be read for a while is waited for, and then the canary passes', async () => {
    const second: PlayedPod = { ...good, page: (at, usual) => (at < 20 ? '' : usual(at)) };
    const { verdict, seconds } = await playRelease({ first: good, second, stable }).gate();
    expect(verdict).toBe('pass');
    expect(seconds).toBeGreaterThan(20);
  });
});

describe('the warm-up', () => {
  const flapping: PlayedPod = { side: 'canary', bad: rate(20), isReady: (at) => at % 8 < 6, readyAt: -4 };

  test('counts from a pod’s first readiness: one that flaps is judged, and fails', async () => {
    const { verdict, seconds } = await playRelease({ first: good, flapping, stable }, { servedAt: -100 }).gate({
      slo: slo('warm-up: 10s\n'),
    });
    expect(verdict).toBe('fail');
    expect(seconds).toBeLessThan(12);
  });

  test('is over in a later step for a pod that served in an earlier one, however often it has flapped since', async () => {
    const { verdict, seconds } = await playRelease({ flapping: { ...flapping, readyAt: -30 }, stable }, { servedAt: -20 }).gate({
      slo: slo('warm-up: 10s\n'),
      share: () => undefined,
    });
    expect({ verdict, seconds }).toEqual({ verdict: 'fail', seconds: 1 });
  });
});

describe('a clock that is off', () => {
  test.each([-600_000, -60_000, 0, 60_000, 600_000])('by %d ms changes nothing', async (aheadMs) => {
    const fresh = { ...good, readyAt: -2 };
    const bad = { ...fresh, ok: rate(0), bad: rate(20) };
    const asked = { slo: slo('warm-up: 10s\n') };
    const passed = await playRelease({ fresh, stable }, { aheadMs, servedAt: -1 }).gate(asked);
    expect({ verdict: passed.verdict, seconds: passed.seconds }).toEqual({ verdict: 'pass', seconds: 12 });
    const failed = await playRelease({ bad, stable }, { aheadMs, servedAt: -1 }).gate(asked);
    expect({ verdict: failed.verdict, seconds: failed.seconds }).toEqual({ verdict: 'fail', seconds: 9 });
  });
});

describe('what ends', () => {
  const terminated = (more: object) => ({
    containerStatuses: [
      { name: 'app', image: '', imageID: '', ready: false, restartCount: 0, state: { terminated: { exitCode: 0, ...more } } },
    ],
  });
  const reclaimed: PlayedPod = {
    ...good,
    isReady: (at) => at < 2,
    status: (at) =>
      at < 2
        ? {}
        : {
            phase: 'Failed',
            reason: 'Terminated',
            conditions: [
              { type: 'Ready', status: 'False' },
              { type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet' },
            ],
            ...terminated({}),
          },
  };

  test('with its node is not the version’s fault, and what takes its place is judged before a pass', async () => {
    const replacement: PlayedPod = { ...good, isThere: (at) => at >= 3, readyAt: 25 };
    const { verdict, seconds } = await playRelease({ first: good, reclaimed, replacement, stable }, { replicas: 2 }).gate();
    expect(verdict).toBe('pass');
    expect(seconds).toBeGreaterThanOrEqual(25);
  });

  test('over a limit of its own is the version’s, though the kubelet says Evicted', async () => {
    const evicted: PlayedPod = {
      ...good,
      isReady: (at) => at < 2,
      status: (at) =>
        at < 2
          ? {}
          : {
              phase: 'Failed',
              reason: 'Evicted',
              message: 'Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.',
            },
    };
    const { verdict, reason } = await playRelease({ first: good, evicted, stable }).gate();
    expect(verdict).toBe('fail');
    expect(reason).toContain("the canary's pod evicted did not keep serving");
  });

  test('says so in its last words alone: they may be log lines, and those are for nothing that is kept', async () => {
    const message = 'connect postgres://app:hunter2@db';
    const crashed: PlayedPod = {
      ...good,
      status: (at) => (at < 2 ? {} : terminated({ exitCode: 1, message, finishedAt: new Date('2026-01-02T00:00:02Z') })),
    };
    const { verdict, reason, lastLines } = await playRelease({ crashed, stable }).gate();
    expect(verdict).toBe('fail');
    expect(reason).not.toContain('hunter2');
    expect(lastLines).toContain(message);
  });
});

describe('silence', () => {
  const silent: PlayedPod = { side: 'canary' };

  test('of a canary without a ready pod is a breach as soon as the proxies must know', async () => {
    const lost: PlayedPod = { ...good, isReady: (at) => at < 10 };
    const { verdict, reason, seconds } = await playRelease({ lost, stable: { ...stable, ok: rate(1) } }).gate({
      settle: 'full',
      holdMs: 600_000,
    });
    expect(verdict).toBe('fail');
    expect(reason).toMatch(/^no pod of the canary has been ready for .*, and its 20 % of the traffic leads to none\.$/);
    expect(seconds).toBeLessThanOrEqual(10 + 3 + 5);
  });

  test('so is one whose pods are gone altogether', async () => {
    const gone: PlayedPod = { ...good, isThere: (at) => at < 10 };
    const { verdict, seconds } = await playRelease({ gone, stable }).gate({ settle: 'full', holdMs: 600_000 });
    expect(verdict).toBe('fail');
    expect(seconds).toBeLessThanOrEqual(10 + 3 + 5);
  });

  test('of a canary that gets no request while stable does is a breach within seconds', async () => {
    const { verdict, reason, seconds } = await playRelease({ silent, stable }).gate({ holdMs: 600_000 });
    expect(verdict).toBe('fail');
    expect(reason).toMatch(/^the canary got no request in \S+ while stable got its own, with 20 % of the traffic/);
    expect(seconds).toBeLessThanOrEqual(5);
  });

  test('so is one in the middle of a hold, after good requests', async () => {
    const stopping: PlayedPod = { side: 'canary', ok: (at) => 20 * Math.min(at, 30) };
    const { verdict, seconds } = await playRelease({ stopping, stable }).gate({ settle: 'full', holdMs: 600_000 });
    expect(verdict).toBe('fail');
    expect(seconds).toBeLessThanOrEqual(45);
  });

  test.each<[string, PlayedPod, PlayedPod]>([
    ['stable gets none either', silent, { side: 'stable' }],
    ['too few would have come by now', silent, { side: 'stable', ok: rate(0.2) }],
    ['it is in its warm-up and gets some', { ...good, readyAt: 1 }, stable],
    ['its metrics can’t be read', { side: 'canary', page: () => '' }, stable],
    ['it lacks the series, so that nobody knows', { side: 'canary', page: (at) => `other_total ${at}\n` }, stable],
  ])('is no breach when %s', async (_, canary, beside) => {
    const { verdict } = await playRelease({ canary, beside }).gate({ holdMs: 20_000, slo: slo('warm-up: 60s\n') });
    expect(verdict).not.toBe('fail');
  });

  test('on a page in which nothing changes is waited out to its greatest age, and is a breach then', async () => {
    const still: PlayedPod = { side: 'canary', page: () => 'r_total{status="200"} 3\n' };
    const { verdict, seconds } = await playRelease({ still, stable }).gate({ holdMs: 600_000 });
    expect(verdict).toBe('fail');
    expect(seconds).toBeGreaterThanOrEqual(90);
    expect(seconds).toBeLessThanOrEqual(97);
  });

  test('apart from the times that the page itself writes', async () => {
    const page = (at: number) => `r_total{status="200"} 3 ${1_700_000_000_000 + at * 1000}\n`;
    const { verdict } = await playRelease({ still: { side: 'canary', page }, stable }).gate({ holdMs: 60_000 });
    expect(verdict).toBe('inconclusive');
  });
});

describe('pages that are made anew every 15 or 60 s', () => {
  test.each([
    [15, 120_000],
    [60, 300_000],
  ])('a good canary passes by pages of %d s', async (every, holdMs) => {
    const pods = { canary: { ...good, page: cached(every, 2) }, stable: { ...stable, page: cached(every, every - 1) } };
    const { verdict, seconds } = await playRelease(pods).gate({ holdMs });
    expect({ verdict, early: seconds < holdMs / 1000 }).toEqual({ verdict: 'pass', early: true });
  });

  test.each([
    [15, 120_000],
    [60, 300_000],
  ])('a bad one fails by pages of %d s', async (every, holdMs) => {
    const canary: PlayedPod = { side: 'canary', ok: rate(10), bad: rate(10), page: cached(every, 2) };
    const { verdict } = await playRelease({ canary, stable: { ...stable, page: cached(every, 7) } }).gate({ holdMs });
    expect(verdict).toBe('fail');
  });
});

describe('trouble of both versions, seen through pages that each pod makes anew at its own time', () => {
  const during = (rps: number, from: number, to: number) => (at: number) => rps * (Math.min(Math.max(at, from), to) - from);
  const outside = (rps: number, from: number, to: number) => (at: number) => rate(rps)(at) - during(rps, from, to)(at);
  const played = (
    side: PlayedPod['side'],
    rps: number,
    every: number,
    phase: number,
    [from, to]: [number, number],
  ): PlayedPod => ({
    side,
    ok: outside(rps, from, to),
    bad: during(rps, from, to),
    page: cached(every, phase),
  });
  const compared = slo('compare: stable\nwarm-up: 0s\n');

  test.each([
    [15, 3, 12],
    [15, 12, 3],
    [15, 7, 8],
    [60, 5, 50],
  ])('fails nobody: pages of %d s, the canary’s at %d and stable’s at %d', async (every, canaryAt, stableAt) => {
    for (const from of [65, 70, 75, 80].map((at) => (at * every) / 15)) {
      const span: [number, number] = [from, from + 20];
      const canary = played('canary', 20, every, canaryAt, span);
      const bed = playRelease({ canary, stable: played('stable', 80, every, stableAt, span) });
      const { verdict, reason } = await bed.gate({ slo: compared, settle: 'full', holdMs: every * 12_000 });
      expect({ from, verdict, reason: verdict === 'fail' ? reason : '' }).not.toMatchObject({ verdict: 'fail' });
    }
  });

  test.each([15, 60])('and a canary that is bad by itself still fails by pages of %d s', async (every) => {
    const canary: PlayedPod = { side: 'canary', ok: rate(10), bad: rate(10), page: cached(every, 2) };
    const { verdict } = await playRelease({ canary, stable: { ...stable, page: cached(every, 9) } }).gate({
      slo: compared,
      holdMs: every * 6000,
    });
    expect(verdict).toBe('fail');
  });
});

test('one slow look of both sides is no lack of requests: the hold goes on, and finds what is bad', async () => {
  const slow = (at: number, usual: (at: number) => string) => (at >= 1 && at < 7 ? new Promise<string>(() => {}) : usual(at));
  const canary: PlayedPod = { side: 'canary', bad: (at) => (at > 9 ? 3 * (at - 9) : 0), ok: rate(3), page: slow };
  const { verdict, seconds } = await playRelease({ canary, stable: { ...stable, page: slow } }).gate({ holdMs: 30_000 });
  expect(verdict).toBe('fail');
  expect(seconds).toBeGreaterThan(9);
});
