import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ExpositionError, parseExposition } from '../../../../../src/slo/sources/exposition/exposition.js';

const read = (text: string, ...wanted: string[]) =>
  parseExposition(text, new Set(wanted)).samples.map(({ metric, labels, value }) => [metric, Object.fromEntries(labels), value]);

test('an exposition with everything that the formats allow is read', () => {
  const text = [
    '# HELP m_total Requests {not} "a" sample',
    '# TYPE m_total counter',
    'm_total 1027 1395066363000',
    'm_total{method="post",code="200",} 3',
    '  m_total { path = "C:\\\\DIR\\n\\"x\\"}" , code="5} 7" } 1.5e+3 ',
    'other{broken',
    '{"utf8.name", a="b"} 1',
    'h_bucket{le="+Inf"} 17 # {trace_id="} 5"} 0.67 1520879607.789',
    'h_bucket{le="0.5"} +Inf',
    'h_bucket{le="1"} NaN\r',
    '',
    '# EOF',
    'm_total 99',
  ].join('\n');
  expect(read(text, 'm_total', 'h_bucket')).toEqual([
    ['m_total', {}, 1027],
    ['m_total', { method: 'post', code: '200' }, 3],
    ['m_total', { path: 'C:\\DIR\n"x"}', code: '5} 7' }, 1500],
    ['h_bucket', { le: '+Inf' }, 17],
    ['h_bucket', { le: '0.5' }, Number.POSITIVE_INFINITY],
    ['h_bucket', { le: '1' }, Number.NaN],
  ]);
});

test('numbers that are none are read in every spelling that clients have', () => {
  const values = ['Nan', 'NAN', 'nan', '+Inf', 'INF', 'Infinity', '-infinity', '1E3'];
  expect(read(values.map((value) => `m ${value}\n`).join(''), 'm').map(([, , value]) => value)).toEqual([
    Number.NaN,
    Number.NaN,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    1000,
  ]);
});

test('names and labels in quotes are read', () => {
  const text = '{"http.server.requests", "http.status"="200",method="GET"} 7\n{"http.server.requests"} 1\n';
  expect(read(text, 'http.server.requests')).toEqual([
    ['http.server.requests', { 'http.status': '200', method: 'GET' }, 7],
    ['http.server.requests', {}, 1],
  ]);
});

test('what the page declares is known without a sample: type, unit and names', () => {
  const text =
    '# HELP a_total A\n# TYPE g gauge\n# UNIT h milliseconds\n# TYPE "x.y" counter\n# EOF is near\nother{x="} y"} 1\ng 2\n';
  const { types, units, names } = parseExposition(text, new Set());
  expect([...types]).toEqual([
    ['a_total', 'untyped'],
    ['g', 'gauge'],
    ['x.y', 'counter'],
  ]);
  expect([...units]).toEqual([['h', 'milliseconds']]);
  expect(names()).toEqual(['other', 'g']);
});

test.each([
  ['{"m" 1', 'line 2 of the metrics lacks a comma or a closing brace after m'],
  ['{a="b"} 1', 'line 2 of the metrics does not begin with a metric name'],
  ['m', 'line 2 of the metrics has no number after m'],
  ['m{a="b"} x', 'line 2 of the metrics has no number after m'],
  ['m{a="b" 1', 'line 2 of the metrics lacks a comma or a closing brace after label a'],
  ['m{a="b', 'line 2 of the metrics ends inside quotes'],
  ['m{a=1} 1', 'line 2 of the metrics lacks a quoted value for label a'],
  ['m{a} 1', 'line 2 of the metrics lacks = after label a'],
  ['m{', 'line 2 of the metrics lacks a label name or a closing brace'],
  ['<html>', 'line 2 of the metrics does not begin with a metric name'],
])('%s is an error that names the line, not a count', (line, expected) => {
  expect(() => read(`# first\n${line}\nm 1\n`, 'm')).toThrow(new ExpositionError(expected));
});

const name = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,8}$/);
const label = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/);
const labelValue = fc.string({ unit: 'grapheme', maxLength: 10 }).map((text) => text.replaceAll('\r', ''));
const value = fc.oneof(fc.double(), fc.nat()).map((number) => number + 0) /* no −0 */;
const sample = fc.record({
  metric: name,
  labels: fc.dictionary(label, labelValue, { maxKeys: 4, noNullPrototype: true }),
  value,
});

const written = (number: number) =>
  Number.isFinite(number) || Number.isNaN(number) ? String(number) : number > 0 ? '+Inf' : '-Inf';
const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

test('whatever labels and values a pod has, they are read as it wrote them', () => {
  fc.assert(
    fc.property(fc.array(sample), (samples) => {
      const text = samples
        .map(({ metric, labels, value: v }) => {
          const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
          return `${metric}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${written(v)}\n`;
        })
        .join('');
      const expected = samples.map(({ metric, labels, value: v }) => [metric, labels, v]);
      expect(read(text, ...samples.map(({ metric }) => metric))).toEqual(expected);
    }),
  );
});

test('no text makes the reader do anything but read it or name a line', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('m', '{', '}', '"', '\\', '=', ',', ' ', '1', '\n', '#', 'é') }), (text) => {
      try {
        read(text, 'm', 'mm');
      } catch (error) {
        expect(error).toBeInstanceOf(ExpositionError);
      }
    }),
    { numRuns: 2000 },
  );
});
