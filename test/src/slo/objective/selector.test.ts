import { expect, test } from '@jest/globals';
import { labelsMatch, parseSelector } from '../../../../src/slo/objective/selector.js';

const selects = (text: string, labels: Record<string, string>) =>
  labelsMatch(parseSelector(text).matchers, new Map(Object.entries(labels)));

test.each([
  ['m{status=~"5"}', { status: '500' }, false],
  ['m{status=~"5.."}', { status: '500' }, true],
  ['m{status=~"4..|5.."}', { status: '5000' }, false],
  ['m{status!~"5.."}', { status: '200' }, true],
  ['m{status!="200"}', {}, true],
  ['m{status=""}', {}, true],
  ['m{status=~".*"}', {}, true],
  ['m{path="a\\"b\\\\c\\n"}', { path: 'a"b\\c\n' }, true],
  ["m{path='/'}", { path: '/' }, true],
  [' m { a = "1" , b!="2", } ', { a: '1', b: '3' }, true],
  ['m{a="1",b!="2"}', { a: '1', b: '2' }, false],
  ['m{a=~"(?i)error"}', { a: 'Error' }, true],
  ['{"m.n"}', {}, true],
  ['{"m.n", "http.status"=~"5.."}', { 'http.status': '503' }, true],
  ['m{"http.status"="500"}', { 'http.status': '503' }, false],
])('%s on %j selects as Prometheus does: %p', (text, labels, expected) => {
  expect(selects(text, labels as Record<string, string>)).toBe(expected);
});

test.each([
  ['', 'does not begin with a metric name'],
  ['{a="b"}', 'does not begin with a metric name'],
  ['sum(rate(m[5m]))', 'is more than a selector'],
  ['m[5m]', 'is more than a selector'],
  ['m{a="b"', 'lacks a comma or a closing brace'],
  ['m{a="b"} offset 5m', 'goes on after the closing brace'],
  ['m{a}', 'needs =, !=, =~ or !~ after label a'],
  ['m{a=b}', 'needs a quoted value after a='],
  ['m{a=~"("}', 'is not a regular expression that can be honoured'],
  ['m{a=~"[[:letter:]]"}', 'has the unknown class [:letter:]: it is not a regular expression that can be honoured (RE2 syntax)'],
  ['m{a=~"(?=x)"}', 'has a group that RE2 does not know'],
  ['m{a="b"', 'lacks a comma or a closing brace after label a'],
  ['http_requests_total{"', 'lacks a closing quote'],
  ['http_requests_total{', 'lacks a label name before the end; is the closing brace missing?'],
  ['http.server.requests{a="b"}', 'which stands in quotes in the braces: {"http.server.requests", label="value"}'],
  ['m{http.status="500"}', 'names the label http.status with a dot or a dash, which stands in quotes: "http.status"='],
  ['m{a="5\\d"}', 'has the unknown escape \\d; write a backslash as \\\\'],
  ['m{__name__="x"}', 'may not match __name__'],
])('%s is refused with what is allowed', (text, expected) => {
  expect(() => parseSelector(text)).toThrow(expected);
});
