import { describe, expect, test } from '@jest/globals';
import { type ImageReport, imageSummary } from '../../../src/report/image-summary.js';

const MB = 1_000_000;
const layers = (dishes: number) => [
  { digest: 'sha256:base', bytes: 40 * MB, instruction: 'FROM debian' },
  { digest: `sha256:${dishes}`, bytes: dishes * MB, instruction: 'COPY dishes /dishes' },
];
const image = (dishes: number) => ({ platform: 'linux/amd64', layers: layers(dishes), bytes: (40 + dishes) * MB });
const step = { name: '[1/2] FROM debian', cached: true, durationMs: 0, error: undefined, lastLines: [] };
const report: ImageReport = {
  name: 'ghcr.io/shop/app',
  image: `ghcr.io/shop/app@sha256:${'a'.repeat(64)}`,
  tags: ['1.2.3', 'latest'],
  engine: 'buildx, builder default (driver docker)',
  provenance: undefined,
  account: {
    steps: [step, { ...step, name: '[2/2] RUN make | tee <log>', cached: false, durationMs: 2_500 }],
    findings: [],
    durationMs: 2_600,
  },
  rebuilt: { noCache: false, noCacheFilters: [], buildArgs: [], dockerfile: undefined },
  size: { now: [image(10)], before: [image(8)], comparedTo: 'ghcr.io/shop/app:latest' },
  findings: [],
  failure: undefined,
};

test('an image is told with its digest, tags, size and change, cache hits, time, engine and provenance', () => {
  const summary = imageSummary(report);
  expect(summary).toMatch(/^### ghcr\.io\/shop\/app: published/);
  for (const fact of [
    `| Image | ghcr.io/shop/app@sha256:${'a'.repeat(64)} |`,
    '| Tags | 1.2.3<br>latest |',
    '| Size, linux/amd64 | 50 MB (+2 MB, +4.2 % against ghcr.io/shop/app:latest) |',
    '| Steps from the cache | 1 of 2 |',
    '| First step not in the cache | \\[2/2\\] RUN make \\| tee &lt;log&gt;<br>',
    '| Built again for it | 2.5s, in it |',
    '| Provenance | none |',
  ]) {
    expect(summary).toContain(fact);
  }
  expect(summary).toMatch(/Duration \| 2\.6/);
});

test('layers are bars, the longest one for the largest, with what has grown', () => {
  const summary = imageSummary(report);
  expect(summary).toContain(`| FROM debian | 40 MB |  | ${'█'.repeat(24)} |`);
  expect(summary).toContain(`| COPY dishes /dishes | 10 MB | +2 MB | ${'█'.repeat(6)} |`);
});

test('each step says whether it came from the cache, and what is in it is no mark-up', () => {
  const summary = imageSummary(report);
  expect(summary).toMatch(/\\\[1\/2\\\] FROM debian \| cached \|/);
  expect(summary).toMatch(/\\\[2\/2\\\] RUN make \\\| tee &lt;log&gt; \| built \| 2\.5s \|/);
});

describe('an image that was not made', () => {
  const failure = 'A RUN step ended with exit code 7: make\n\nbuildx said:\n  ```\n  <img src=x onerror=alert(1)>\n  # heading';
  const summary = imageSummary({ ...report, image: undefined, size: undefined, failure });

  test('says why, with the last lines of the step that failed', () => {
    expect(summary).toMatch(/^### .*: failed/);
    expect(summary).toContain('A RUN step ended with exit code 7: make');
  });

  test('what the step printed stays text: every line of it is indented code', () => {
    const printed = summary.split('\n').filter((line) => /```|<img|# heading/.test(line));
    expect(printed).toHaveLength(3);
    for (const line of printed) expect(line).toMatch(/^ {4}/);
  });
});

test('what was found in the Dockerfile is told with its line', () => {
  const findings = [{ rule: 'RootUser', text: 'runs as root', file: 'app/Dockerfile', line: 4 }];
  expect(imageSummary({ ...report, findings })).toContain('| RootUser | runs as root | app/Dockerfile:4 |');
});
