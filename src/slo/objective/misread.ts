import type { Matcher } from './objective.js';
import { compilePattern } from './pattern/pattern.js';
import { valueMatches } from './selector.js';

/** How somebody may have meant the value of a matcher, other than Prometheus reads it. */
interface Reading {
  readonly matches: (value: string) => boolean;
  /** What to write instead, a part of a sentence. */
  readonly remedy: string;
}

/** A matcher as its opposite's: what `!=` leaves out is what `=` takes. */
export const asPositive = (matcher: Matcher): Matcher => ({
  ...matcher,
  operator: matcher.operator === '!=' ? '=' : matcher.operator === '!~' ? '=~' : matcher.operator,
});

/**
 * What to write instead, where a matcher takes none of the values that the pods show and would take one of them, read as it was likely meant: a glob
 * for a pattern, a pattern behind `=`, another case, a list.
 */
export function misread(matcher: Matcher, values: Iterable<string>): string | undefined {
  const positive = asPositive(matcher);
  const shown = [...values];
  if (shown.some((value) => valueMatches(positive, value))) return undefined;
  return readingsOf(positive).find(({ matches }) => shown.some(matches))?.remedy;
}

function readingsOf({ label, operator, value }: Matcher): readonly Reading[] {
  const trimmed = value.trim();
  const isPattern = operator === '=~';
  const list = trimmed.split(/\s*[,;]\s*|\s+/);
  const same = (text: string) => (each: string) => each.toLowerCase() === text.toLowerCase();
  return [
    ...(isPattern ? [] : patternReading(label, trimmed, `= compares the whole text; for a pattern write ${label}=~"${trimmed}"`)),
    ...globReading(label, trimmed),
    ...(isPattern ? patternReading(label, `(?i)${trimmed}`, 'it is written in another case, or with a blank') : []),
    ...(isPattern ? [] : [{ matches: same(trimmed), remedy: 'it is written in another case, or with a blank' }]),
    ...(list.length > 1
      ? [{ matches: (each: string) => list.includes(each), remedy: `for one of several write ${label}=~"${list.join('|')}"` }]
      : []),
  ];
}

function patternReading(label: string, source: string, remedy: string): readonly Reading[] {
  try {
    const pattern = compilePattern(source);
    return [{ matches: (value) => pattern.matches(value), remedy }];
  } catch {
    return globReading(label, source);
  }
}

/** `5*` and `fail*` as a shell reads them. */
function globReading(label: string, source: string): readonly Reading[] {
  if (!/[*?]/.test(source)) return [];
  const pattern = source
    .split('|')
    .map((part) =>
      part
        .replace(/[.+()[\]{}^$\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.'),
    )
    .join('|');
  const compiled = compilePattern(pattern);
  return [
    {
      matches: (value) => compiled.matches(value),
      remedy: `in a pattern * and ? repeat the character before them; for any text after it write ${label}=~"${pattern}"`,
    },
  ];
}

/** Whether a matcher sets bad requests apart: by taking them, or by leaving them out of the good ones. */
export const tellsBad = ({ operator, value }: Matcher, counted: 'bad' | 'good'): boolean =>
  value !== '' && (operator === '=' || operator === '=~') === (counted === 'bad');

/** Whether a pattern takes series that lack the label, by what it repeats, and not any text: `5*` is any number of fives, none among them. */
export function takesNothingToo(matcher: Matcher): boolean {
  const positive = asPositive(matcher);
  if (positive.operator !== '=~' || !/[*?]/.test(positive.value)) return false;
  return valueMatches(positive, '') && !valueMatches(positive, 'any text');
}
