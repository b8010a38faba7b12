import type { Matcher, Selector } from './objective.js';
import { compilePattern, type Pattern } from './pattern/pattern.js';

/** Metric names, as Prometheus allows them without quotes. */
const METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*/;
const OPERATOR = /^(?:=~|!~|!=|=)/;
const STRING = /^(?:"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*')/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"', "'": "'" };

/**
 * Reads a series selector of PromQL: a metric name and, in braces, label matchers. Names that are no plain ones stand in quotes, the metric's
 * first in the braces: `{"http.server.requests","http.status"="500"}`.
 * @throws RangeError saying where the text stops being a selector and what is allowed there
 */
export function parseSelector(text: string): Selector {
  const source = text.trim();
  const [plain] = METRIC.exec(source) ?? [];
  if (plain === undefined && !/^\{\s*["']/.test(source))
    throw new RangeError(`"${text}" does not begin with a metric name, such as http_requests_total`);
  let rest = source.slice(plain?.length ?? 0).trimStart();
  if (plain !== undefined && rest === '') return { metric: plain, matchers: [], text: source };
  if (!rest.startsWith('{')) throw new RangeError(moreThanSelector(plain ?? '', rest, text));
  rest = rest.slice(1).trimStart();
  let metric = plain;
  if (metric === undefined) {
    [metric, rest] = readString(rest, text);
    rest = afterComma(rest, `the name ${metric}`, text);
  }
  const matchers: Matcher[] = [];
  while (!rest.startsWith('}')) {
    const { matcher, after } = readMatcher(rest, text);
    matchers.push(matcher);
    rest = afterComma(after, `label ${matcher.label}`, text);
  }
  if (rest !== '}') throw new RangeError(`"${text}" goes on after the closing brace; only metric{label="value"} is allowed`);
  return { metric, matchers, text: source };
}

function moreThanSelector(metric: string, rest: string, text: string): string {
  const name = /^[\w:]+(?:[.-][\w:]+)+/.exec(text.trim())?.[0];
  if (/^[.-]\w/.test(rest) && name !== undefined)
    return `"${text}" names a metric with a dot or a dash, which stands in quotes in the braces: {"${name}", label="value"}`;
  return `"${text}" is more than a selector: after ${metric} only {label="value", …} may follow; rates and sums are worked out by the gate`;
}

function afterComma(rest: string, what: string, whole: string): string {
  const next = rest.trimStart();
  if (next.startsWith(',')) return next.slice(1).trimStart();
  if (next.startsWith('}')) return next;
  throw new RangeError(`"${whole}" lacks a comma or a closing brace after ${what}`);
}

/** @returns what stands in quotes, and what comes after it */
function readString(source: string, whole: string): [string, string] {
  const [literal] = STRING.exec(source) ?? [];
  if (literal === undefined) throw new RangeError(`"${whole}" lacks a closing quote`);
  return [unquote(literal, whole), source.slice(literal.length)];
}

function readLabel(source: string, whole: string): [string, string] {
  if (/^["']/.test(source)) return readString(source, whole);
  const [label] = LABEL.exec(source) ?? [];
  const found = source === '' ? 'the end; is the closing brace missing?' : `"${source.slice(0, 10)}"`;
  if (label === undefined) throw new RangeError(`"${whole}" lacks a label name before ${found}`);
  const after = source.slice(label.length);
  const [dotted] = /^[a-zA-Z_][\w]*(?:[.-][\w]+)+/.exec(source) ?? [];
  if (dotted !== undefined)
    throw new RangeError(`"${whole}" names the label ${dotted} with a dot or a dash, which stands in quotes: "${dotted}"=`);
  return [label, after];
}

function readMatcher(source: string, whole: string): { matcher: Matcher; after: string } {
  const [label, rest] = readLabel(source, whole);
  if (label === '__name__') throw new RangeError(`"${whole}" may not match __name__; write the metric's name before the brace`);
  const afterLabel = rest.trimStart();
  const [operator] = OPERATOR.exec(afterLabel) ?? [];
  if (operator === undefined) throw new RangeError(`"${whole}" needs =, !=, =~ or !~ after label ${label}`);
  const afterOperator = afterLabel.slice(operator.length).trimStart();
  const [literal] = STRING.exec(afterOperator) ?? [];
  if (literal === undefined) throw new RangeError(`"${whole}" needs a quoted value after ${label}${operator}`);
  const matcher = { label, operator: operator as Matcher['operator'], value: unquote(literal, whole) };
  if (operator === '=~' || operator === '!~') patternOf(matcher);
  return { matcher, after: afterOperator.slice(literal.length) };
}

function unquote(literal: string, whole: string): string {
  return literal.slice(1, -1).replace(/\\([\s\S])/g, (_, escaped: string) => {
    const character = ESCAPES[escaped];
    if (character === undefined)
      throw new RangeError(`"${whole}" has the unknown escape \\${escaped}; write a backslash as \\\\`);
    return character;
  });
}

/** A page may have thousands of series, and their labels few values. */
const MOST_REMEMBERED = 2000;

interface Compiled {
  readonly pattern: Pattern;
  readonly known: Map<string, boolean>;
}

const compiled = new WeakMap<Matcher, Compiled>();

function patternOf(matcher: Matcher): Compiled {
  const known = compiled.get(matcher);
  if (known) return known;
  try {
    const made = { pattern: compilePattern(matcher.value), known: new Map<string, boolean>() };
    compiled.set(matcher, made);
    return made;
  } catch (cause) {
    throw new RangeError(`${(cause as Error).message}: it is not a regular expression that can be honoured (RE2 syntax)`, {
      cause,
    });
  }
}

function patternMatches(matcher: Matcher, value: string): boolean {
  const { pattern, known } = patternOf(matcher);
  const answer = known.get(value) ?? pattern.matches(value);
  if (known.size < MOST_REMEMBERED) known.set(value, answer);
  return answer;
}

/** Whether a series with these labels is selected; a label that the series lacks counts as empty, as in Prometheus. The metric's name is not looked at. */
export const labelsMatch = (matchers: readonly Matcher[], labels: ReadonlyMap<string, string>): boolean =>
  matchers.every((matcher) => valueMatches(matcher, labels.get(matcher.label) ?? ''));

/** Whether a label with this value is selected. */
export function valueMatches(matcher: Matcher, value: string): boolean {
  switch (matcher.operator) {
    case '=':
      return value === matcher.value;
    case '!=':
      return value !== matcher.value;
    case '=~':
      return patternMatches(matcher, value);
    case '!~':
      return !patternMatches(matcher, value);
  }
}
