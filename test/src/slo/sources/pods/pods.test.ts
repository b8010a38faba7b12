import { describe, expect, test } from '@jest/globals';
import { readSlo } from '../../../../../src/slo/file/read-slo.js';
import type { Objective } from '../../../../../src/slo/objective/objective.js';
import type { MetricsTarget } from '../../../../../src/slo/sources/pods/metrics-target.js';
import { podsSource } from '../../../../../src/slo/sources/pods/pods.js';
import { ManualClock } from '../../../../manual-clock.js';

const OBJECTIVES: readonly Objective[] = readSlo(
  `objectives:\n  - name: errors\n    ratio: { bad: 'r_total{status="500"}', total: r_total }\n    max: 1%\n`,
  'slo.yml',
).objectives;

/** Pods that serve r_total, and what was asked of them. */
interface Bed {
  readonly canary: number;
  readonly stable: number;
  readonly warmUpMs?: number;
  readonly reads?: 'in-turns' | 'same' | 'none';
}

function bed({ canary, stable, warmUpMs = 0, reads = 'in-turns' }: Bed) {
  const clock = new ManualClock();
  const pod = (side: MetricsTarget['side']) => (_: unknown, i: number) => ({
    name: `${side}-${i}`,
    uid: `${side}-${i}`,
    side,
    readySince: clock.now(),
  });
  const targets: MetricsTarget[] = [
    ...Array.from({ length: canary }, pod('canary')),
    ...Array.from({ length: stable }, pod('stable')),
  ];
  const served = new Map<string, { ok: number; failed: number }>();
  const faults = new Map<string, () => Promise<string>>();
  const asked: string[] = [];
  const source = podsSource({
    targets: async () => targets,
    scrape: async ({ name }) => {
      asked.push(name);
      const { ok, failed } = served.get(name) ?? { ok: 0, failed: 0 };
      return faults.get(name)?.() ?? `r_total{status="200"} ${ok}\nr_total{status="500"} ${failed}\n`;
    },
    warmUpMs,
    stable: reads,
    clock,
  });
  const signal = new AbortController().signal;
  return {
    clock,
    targets,
    faults,
    asked,
    serve: (name: string, ok: number, failed = 0) => served.set(name, { ok, failed }),
    /** One look, a second after the one before. */
    async poll() {
      await clock.advance(1000);
      asked.length = 0;
      return clock.until(source.poll(OBJECTIVES, signal));
    },
    source,
  };
}

test('both sides are counted from the second look on, summed over their pods', async () => {
  const { poll, serve } = bed({ canary: 2, stable: 1 });
  serve('canary-0', 100, 9);
  await poll();
  serve('canary-0', 110, 10);
  serve('canary-1', 5);
  serve('stable-0', 50);
  const { canary, stable } = await poll();
  expect(canary).toMatchObject({ pods: 2, scraped: 2, counts: new Map([['errors', { good: 15, bad: 1 }]]), problems: [] });
  expect(stable).toMatchObject({ pods: 1, scraped: 1, counts: new Map([['errors', { good: 50, bad: 0 }]]), coveredPodMs: 1000 });
});

test('a pod whose scrape fails is a problem with its name, and what it counted comes with the next look', async () => {
  const { poll, serve, faults } = bed({ canary: 2, stable: 0 });
  await poll();
  serve('canary-0', 0, 7);
  faults.set('canary-0', () => Promise.reject(new Error('connection refused')));
  const without = await poll();
  expect(without.canary).toMatchObject({ scraped: 1, problems: ['pod canary-0: connection refused'] });
  expect(without.canary.counts.get('errors')).toEqual({ good: 0, bad: 0 });
  faults.clear();
  expect((await poll()).canary.counts.get('errors')).toEqual({ good: 0, bad: 7 });
});

test('when no canary pod answers there is no data, not a count of zero', async () => {
  const { poll, faults } = bed({ canary: 1, stable: 1 });
  await poll();
  faults.set('canary-0', async () => '<html>502</html>\n');
  const { canary } = await poll();
  expect(canary).toMatchObject({ pods: 1, scraped: 0, counts: new Map() });
  expect(canary.problems).toEqual(['pod canary-0: line 1 of the metrics does not begin with a metric name']);
});

