import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readSlo } from '../../../../../src/slo/file/read-slo.js';
import type { Objective } from '../../../../../src/slo/objective/objective.js';
import { PodCounter, wantedMetrics } from '../../../../../src/slo/sources/exposition/counting.js';
import { parseExposition } from '../../../../../src/slo/sources/exposition/exposition.js';

const slo = (objective: string) => readSlo(`objectives:\n  - name: o\n    ${objective}\n`, 'slo.yml').objectives;
const BAD = slo(`ratio: { bad: 'r_total{status=~"5.."}', total: r_total }\n    max: 1%`);
const GOOD = slo(`ratio: { good: 'r_total{status="200"}', total: r_total }\n    min: 99%`);
const APART = slo(`ratio: { bad: e_total, total: r_total }\n    max: 1%`);
const SLOW = slo('histogram: h_seconds\n    quantile: 0.95\n    max: 500ms');

/** What each exposition brought: counts, or the first problem. */
function looks(objectives: readonly Objective[], ...expositions: string[]) {
  const pod = new PodCounter();
  return expositions.map((text) => {
    const { counts, problems } = pod.look(parseExposition(text, wantedMetrics(objectives)), objectives);
    return counts.get('o') ?? problems[0];
  });
}
const ok = (n: number | string) => `r_total{status="200"} ${n}\n`;
const failed = (n: number | string) => `r_total{status="500"} ${n}\n`;
const apart = (bad: number, total: number) => `e_total ${bad}\nr_total ${total}\n`;

test('what a pod counted before it was first seen is not the release’s', () => {
  expect(looks(BAD, ok(1000) + failed(50), ok(1010) + failed(50))).toEqual([
    { good: 0, bad: 0 },
    { good: 10, bad: 0 },
  ]);
});

test('the first bad request ever, in a series that did not exist before, counts', () => {
  expect(looks(BAD, ok(5), ok(5) + failed(2))[1]).toEqual({ good: 0, bad: 2 });
});

test('a pod that has no good request at all is all bad, not without data', () => {
  expect(looks(GOOD, '', failed(7))[1]).toEqual({ good: 0, bad: 7 });
});

test('a restarted process counts from 0, and its errors are not swallowed', () => {
  const pod = new PodCounter();
  const look = (text: string, life: string) => pod.look(parseExposition(text, wantedMetrics(BAD)), BAD, { life }).counts.get('o');
  look(ok(100) + failed(3), '0');
  expect(look(ok(4) + failed(2), '1')).toEqual({ good: 4, bad: 2 });
});

test('a series that is away for a while goes on from where it was', () => {
  expect(looks(BAD, ok(100) + failed(3), ok(110), ok(120) + failed(4)).slice(1)).toEqual([
    { good: 10, bad: 0 },
    { good: 10, bad: 1 },
  ]);
});

test.each(['NaN', '+Inf', '-Inf', '-1'])('a counter that is %s gives no data, and the next number makes up for it', (value) => {
  expect(looks(BAD, ok(100) + failed(0), ok(110) + failed(value), ok(120) + failed(1)).slice(1)).toEqual([
    expect.stringContaining('which is no count'),
    { good: 20, bad: 1 },
  ]);
});

test('a counter that only becomes readable later starts there, not with its whole past', () => {
  expect(looks(BAD, ok('NaN'), ok(1_000_000), ok(1_000_003)).slice(1)).toEqual([
    { good: 0, bad: 0 },
    { good: 3, bad: 0 },
  ]);
});

test('without a series of all requests there is no data, and no pass by silence', () => {
  expect(looks(BAD, 'x 1\n', 'x 2\n')).toEqual(['o: no series matches r_total', 'o: no series matches r_total']);
});

test('bad requests that are written a moment before their total wait for it', () => {
  expect(looks(APART, apart(0, 0), apart(2, 1), apart(2, 5)).slice(1)).toEqual([
    expect.stringContaining('more events than requests'),
    { good: 3, bad: 2 },
  ]);
});

