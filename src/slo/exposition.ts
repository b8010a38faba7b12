/** One sample of an exposition. */
export interface Sample {
  readonly metric: string;
  readonly labels: ReadonlyMap<string, string>;
  /** May be NaN or infinite. */
  readonly value: number;
}

/** The text breaks the exposition format; the message names the line. */
export class ExpositionError extends Error {
  override readonly name = 'ExpositionError';
}

const NO_LABELS: ReadonlyMap<string, string> = new Map();
const VALUE = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?Inf|NaN|[+-]?inf|nan)$/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '\\': '\\', '"': '"' };

/**
 * Reads the samples of the wanted metrics out of a Prometheus text exposition 0.0.4 or OpenMetrics text 1.0, in one pass.
 * Comments, HELP and TYPE, timestamps and exemplars are passed over, and so are the lines of other metrics.
 * @param wanted the names of samples, so for a histogram `…_bucket`
 * @throws ExpositionError naming the first line of a wanted metric that is broken, or any line that does not begin as a sample
 */
export function parseExposition(text: string, wanted: ReadonlySet<string>): Sample[] {
  const samples: Sample[] = [];
  let lineNumber = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    lineNumber++;
    const first = skipBlanks(text, start, end);
    start = end + 1;
    if (first === end || text[first] === '\r') continue;
    if (text[first] === '#') {
      if (text.startsWith('# EOF', first)) break;
      continue;
    }
    if (text[first] === '{') continue; // a quoted name (UTF-8 metric), which no selector can ask for
    const nameEnd = endOfName(text, first, end);
    if (nameEnd === first) throw broken(lineNumber, 'does not begin with a metric name');
    const metric = text.slice(first, nameEnd);
    if (wanted.has(metric)) samples.push(readSample(metric, text.slice(nameEnd, end), lineNumber));
  }
  return samples;
}

function readSample(metric: string, rest: string, lineNumber: number): Sample {
  let at = skipBlanks(rest, 0, rest.length);
  let labels = NO_LABELS;
  if (rest[at] === '{') [labels, at] = readLabels(rest, at + 1, lineNumber);
  const value = rest.slice(at).trim().split(/\s+/, 1)[0] ?? '';
  if (!VALUE.test(value)) throw broken(lineNumber, `has no number after ${metric}`);
  return { metric, labels, value: numberOf(value) };
}

/** @returns the labels, and the place after the closing brace */
function readLabels(line: string, from: number, lineNumber: number): [Map<string, string>, number] {
  const labels = new Map<string, string>();
  let at = skipBlanks(line, from, line.length);
  while (line[at] !== '}') {
    let label: string;
    if (line[at] === '"') [label, at] = readQuoted(line, at, lineNumber);
    else {
      const nameEnd = endOfName(line, at, line.length);
      if (nameEnd === at) throw broken(lineNumber, 'lacks a label name or a closing brace');
      label = line.slice(at, nameEnd);
      at = nameEnd;
    }
    at = skipBlanks(line, at, line.length);
    if (line[at] !== '=') throw broken(lineNumber, `lacks = after label ${label}`);
    at = skipBlanks(line, at + 1, line.length);
    if (line[at] !== '"') throw broken(lineNumber, `lacks a quoted value for label ${label}`);
    let value: string;
    [value, at] = readQuoted(line, at, lineNumber);
    labels.set(label, value);
    at = skipBlanks(line, at, line.length);
    if (line[at] === ',') at = skipBlanks(line, at + 1, line.length);
    else if (line[at] !== '}') throw broken(lineNumber, `lacks a comma or a closing brace after label ${label}`);
  }
  return [labels, at + 1];
}

/** @param from the place of the opening quote; @returns the text, and the place after the closing quote */
function readQuoted(line: string, from: number, lineNumber: number): [string, number] {
  let end = from + 1;
  let escaped = false;
  while (end < line.length && line[end] !== '"') {
    if (line[end] === '\\') {
      escaped = true;
      end++;
    }
    end++;
  }
  if (end >= line.length) throw broken(lineNumber, 'ends inside quotes');
  const raw = line.slice(from + 1, end);
  // The format defines three escapes; Prometheus keeps any other as it is written.
  const value = escaped ? raw.replace(/\\([\s\S])/g, (whole, letter: string) => ESCAPES[letter] ?? whole) : raw;
  return [value, end + 1];
}

function endOfName(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isNameCharacter(text.charCodeAt(at), at === from)) at++;
  return at;
}

function isNameCharacter(code: number, first: boolean): boolean {
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 58) return true;
  return !first && code >= 48 && code <= 57;
}

function skipBlanks(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && (text[at] === ' ' || text[at] === '\t')) at++;
  return at;
}

function numberOf(text: string): number {
  switch (text.toLowerCase()) {
    case 'nan':
      return Number.NaN;
    case 'inf':
    case '+inf':
      return Number.POSITIVE_INFINITY;
    case '-inf':
      return Number.NEGATIVE_INFINITY;
    default:
      return Number(text);
  }
}

const broken = (lineNumber: number, what: string) => new ExpositionError(`line ${lineNumber} of the metrics ${what}`);