test('a pod that never answers does not hold up the others', async () => {
  const { poll, faults } = bed({ canary: 2, stable: 0 });
  faults.set('canary-0', () => new Promise(() => {}));
  expect((await poll()).canary).toMatchObject({ scraped: 1, problems: ['pod canary-0: no answer within 2s'] });
});

test('a look that meets another process for the first time is asked about at once, and makes no pass', async () => {
  const { poll, faults } = bed({ canary: 1, stable: 0 });
  const [busy, idle] = [`r_total{status="200"} 100\n`, `r_total{status="200"} 0\n`];
  // Nobody sends anything: six looks meet the idle process, and the seventh the busy one.
  const pages = [idle, idle, idle, idle, idle, idle, busy, busy, idle];
  faults.set('canary-0', async () => pages.shift() ?? busy);
  await poll();
  await poll();
  const { canary } = await poll();
  expect(canary.counts.get('errors')).toMatchObject({
    good: 100,
    atWorst: { good: 0, bad: 0, why: expect.stringContaining('fell from 100 to 0') },
  });
  expect((await poll()).canary.counts.size).toBe(0);
});

test('requests of the warm-up are left out', async () => {
  const { poll, serve } = bed({ canary: 1, stable: 0, warmUpMs: 2500 });
  serve('canary-0', 0, 50);
  expect((await poll()).canary).toMatchObject({ pods: 1, scraped: 0, problems: [] });
  await poll();
  await poll(); // 3 s after ready: the baseline
  serve('canary-0', 8, 51);
  expect((await poll()).canary.counts.get('errors')).toMatchObject({ good: 8, bad: 1 });
});

test('a pod that went and came back starts anew: what it counted meanwhile may be anybody’s', async () => {
  const { poll, serve, targets } = bed({ canary: 1, stable: 0 });
  serve('canary-0', 100);
  await poll();
  const [gone] = targets.splice(0);
  await poll();
  if (gone) targets.push(gone);
  serve('canary-0', 400);
  expect((await poll()).canary.counts.get('errors')).toEqual({ good: 0, bad: 0 });
});

test('fifty stable pods take turns beside every canary pod, at twenty scrapes a second', async () => {
  const { poll, asked, faults } = bed({ canary: 3, stable: 50 });
  faults.set('stable-0', () => Promise.reject(new Error('down'))); // must not keep the others from their turn
  const seen = new Set<string>();
  for (let i = 0; i < 3; i++) {
    await poll();
    expect(asked).toHaveLength(20);
    expect(asked.filter((name) => name.startsWith('canary'))).toHaveLength(3);
    for (const name of asked) seen.add(name);
  }
  expect(seen.size).toBe(53);
});

describe('for a comparison', () => {
  test('the same stable pods are read at each poll, so that both sides cover the same seconds', async () => {
    const { poll, asked, targets } = bed({ canary: 3, stable: 50, reads: 'same' });
    const stableAsked = async () => {
      await poll();
      return asked.filter((name) => name.startsWith('stable')).sort();
    };
    const first = await stableAsked();
    expect(first).toHaveLength(17);
    targets.reverse(); // the API server lists them as it likes
    expect(await stableAsked()).toEqual(first);
    targets.splice(
      targets.findIndex(({ name }) => name === first[0]),
      1,
    );
    const then = await stableAsked();
    expect(then).toHaveLength(17);
    expect(then).toEqual(expect.arrayContaining(first.slice(1)));
  });

  test('stable is read after the canary, so that what begins to trouble both is never seen on the canary alone', async () => {
    const { poll, serve, faults } = bed({ canary: 1, stable: 1, reads: 'same' });
    await poll();
    let trouble = false;
    faults.set('canary-0', async () => {
      const text = `r_total{status="500"} ${trouble ? 9 : 0}\nr_total{status="200"} 0\n`;
      trouble = true; // in the very moment after the canary was read
      serve('stable-0', 0, 90);
      return text;
    });
    const { canary, stable } = await poll();
    expect(canary.counts.get('errors')).toEqual({ good: 0, bad: 0 });
    expect(stable.counts.get('errors')).toEqual({ good: 0, bad: 90 });
  });

  test('a stable pod that does not answer gives its place to another', async () => {
    const { poll, asked, faults } = bed({ canary: 1, stable: 50, reads: 'same' });
    await poll();
    faults.set('stable-0', () => Promise.reject(new Error('down')));
    await poll();
    await poll();
    expect(asked).not.toContain('stable-0');
    expect(asked).toHaveLength(20);
  });

  test('a quarter of the scrapes is stable’s, however many canary pods there are', async () => {
    const { poll, asked } = bed({ canary: 40, stable: 40, reads: 'same' });
    await poll();
    expect(asked.filter((name) => name.startsWith('stable'))).toHaveLength(5);
    expect(asked).toHaveLength(20);
  });
});

