/** One sample of an exposition. */
export interface Sample {
  readonly metric: string;
  readonly labels: ReadonlyMap<string, string>;
  /** May be NaN or infinite. */
  readonly value: number;
}

/** What a page says, as far as it was asked for. */
export interface Exposition {
  readonly samples: readonly Sample[];
  /** The TYPE of each metric that the page declares: `counter`, `gauge`, `histogram`, …; without one, `untyped`. By the name of its family. */
  readonly types: ReadonlyMap<string, string>;
  /** By the name of the family; OpenMetrics only. */
  readonly units: ReadonlyMap<string, string>;
  /** Names of all samples on the page. Takes a pass of its own, so it is for messages. */
  names(): string[];
}

/** The text breaks the exposition format; the message names the line. */
export class ExpositionError extends Error {
  override readonly name = 'ExpositionError';
}

const NO_LABELS: ReadonlyMap<string, string> = new Map();
/** prom-client writes `Nan`; Go's parser and prometheus_client take any case, and `Infinity`. */
const VALUE = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|[+-]?inf(?:inity)?|[+-]?nan)$/i;
const METADATA = /^#[ \t]+(HELP|TYPE|UNIT)[ \t]+(?:"((?:[^"\\]|\\.)*)"|([^ \t"]+))(?:[ \t]+([^\r\n]*))?/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '\\': '\\', '"': '"' };

/**
 * Reads the samples of the wanted metrics out of a Prometheus text exposition 0.0.4 or OpenMetrics text 1.0, in one pass.
 * Comments, timestamps and exemplars are passed over, and so are the lines of other metrics.
 * @param wanted the names of samples, so for a histogram `…_bucket`
 * @throws ExpositionError naming the first line of a wanted metric that is broken, or any line that does not begin as a sample
 */
export function parseExposition(text: string, wanted: ReadonlySet<string>): Exposition {
  const samples: Sample[] = [];
  const [types, units] = [new Map<string, string>(), new Map<string, string>()];
  eachLine(text, (first, end, lineNumber) => {
    if (text[first] === '#') {
      readMetadata(text.slice(first, end), types, units);
      return;
    }
    const [metric, after, labels] = readName(text, first, end, lineNumber);
    if (wanted.has(metric)) samples.push(readSample(metric, text.slice(after, end), lineNumber, labels));
  });
  return { samples, types, units, names: () => namesIn(text) };
}

function namesIn(text: string): string[] {
  const names = new Set<string>();
  eachLine(text, (first, end, lineNumber) => {
    if (text[first] !== '#') names.add(readName(text, first, end, lineNumber)[0]);
  });
  return [...names];
}

/** Calls back with where each line that is not empty begins and ends, up to OpenMetrics' end. */
function eachLine(text: string, read: (first: number, end: number, lineNumber: number) => void): void {
  let lineNumber = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    lineNumber++;
    const first = skipBlanks(text, start, end);
    start = end + 1;
    if (first === end || text[first] === '\r') continue;
    if (text.startsWith('# EOF', first) && text.slice(first, end).trimEnd() === '# EOF') return;
    read(first, end, lineNumber);
  }
}

function readMetadata(line: string, types: Map<string, string>, units: Map<string, string>): void {
  const [, keyword, quoted, bare, rest = ''] = METADATA.exec(line) ?? [];
  const family = quoted === undefined ? bare : unescaped(quoted);
  if (family === undefined) return;
  if (keyword === 'UNIT') units.set(family, rest.trim());
  else if (keyword === 'TYPE') types.set(family, rest.trim().toLowerCase());
  else if (!types.has(family)) types.set(family, 'untyped');
}

/** @returns the name, the place after it, and for a name in quotes (`{"http.server.requests",a="b"}`) that its labels are already open */
function readName(text: string, first: number, end: number, lineNumber: number): [string, number, 'open' | undefined] {
  if (text[first] === '{') {
    const line = text.slice(first, end);
    const at = skipBlanks(line, 1, line.length);
    if (line[at] !== '"') throw broken(lineNumber, 'does not begin with a metric name');
    const [name, after] = readQuoted(line, at, lineNumber);
    const next = skipBlanks(line, after, line.length);
    if (line[next] !== ',' && line[next] !== '}') throw broken(lineNumber, `lacks a comma or a closing brace after ${name}`);
    return [name, first + (line[next] === ',' ? next + 1 : next), 'open'];
  }
  const nameEnd = endOfName(text, first, end);
  if (nameEnd === first) throw broken(lineNumber, 'does not begin with a metric name');
  return [text.slice(first, nameEnd), nameEnd, undefined];
}

function readSample(metric: string, rest: string, lineNumber: number, opened: 'open' | undefined): Sample {
  let at = skipBlanks(rest, 0, rest.length);
  let labels = NO_LABELS;
  if (opened) [labels, at] = readLabels(rest, at, lineNumber);
  else if (rest[at] === '{') [labels, at] = readLabels(rest, at + 1, lineNumber);
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
  return [escaped ? unescaped(raw) : raw, end + 1];
}

/** The format defines three escapes; Prometheus keeps any other as it is written. */
const unescaped = (raw: string): string => raw.replace(/\\([\s\S])/g, (whole, letter: string) => ESCAPES[letter] ?? whole);

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
  const lower = text.toLowerCase();
  if (lower.endsWith('nan')) return Number.NaN;
  if (lower.includes('inf')) return lower.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}

const broken = (lineNumber: number, what: string) => new ExpositionError(`line ${lineNumber} of the metrics ${what}`);
