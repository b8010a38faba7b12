import { parseDuration } from '../../kernel/duration.js';
import { nearest } from '../../kernel/nearest.js';
import type { Selector } from '../objective/objective.js';
import { parsePercent } from '../objective/percent.js';
import { parseSelector } from '../objective/selector.js';
import { shown, type YamlEntry, type YamlNode } from './positioned-yaml.js';

/** Takes one problem: the offset in the text where it stands, what is wrong and what is allowed. */
export type Report = (at: number, text: string) => void;

/** The fields of one mapping. Each reader gives `undefined` for a field that is absent or that was reported as wrong. */
export interface FieldReader {
  /** The value as it stands, unread. */
  node(key: string): YamlNode | undefined;
  text(key: string): string | undefined;
  selector(key: string): Selector | undefined;
  /** A share strictly between 0 % and 100 %, as a fraction. */
  percent(key: string): number | undefined;
  /** In milliseconds. */
  duration(key: string): number | undefined;
  /** Strictly between the two. */
  numberBetween(key: string, low: number, high: number): number | undefined;
  missing(key: string, allowed: string): void;
  /** Reports the field if it is there. */
  refuse(key: string, why: string): void;
}

/**
 * Opens a mapping for reading; reports what is no mapping, and every key that is not known.
 * @param notOffered keys with a text of their own
 * @param what the mapping is, as the subject of a sentence
 */
export function fieldsOf(
  node: YamlNode,
  known: readonly string[],
  notOffered: Readonly<Record<string, string>>,
  report: Report,
  what: string,
): FieldReader {
  if (node.kind !== 'map') report(node.at, `${what} must be a mapping with ${known.join(', ')}`);
  const entries = new Map<string, YamlEntry>(node.kind === 'map' ? node.entries.map((entry) => [entry.key, entry]) : []);
  for (const { key, at } of entries.values()) {
    if (!known.includes(key)) report(at, unknownKey(key, known, notOffered));
  }

  const scalar = (key: string): { text: string; at: number } | undefined => {
    const value = entries.get(key)?.value;
    if (value === undefined) return undefined;
    if (value.kind !== 'scalar')
      report(value.at, `\`${key}\` must be a single value, not a ${value.kind === 'list' ? 'list' : 'mapping'}`);
    else if (value.text.trim() === '' || (value.plain && /^(?:~|null|Null|NULL)$/.test(value.text)))
      report(value.at, `\`${key}\` has no value`);
    else return value;
    return undefined;
  };
  const read = <T>(key: string, parse: (text: string) => T): T | undefined => {
    const value = scalar(key);
    if (value === undefined) return undefined;
    try {
      return parse(value.text);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      report(value.at, `\`${key}\`: ${error.message.replace(/\s+/g, ' ')}`);
      return undefined;
    }
  };

  return {
    node: (key) => entries.get(key)?.value,
    text: (key) => scalar(key)?.text,
    selector: (key) => read(key, parseSelector),
    percent: (key) => read(key, parseOpenPercent),
    duration: (key) => read(key, parseDuration),
    numberBetween: (key, low, high) => read(key, (text) => parseNumberBetween(text, low, high)),
    missing: (key, allowed) => node.kind === 'map' && report(node.at, `\`${key}\` is missing: ${allowed}`),
    refuse: (key, why) => {
      const entry = entries.get(key);
      if (entry) report(entry.at, why);
    },
  };
}

function unknownKey(key: string, known: readonly string[], notOffered: Readonly<Record<string, string>>): string {
  if (Object.hasOwn(notOffered, key)) return notOffered[key] ?? '';
  const meant = nearest(key, known);
  return `\`${shown(key)}\` is unknown; ${meant ? `did you mean \`${meant}\`?` : `allowed: ${known.join(', ')}`}`;
}

function parseOpenPercent(text: string): number {
  const share = parsePercent(text);
  if (share <= 0 || share >= 1) throw new RangeError(`"${text}" must be more than 0% and less than 100%`);
  return share;
}

function parseNumberBetween(text: string, low: number, high: number): number {
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value > low && value < high))
    throw new RangeError(`"${shown(text)}" is not a number between ${low} and ${high}, such as 0.95`);
  return value;
}