test('without a comparison one stable pod is glanced at now and then, for what its version calls its metrics', async () => {
  const { poll, asked } = bed({ canary: 2, stable: 5, reads: 'none' });
  await poll();
  expect(asked.filter((name) => name.startsWith('stable'))).toEqual(['stable-0']);
  const { stable } = await poll();
  expect(asked.sort()).toEqual(['canary-0', 'canary-1']);
  expect(stable).toMatchObject({ scraped: 0, counts: new Map() });
});

test('looking twice within a second does not double the scrapes', async () => {
  const { clock, source, asked } = bed({ canary: 30, stable: 0 });
  const signal = new AbortController().signal;
  await source.poll(OBJECTIVES, signal);
  await clock.advance(500);
  await source.poll(OBJECTIVES, signal);
  expect(asked).toHaveLength(30);
  expect(new Set(asked).size).toBe(30);
});

test('a cancelled step is not held up by a scrape, and is not taken for a problem', async () => {
  const { source, faults } = bed({ canary: 1, stable: 0 });
  faults.set('canary-0', () => new Promise(() => {}));
  const cancel = new AbortController();
  const polling = source.poll(OBJECTIVES, cancel.signal);
  cancel.abort(new Error('cancelled'));
  await expect(polling).rejects.toThrow('cancelled');
});

describe('counters of both sides that are alike', () => {
  const sumOf = (counts: readonly number[]) => counts.reduce((sum, each) => sum + each, 0);

  /** A canary that counts 9 requests a second beside a stable that is `ahead` of it and counts so many a second; seven looks. */
  async function alike(ahead: number, rps: number) {
    const { poll, serve } = bed({ canary: 1, stable: 1 });
    const sure: number[] = [];
    const seen: number[] = [];
    for (let second = 0; second < 7; second++) {
      serve('canary-0', 50 + 9 * second);
      serve('stable-0', 50 + ahead + rps * second);
      const counts = (await poll()).canary.counts.get('errors');
      sure.push((counts?.atWorst ?? counts)?.good ?? 0);
      seen.push(counts?.good ?? 0);
    }
    return { sure, seen };
  }

  test('by chance: what makes no pass meanwhile makes one after three looks at counters that go apart', async () => {
    const [met, neverMet] = [await alike(5, 2), await alike(1000, 2)];
    expect(met.seen).toEqual([0, 9, 9, 9, 9, 9, 9]);
    expect([met.sure[1], neverMet.sure[1]]).toEqual([0, expect.any(Number)]);
    expect(neverMet.sure[1]).toBeGreaterThan(0);
    expect(sumOf(met.sure)).toBe(sumOf(neverMet.sure));
  });

  test('as they grow together: never, and after five looks with requests of users for no fail either', async () => {
    expect(await alike(0, 9)).toEqual({ seen: [0, 9, 9, 9, 9, 9, 0], sure: [0, 0, 0, 0, 0, 0, 0] });
  });
});
