import type { Matcher, Selector } from './objective.js';

/** Metric names, as Prometheus allows them without quotes. */
const METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*/;
const OPERATOR = /^(?:=~|!~|!=|=)/;
const STRING = /^(?:"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*')/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"', "'": "'" };

/**
 * Reads a series selector of PromQL: a metric name and, in braces, label matchers.
 * @throws RangeError saying where the text stops being a selector and what is allowed there
 */
export function parseSelector(text: string): Selector {
  const source = text.trim();
  const [metric] = METRIC.exec(source) ?? [];
  if (metric === undefined) throw new RangeError(`"${text}" does not begin with a metric name, such as http_requests_total`);
  let rest = source.slice(metric.length).trimStart();
  if (rest === '') return { metric, matchers: [], text: source };
  if (!rest.startsWith('{')) {
    throw new RangeError(
      `"${text}" is more than a selector: after ${metric} only {label="value", …} may follow; rates and sums are worked out by the gate`,
    );
  }
  const matchers: Matcher[] = [];
  rest = rest.slice(1).trimStart();
  while (!rest.startsWith('}')) {
    const { matcher, after } = readMatcher(rest, text);
    matchers.push(matcher);
    rest = after.trimStart();
    if (rest.startsWith(',')) rest = rest.slice(1).trimStart();
    else if (!rest.startsWith('}'))
      throw new RangeError(`"${text}" lacks a comma or a closing brace after label ${matcher.label}`);
  }
  if (rest !== '}') throw new RangeError(`"${text}" goes on after the closing brace; only metric{label="value"} is allowed`);
  return { metric, matchers, text: source };
}

function readMatcher(source: string, whole: string): { matcher: Matcher; after: string } {
  const [label] = LABEL.exec(source) ?? [];
  if (label === undefined) throw new RangeError(`"${whole}" lacks a label name before "${source.slice(0, 10)}"`);
  if (label === '__name__') throw new RangeError(`"${whole}" may not match __name__; write the metric's name before the brace`);
  const afterLabel = source.slice(label.length).trimStart();
  const [operator] = OPERATOR.exec(afterLabel) ?? [];
  if (operator === undefined) throw new RangeError(`"${whole}" needs =, !=, =~ or !~ after label ${label}`);
  const afterOperator = afterLabel.slice(operator.length).trimStart();
  const [literal] = STRING.exec(afterOperator) ?? [];
  if (literal === undefined) throw new RangeError(`"${whole}" needs a quoted value after ${label}${operator}`);
  const matcher = { label, operator: operator as Matcher['operator'], value: unquote(literal, whole) };
  if (operator === '=~' || operator === '!~') regexOf(matcher);
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

const compiled = new WeakMap<Matcher, RegExp>();

/** Prometheus anchors at both ends and lets the dot match line ends. `u` refuses what JavaScript would read otherwise than RE2 (`\A`, `[[:alpha:]]`). */
function regexOf(matcher: Matcher): RegExp {
  const known = compiled.get(matcher);
  if (known) return known;
  try {
    const regex = new RegExp(`^(?:${matcher.value})$`, 'us');
    compiled.set(matcher, regex);
    return regex;
  } catch (cause) {
    throw new RangeError(`"${matcher.value}" is not a regular expression that can be honoured: ${(cause as Error).message}`, {
      cause,
    });
  }
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
      return regexOf(matcher).test(value);
    case '!~':
      return !regexOf(matcher).test(value);
  }
}
