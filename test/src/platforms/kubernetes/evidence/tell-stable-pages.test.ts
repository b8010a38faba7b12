import { expect, test } from '@jest/globals';
import { figuresOf } from '../../../../../src/platforms/kubernetes/evidence/figures.js';
import { tellStablePages } from '../../../../../src/platforms/kubernetes/evidence/tell-stable-pages.js';
import { parseSelector } from '../../../../../src/slo/objective/selector.js';
import { type PlayedPod, playRelease, rate, slo } from '../../../release/played-release.js';
import { RecordingLog } from '../bed.js';

const stable: PlayedPod = { side: 'stable', ok: rate(80) };
const METRIC = 'r_total';

/** What a dry run says of these stable pods. */
async function told(pods: Readonly<Record<string, PlayedPod>>, { metric = METRIC, isJudged = true } = {}) {
  const { cluster, app, clock, log } = playRelease(pods);
  const warnings: string[] = [];
  const figures = figuresOf({ requestMetric: parseSelector(metric) }, undefined);
  const effects = {
    clock,
    log: Object.assign(log, { warning: (text: string) => void warnings.push(text) }),
    signal: new AbortController().signal,
  };
  await clock.until(tellStablePages(cluster, app, { figures, slo: isJudged ? slo() : undefined }, effects));
  return { warnings, lines: log.lines };
}

test('nothing is said of pages that have all that a release is proven and judged by', async () => {
  expect(await told({ stable })).toEqual({ warnings: [], lines: [] });
});

test('a counter that no page has is warned of once, with those that there are', async () => {
  const { warnings } = await told({ stable, second: stable }, { metric: 'http_requests_total', isJudged: false });
  expect(warnings).toEqual([
    "Stable's pages have no figures for `request-metric`: no series matches http_requests_total: either no request has come yet, or the name is wrong (there are r_total, …). As long as that is so, no split is proven and no canary judged by them.",
  ]);
});

test('a label that no series has is warned of with those that there are', async () => {
  const page = (at: number) => `r_total{code="200"} ${at}\nr_total{code="500"} 0\n`;
  const { warnings } = await told({ stable: { side: 'stable', page } });
  expect(warnings).toEqual([
    expect.stringMatching(/no figures for errors: .*no series of r_total has the label status on stable \(its labels are code\)/),
  ]);
  const asked = { metric: 'r_total{status!="404"}', isJudged: false };
  expect((await told({ stable: { side: 'stable', page } }, asked)).warnings.join()).toContain(
    '`request-metric`: no series of r_total',
  );
});

test('a page that is none is warned of, as the pod answered', async () => {
  const { warnings } = await told({ stable: { side: 'stable', page: () => 'rides\n' } });
  expect(warnings).toEqual([
    expect.stringMatching(/^Stable's metrics: pod stable: answered with text whose line 1 has no value to GET \/metrics/),
  ]);
});

test.each<[string, Readonly<Record<string, PlayedPod>>]>([
  ['it has no pod', {}],
  ['none of its pods is ready', { stable: { ...stable, isReady: () => false } }],
  ['one of its pods has served nobody yet', { stable, idle: { side: 'stable', page: () => 'up_seconds 1\n' } }],
])('a stable that tells nothing because %s is no mistake', async (_, pods) => {
  expect((await told(pods)).warnings).toEqual([]);
});

test('nor is one that has had no request since it began: its counter is declared', async () => {
  const { warnings, lines } = await told({ stable: { side: 'stable', page: () => '# TYPE r_total counter\n' } });
  expect(warnings).toEqual([]);
  expect(lines.join('\n')).toContain('no request has come to stable yet');
});

test('what goes wrong while it looks ends no dry run', async () => {
  const { cluster, app, clock } = playRelease({ stable });
  const log = new RecordingLog();
  const failing = { ...cluster, list: () => Promise.reject(new Error('the API server is away')) };
  const effects = { clock, log, signal: new AbortController().signal };
  await clock.until(tellStablePages(failing, app, { figures: figuresOf({}, undefined), slo: undefined }, effects));
  expect(log.lines).toEqual(["Stable's metrics could not be looked at: the API server is away"]);
});
