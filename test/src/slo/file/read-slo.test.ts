import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../../../src/kernel/errors.js';
import { defaultRuleOut, readSlo } from '../../../../src/slo/file/read-slo.js';

const FULL = `objectives:
  - name: errors
    ratio: { bad: 'http_requests_total{status=~"5.."}', total: http_requests_total }
    max: 0.1%
    rule-out: 3%
  - name: latency-p95
    histogram: http_request_duration_seconds{route="/"}
    quantile: 0.95
    max: 500ms
  - name: orders
    ratio: { good: 'orders_total{result="paid"}', total: orders_total }
    min: 99.9%
warm-up: 15s
`;

test('a comparison with stable is read', () => {
  expect(readSlo(`${FULL}compare: stable\n`, 'slo.yml').compare).toBe('stable');
  expect(readSlo(FULL, 'slo.yml').compare).toBeUndefined();
});

/** What the user reads. */
function complaint(content: string): string {
  try {
    readSlo(content, 'slo.yml');
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return 'no complaint';
}

const one = (objective: string) => `objectives:\n  - name: errors\n${objective.replace(/^/gm, '    ')}\n`;
const RATIO = 'ratio: { bad: b_total, total: t_total }';

test('a file as the documentation shows it is read with all its fields', () => {
  const selector = (metric: string, matchers: unknown[], text: string) => ({ metric, matchers, text });
  expect(readSlo(FULL, 'slo.yml')).toEqual({
    warmUpMs: 15_000,
    objectives: [
      {
        kind: 'ratio',
        name: 'errors',
        counted: 'bad',
        events: selector(
          'http_requests_total',
          [{ label: 'status', operator: '=~', value: '5..' }],
          'http_requests_total{status=~"5.."}',
        ),
        total: selector('http_requests_total', [], 'http_requests_total'),
        max: 0.001,
        ruleOut: 0.03,
      },
      {
        kind: 'histogram',
        name: 'latency-p95',
        histogram: selector(
          'http_request_duration_seconds',
          [{ label: 'route', operator: '=', value: '/' }],
          'http_request_duration_seconds{route="/"}',
        ),
        quantile: 0.95,
        thresholdSeconds: 0.5,
        max: 0.05,
        ruleOut: 0.1,
      },
      {
        kind: 'ratio',
        name: 'orders',
        counted: 'good',
        events: selector('orders_total', [{ label: 'result', operator: '=', value: 'paid' }], 'orders_total{result="paid"}'),
        total: selector('orders_total', [], 'orders_total'),
        max: 0.001,
        ruleOut: 0.02,
      },
    ],
  });
});

test('the warm-up is ten seconds when nothing is said', () => {
  expect(readSlo(one(`${RATIO}\nmax: 1%`), 'slo.yml').warmUpMs).toBe(10_000);
});

test.each([
  [0.0005, 0.02],
  [0.001, 0.02],
  [0.003, 0.03],
  [0.01, 0.05],
  [0.049, 0.05],
  [0.05, 0.1],
  [0.5, 0.75],
  [0.99, 0.995],
])('with at most %p bad, a pass excludes %p when nothing is said', (max, ruleOut) => {
  expect(defaultRuleOut(max)).toBe(ruleOut);
});

test.each([
  ['nothing in it', '# only a comment\n', 'slo.yml:1:1: the file is empty; it needs a list `objectives`'],
  ['broken YAML', 'objectives: [', 'slo.yml:1:14: this is not YAML: unexpected end of the stream within a flow collection'],
  ['a tab', 'objectives:\n\t- name: x', 'slo.yml:2:1: this is not YAML: tab characters must not be used in indentation'],
  [
    'a selector without quotes',
    one('ratio: { bad: b{code="500"}, total: t }'),
    `slo.yml:3:20: this is not YAML: missed comma between flow collection entries; a selector with braces stands in quotes`,
  ],
  ['a list at the top', '- a\n', 'slo.yml:1:1: the file must be a mapping with objectives, compare, warm-up'],
  ['no objective', 'objectives: []\n', 'slo.yml:1:13: `objectives` must be a list with at least one objective'],
  ['a second document', `${FULL}---\na: 1\n`, 'slo.yml:15:1: a second document begins; one file holds one document'],
  ['a key twice', `${FULL}warm-up: 3s\n`, 'slo.yml:14:1: `warm-up` is given twice; keep one'],
  ['an alias', `objectives: &all []\nwarm-up: *all\n`, 'slo.yml:1:13: anchors'],
  ['a misspelt key', `${FULL}warmup: 3s\n`, 'slo.yml:14:1: `warmup` is unknown; did you mean `warm-up`?'],
  ['a foreign key', `${FULL}alerts: 3s\n`, 'slo.yml:14:1: `alerts` is unknown; allowed: objectives, compare, warm-up'],
  [
    'a comparison with something else',
    `${FULL}compare: previous\n`,
    'slo.yml:14:10: `compare`: "previous" is unknown; allowed: stable',
  ],
  [
    'too many objectives',
    `objectives:\n${Array.from({ length: 33 }, (_, i) => `  - name: o${i}\n    ${RATIO}\n    max: 1%\n`).join('')}`,
    'slo.yml:2:3: there are 33 objectives; at most 32 are judged together',
  ],
  [
    'a label of Prometheus, as in rules that are copied',
    one(`ratio: { bad: 'b_total{job="shop",status=~"5.."}', total: t_total }\nmax: 1%`),
    'slo.yml:3:19: `job` is a label that Prometheus adds to what it scrapes, and the gate reads the pods themselves, which have it not; remove it',
  ],
  [
    'several of them, in a histogram',
    one(
      'histogram: h{namespace="shop",pod=~"shop-.*",service="shop",route="/"}\nquantile: 0.9\nmax: 1s'.replace(
        /(h\{.*\})/,
        "'$1'",
      ),
    ),
    'slo.yml:3:16: `namespace`, `pod`, `service` are labels that Prometheus adds',
  ],
  [
    'a glob for a pattern, which would match no error',
    one(`ratio: { bad: 'b_total{status=~"5*"}', total: t_total }\nmax: 1%`),
    'slo.yml:3:19: status=~"5*" is a pattern, in which * and ? repeat what stands before them',
  ],
  [
    'a share of good requests as one of bad ones',
    one(`${RATIO}\nmax: 99%`),
    'slo.yml:4:10: `max: 99 %` lets that many requests be bad; for a share of good ones write `good:`',
  ],
  [
    'a share of bad requests as one of good ones',
    one(`ratio: { good: g, total: t }\nmin: 1%`),
    'slo.yml:4:10: `min: 1 %` lets all others be bad',
  ],
  [
    'a label without a value as what is bad',
    one(`ratio: { bad: 'b_total{code=~""}', total: t_total }\nmax: 1%`),
    'slo.yml:3:19: code=~"" takes only series that lack the label code',
  ],
  [
    'the same in what good requests are not',
    one(`ratio: { good: 't_total{status!~"4*|5*"}', total: t_total }\nmin: 99%`),
    'slo.yml:3:20: status!~"4*|5*" is a pattern',
  ],
  [
    'what belongs to the ratio one level too far left',
    one(`ratio:\nbad: b\ntotal: t\nmax: 1%`),
    'slo.yml:4:5: `bad` belongs below `ratio:`; indent it further than `ratio`',
  ],
  [
    'what belongs to the file one level too far right',
    one(`${RATIO}\nmax: 1%\nwarm-up: 5s`),
    'slo.yml:5:5: `warm-up` belongs to the file, not to an objective',
  ],
  ['a word for an objective', 'objectives:\n  - errors\n', 'slo.yml:2:5: an objective must be a mapping with name'],
  [
    'a name of other letters',
    'objectives:\n  - name: 错误率\n',
    'slo.yml:2:11: "错误率" is not a name; use up to 63 of a–z, A–Z, 0–9',
  ],
  ['a query', one('query: up\nmax: 1%'), 'slo.yml:3:5: `query` (raw PromQL) is not offered'],
  [
    'a bare number for a share',
    one(`${RATIO}\nmax: 0.001`),
    'slo.yml:4:10: `max`: "0.001" is not a percentage; write a number and the sign',
  ],
  ['a zero share', one(`${RATIO}\nmax: 0%`), 'slo.yml:4:10: `max`: "0%" must be more than 0% and less than 100%'],
  ['a duration without a unit', 'warm-up: 10\n', 'slo.yml:1:10: `warm-up`: "10" is not a duration'],
  ['min with bad', one(`${RATIO}\nmin: 99%`), 'slo.yml:4:5: `min` belongs to `ratio` with `good`; with `bad` write `max`'],
  ['quantile with a ratio', one(`${RATIO}\nmax: 1%\nquantile: 0.9`), 'slo.yml:5:5: `quantile` belongs to `histogram`; remove it'],
  [
    'a quantile of 95',
    one('histogram: h\nquantile: 95\nmax: 1s'),
    'slo.yml:4:15: `quantile`: "95" is not a number between 0 and 1',
  ],
  ['a share for a histogram', one('histogram: h\nquantile: 0.9\nmax: 1%'), 'slo.yml:5:10: `max`: "1%" is not a duration'],
  ['a bucket for a histogram', one('histogram: h_bucket\nquantile: 0.9\nmax: 1s'), 'slo.yml:3:16: name the histogram itself, h'],
  ['no total', one('ratio: { bad: b }\nmax: 1%'), 'slo.yml:3:12: `total` is missing: a selector of all requests'],
  [
    'good and bad',
    one('ratio: { bad: b, good: g, total: t }\nmax: 1%'),
    'slo.yml:3:12: `ratio` has either `bad` or `good`, not both',
  ],
  [
    'rate() in a selector',
    one('ratio: { bad: "rate(b[5m])", total: t }\nmax: 1%'),
    'slo.yml:3:19: `bad`: "rate(b[5m])" is more than a selector',
  ],
  ['rule-out below max', one(`${RATIO}\nmax: 5%\nrule-out: 4%`), 'slo.yml:5:15: `rule-out` must be above `max`, 5 %'],
  ['an empty value', one(`${RATIO}\nmax:`), 'slo.yml:4:5: `max` has no value'],
  ['a list for a name', 'objectives:\n  - name: [a]\n', 'slo.yml:2:11: `name` must be a single value, not a list'],
  ['a name with a blank', 'objectives:\n  - name: a b\n', 'slo.yml:2:11: "a b" is not a name'],
])('%s is refused, at its place', (_, content, expected) => {
  expect(complaint(content)).toContain(expected);
});

test.each([
  [
    'a full-width colon',
    FULL.replace('rule-out: 3%', 'rule-out： 3%'),
    /^slo\.yml:\d+:\d+: .*; "：" is a full-width colon; write the plain ":"$/,
  ],
  ['one in the last line', `${FULL}compare：stable\n`, /; "：" is a full-width colon/],
  ['full-width quotes', one(`${RATIO}\nmax: “1%”`), /`max`: "“1%”" is not a percentage.*; "“" is a full-width quote/],
  ['quotes of a selector', one('ratio: { bad: b{code=“500”}, total: t }\nmax: 1%'), /"“" is a full-width quote/],
  ['a full-width percent sign', one(`${RATIO}\nmax: 1％`), /"1％" is not a percentage.*; "％" is a full-width percent sign/],
  ['full-width digits', one(`${RATIO}\nmax: １%`), /"１" is a full-width digit; write the plain "1"/],
  ['a full-width blank', 'objectives:\n\u3000- name: errors\n', /is a full-width blank; write the plain " "/],
  ['a comma of another keyboard', one('ratio: { bad: b_total，total: t_total }\nmax: 1%'), /"，" is a full-width comma/],
])('%s looks right and is not, and is named', (_, content, expected) => {
  expect(complaint(content)).toMatch(expected);
});

test('a sign of another keyboard in a comment, or on another line, is not held against a fault', () => {
  expect(complaint(`${FULL}alerts: 3s # 你好，世界\n`)).not.toContain('full-width');
  expect(complaint(FULL.replace('name: orders', 'name: orders，').replace('99.9%', '99.9'))).toMatch(
    /^.*`min`: "99\.9" [^，]*$/m,
  );
});

test('everything that is wrong is said at once, from the top down', () => {
  const content =
    'warm-up: soon\nobjectives:\n  - nam: errors\n    max: 2\n  - name: a\n    histogram: h\n  - name: a\n    ratio: x\n';
  const lines = complaint(content).split('\n');
  expect(lines.map((line) => line.split(': ')[0])).toEqual([
    'slo.yml:1:10',
    'slo.yml:3:5',
    'slo.yml:3:5',
    'slo.yml:3:5',
    'slo.yml:5:5',
    'slo.yml:5:5',
    'slo.yml:7:11',
    'slo.yml:8:12',
  ]);
});

const scalar = fc.oneof(
  fc.constantFrom(
    'errors',
    '0.1%',
    '99.9%',
    '500ms',
    '0.95',
    '10s',
    'http_total',
    'a{b="c"}',
    '\'a{b=~"5.."}\'',
    '*x',
    '&x',
    '!!t',
    '~',
    '|',
    '"',
    '\ufeff',
    '\u2028',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
);
const key = fc.constantFrom(
  'name',
  'ratio',
  'histogram',
  'quantile',
  'max',
  'min',
  'rule-out',
  'bad',
  'good',
  'total',
  'compare',
  'query',
  'warm-up',
  'objectives',
  '?',
  '__proto__',
);
const line = fc
  .tuple(fc.nat(4), fc.boolean(), fc.option(key), scalar)
  .map(([indent, dash, k, value]) => `${'  '.repeat(indent)}${dash ? '- ' : ''}${k === null ? '' : `${k}: `}${value}`);
const document = fc.oneof(
  fc.array(line, { maxLength: 12 }).map((all) => all.join('\n')),
  fc.array(line, { maxLength: 8 }).map((all) => `objectives:\n  - name: errors\n${all.map((text) => `    ${text}`).join('\n')}`),
  fc.tuple(fc.nat(FULL.length), fc.nat(20), scalar).map(([at, cut, text]) => FULL.slice(0, at) + text + FULL.slice(at + cut)),
  fc.json(),
  fc.string({ unit: 'binary' }),
);

test('no text makes the reader do anything but read it or say where it is wrong', () => {
  fc.assert(
    fc.property(document, (content) => {
      try {
        for (const { max, ruleOut, name } of readSlo(content, 'slo.yml').objectives) {
          expect(0 < max && max < ruleOut && ruleOut < 1 && name !== '').toBe(true);
        }
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        for (const text of error.message.split('\n')) expect(text).toMatch(/^slo\.yml:\d+:\d+: .+/);
      }
    }),
    { numRuns: 2000 },
  );
});

test.each([
  [
    'Argo',
    'apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: { name: x }\nspec: {}\n',
    'kind: AnalysisTemplate',
  ],
  ['OpenSLO', 'apiVersion: openslo/v1\nspec: {}\n', 'apiVersion: openslo/v1'],
  ['Sloth', 'version: prometheus/v1\nservice: shop\nslos: []\n', "a file of Sloth's"],
  ['Prometheus', 'groups:\n  - name: shop\n    rules: []\n', "Prometheus' rules"],
])('a file of %s is told as one, once', (_tool, content, what) => {
  const text = complaint(content);
  expect(text.split('\n')).toHaveLength(1);
  expect(text).toContain(what);
  expect(text).toContain('slo.yml has a format of its own');
});
