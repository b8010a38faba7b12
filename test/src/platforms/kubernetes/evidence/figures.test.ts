import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type FiguresAsked,
  figuresOf,
  tellFigures,
  withFigures,
} from '../../../../../src/platforms/kubernetes/evidence/figures.js';
import { kubernetes } from '../../../../../src/platforms/kubernetes/memory.js';
import { parseRecord, serializeRecord } from '../../../../../src/release/record/format.js';
import { EMPTY_RECORD } from '../../../../../src/release/record/record.js';
import { parseSelector } from '../../../../../src/slo/objective/selector.js';
import { someRelease } from '../../../release/releases.js';
import { RecordingLog } from '../bed.js';

const asked: FiguresAsked = {
  requestMetric: parseSelector('velo_rides_total{path!="/"}'),
  metricsPort: 'http-metrics',
  metricsPath: '/internal/prom',
  metricsMaxAge: 20_000,
  upkeepPaths: ['/lb-check'],
};

/** What a later step knows of a release that began so: it has been written to the cluster and read again. */
const onRecord = (begun: FiguresAsked) => {
  const latest = withFigures(someRelease(), figuresOf(begun, undefined).memory);
  return parseRecord(serializeRecord({ ...EMPTY_RECORD, latest }, kubernetes), 'the test', kubernetes).latest;
};

test('what a step leaves out is as the release began with it, input by input', () => {
  const known = onRecord(asked);
  const { memory: _, ...all } = figuresOf({}, known);
  expect(all).toEqual({
    requests: asked.requestMetric,
    endpoint: { port: 'http-metrics', path: '/internal/prom' },
    maxAgeMs: 20_000,
    upkeepPaths: ['/lb-check'],
  });
  expect(figuresOf({ metricsPath: '/metrics' }, known)).toMatchObject({
    endpoint: { port: 'http-metrics', path: '/metrics' },
    maxAgeMs: 20_000,
  });
});

test('what a step gives wins, the usual values too, and later steps have it then', () => {
  const usual: FiguresAsked = { requestMetric: parseSelector('http_requests_total'), metricsMaxAge: 90_000, upkeepPaths: [] };
  const later = figuresOf(usual, onRecord(asked));
  expect(later).toMatchObject({ requests: { metric: 'http_requests_total' }, maxAgeMs: 90_000, upkeepPaths: [] });
  const known = withFigures(onRecord(asked) ?? someRelease(), later.memory);
  expect(figuresOf({}, known)).toMatchObject({
    requests: { metric: 'http_requests_total' },
    endpoint: { path: '/internal/prom' },
    maxAgeMs: 90_000,
  });
});

test('a record of before, and a release that nothing was said of, leave it to the pods and to what is usual', () => {
  for (const known of [undefined, someRelease(), onRecord({})])
    expect(figuresOf({}, known)).toMatchObject({
      requests: { text: 'http_requests_total' },
      endpoint: { port: undefined, path: undefined },
      maxAgeMs: 90_000,
      upkeepPaths: [],
      memory: {},
    });
  expect(onRecord({})).not.toHaveProperty('metrics');
});

test('the log says what was taken from the record, and where a step says something else', () => {
  const log = new RecordingLog();
  tellFigures({ metricsPath: '/metrics', metricsMaxAge: 20_000 }, onRecord(asked), log);
  expect(log.lines).toEqual([
    'As the release on record has it: `request-metric: velo_rides_total{path!="/"}`, `metrics-port: http-metrics`, `upkeep-paths: /lb-check`.',
    '`metrics-path` is /metrics in this step, which counts here; the release on record has /internal/prom.',
  ]);
  const silent = new RecordingLog();
  tellFigures(asked, onRecord(asked), silent);
  tellFigures(asked, undefined, silent);
  tellFigures({}, onRecord({}), silent);
  expect(silent.lines).toEqual([]);
});

test('a list of checks that would fill the record is not kept, and the release can be put on record all the same', () => {
  const many = Array.from({ length: 50 }, (_, i) => `/${'x'.repeat(1000)}${i}`);
  expect(figuresOf({ upkeepPaths: many }, undefined).upkeepPaths).toEqual(many);
  expect(onRecord({ metricsPort: 9090, upkeepPaths: many })?.metrics).toEqual({ port: 9090 });
});

test.each([
  ['path', '/metrics/../../../secrets'],
  ['path', '/a b'],
  ['port', 'no port'],
  ['port', 0],
  ['maxAgeMs', -1],
  ['upkeepPaths', ['/']],
])('somebody else’s %s on record (%j) steers nothing', (field, value) => {
  const latest = { ...someRelease(), metrics: { [field]: value } };
  expect(() => parseRecord(JSON.stringify({ ...EMPTY_RECORD, latest }), 'the test', kubernetes)).toThrow(
    `latest.metrics.${field}`,
  );
});

test('whatever a step may say is read back as it was said', () => {
  const path = fc.stringMatching(/^\/[a-z]{1,9}(\/[a-z.]{1,9}[a-z])?$/);
  fc.assert(
    fc.property(
      fc.record(
        {
          metricsPort: fc.oneof(fc.integer({ min: 1, max: 65535 }), fc.constantFrom('http', 'prom-2')),
          metricsPath: path,
          metricsMaxAge: fc.integer({ min: 0, max: 2_147_483_647 }),
          upkeepPaths: fc.array(path, { maxLength: 50 }),
        },
        { requiredKeys: [] },
      ),
      (said) => {
        const { memory: _, ...before } = figuresOf(said, undefined);
        const { memory: __, ...after } = figuresOf({}, onRecord(said));
        expect(after).toEqual(before);
      },
    ),
    { numRuns: 100 },
  );
});

test('what may be a token behind a path goes neither on record nor into the log of another run', () => {
  const begun: FiguresAsked = { ...asked, metricsPath: '/metrics?token=s3cret', upkeepPaths: ['/lb-check?key=s3cret'] };
  expect(figuresOf(begun, undefined).endpoint.path).toBe('/metrics?token=s3cret');
  const known = onRecord(begun);
  expect(JSON.stringify(known)).not.toContain('s3cret');
  const log = new RecordingLog();
  tellFigures({}, known, log);
  expect(JSON.stringify(log)).not.toContain('s3cret');
  expect(known?.metrics?.port).toBe('http-metrics');
});