test('a metric that was not asked for before starts with a baseline of its own', () => {
  const pod = new PodCounter();
  const text = ok(500) + apart(40, 900);
  pod.look(parseExposition(text, wantedMetrics(BAD)), BAD);
  const { counts } = pod.look(parseExposition(text, wantedMetrics(APART)), APART);
  expect(counts.get('o')).toEqual({ good: 0, bad: 0 });
});

test('a series that is there twice is read once', () => {
  expect(looks(BAD, ok(0), ok(5) + ok(9))[1]).toEqual({ good: 5, bad: 0 });
});

const buckets = (low: number, half: number, all: number, labels = '') =>
  `h_seconds_bucket{${labels}le="0.25"} ${low}\nh_seconds_bucket{${labels}le="0.5"} ${half}\nh_seconds_bucket{${labels}le="+Inf"} ${all}\n`;

test('observations above the threshold are bad, over all series of the histogram', () => {
  const text = (n: number) => buckets(n, 5 * n, 6 * n, 'path="/a",') + buckets(n, 2 * n, 2 * n, 'path="/b",');
  expect(looks(SLOW, text(0), text(10))[1]).toEqual({ good: 70, bad: 10 });
});

test('what lies between two edges around the threshold counts against a pass and not for a fail, and both edges are said', () => {
  const objectives = slo('histogram: h_seconds\n    quantile: 0.95\n    max: 400ms');
  const pod = new PodCounter();
  const look = (text: string) => pod.look(parseExposition(text, wantedMetrics(objectives)), objectives);
  look(buckets(0, 0, 0));
  const { counts, notes } = look(buckets(7, 9, 10));
  expect(counts.get('o')).toEqual({
    good: 9,
    bad: 1,
    atWorst: { good: 7, bad: 3, why: expect.stringContaining('no bucket edge at 0.4 s, only 0.25 s below it and 0.5 s above') },
  });
  expect(notes).toEqual(['o: h_seconds has no bucket edge at 0.4 s, only 0.25 s below it and 0.5 s above']);
});

test('a histogram that can’t tell gives no data', () => {
  const fast = slo('histogram: h_seconds\n    quantile: 0.95\n    max: 100ms');
  expect(looks(fast, buckets(1, 2, 3))).toEqual([
    expect.stringContaining('no bucket edge at or below 0.1 s (the smallest is 0.25 s)'),
  ]);
  expect(looks(SLOW, 'h_seconds_bucket{le="0.5"} 3\n')).toEqual([expect.stringContaining('no bucket le="+Inf"')]);
});

const wideBuckets = (low: number, high: number, all: number) =>
  `h_seconds_bucket{le="0.1"} ${low}\nh_seconds_bucket{le="1"} ${high}\nh_seconds_bucket{le="+Inf"} ${all}\n`;

test('a page that was written between two buckets waits for the next, and no count is ever below 0', () => {
  const torn = looks(SLOW, wideBuckets(5, 8, 9), wideBuckets(7, 12, 11), wideBuckets(8, 13, 14));
  expect(torn).toEqual([
    { good: 0, bad: 0 },
    'o: the buckets of h_seconds do not add up: one of them has counted more than a higher one',
    { good: 5, bad: 0, atWorst: { good: 3, bad: 2, why: expect.stringContaining('no bucket edge at 0.5 s') } },
  ]);
});

test('whatever the pages of a histogram say, its counts are none or numbers from 0 on, and at worst no better', () => {
  const grown = fc.nat(5);
  fc.assert(
    fc.property(fc.array(fc.tuple(grown, grown, grown), { minLength: 1, maxLength: 6 }), (steps) => {
      let at = [0, 0, 0];
      const pages = steps.map((step) => {
        at = at.map((value, i) => value + (step[i] ?? 0));
        return wideBuckets(at[0] ?? 0, at[1] ?? 0, at[2] ?? 0);
      });
      for (const counts of looks(SLOW, ...pages)) {
        if (counts === undefined || typeof counts === 'string') continue;
        const { good, bad, atWorst = { good, bad } } = counts;
        expect([good, bad, atWorst.good, atWorst.bad, atWorst.bad - bad].filter((count) => !(count >= 0))).toEqual([]);
      }
    }),
  );
});
