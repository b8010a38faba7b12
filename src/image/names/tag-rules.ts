import { readPairs } from '../csv-fields.js';

const TYPES = ['schedule', 'semver', 'pep440', 'match', 'edge', 'ref', 'raw', 'sha'] as const;
export type RuleType = (typeof TYPES)[number];

/** A line of `tags` that says how a tag follows from the event, as docker/metadata-action has them. */
export interface TagRule {
  readonly type: RuleType;
  readonly written: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly priority: number;
}

/** docker/metadata-action, README, "Priority attribute". */
const PRIORITIES: Readonly<Record<RuleType, number>> = {
  schedule: 1000,
  semver: 900,
  pep440: 900,
  match: 800,
  edge: 700,
  ref: 600,
  raw: 200,
  sha: 100,
};
const OF_ALL = ['enable', 'priority', 'prefix', 'suffix'];
const KNOWN: Readonly<Record<RuleType, readonly string[]>> = {
  schedule: ['pattern'],
  semver: ['pattern', 'value', 'match'],
  pep440: ['pattern', 'value', 'match'],
  match: ['pattern', 'group', 'value'],
  edge: ['branch'],
  ref: ['event'],
  raw: ['value'],
  sha: ['format'],
};
const NEEDED: Readonly<Partial<Record<RuleType, string>>> = {
  semver: 'pattern',
  pep440: 'pattern',
  match: 'pattern',
  ref: 'event',
  raw: 'value',
};

/** Whether a line of `tags` is a rule; a name of an image has no `=`. */
export const isRule = (line: string): boolean => /(^|,)\s*"?type=/i.test(line);

/**
 * Reads `type=semver,pattern={{version}}`; a line without type is a tag as it stands.
 * @throws RangeError saying what is wrong with it
 */
export function readRule(line: string): TagRule {
  const fields = readPairs(line);
  const pairs = fields.map(([key = '', value]) =>
    value === undefined ? (['value', key] as const) : ([key.toLowerCase(), value] as const),
  );
  const { type = 'raw', ...given } = Object.fromEntries(pairs) as Record<string, string>;
  if (!isType(type)) throw new RangeError(`"${line}" has the type "${type}"; known are ${TYPES.join(', ')}`);
  const foreign = Object.keys(given).filter((key) => ![...OF_ALL, ...KNOWN[type]].includes(key));
  if (foreign.length > 0) throw new RangeError(`"${line}" has ${foreign.join(', ')}, which type=${type} does not know`);
  const needed = NEEDED[type];
  if (needed !== undefined && given[needed] === undefined) throw new RangeError(`"${line}" needs ${needed}=`);
  refuseWholeNames(line, type, given);
  refuseValues(line, type, given);
  const priority = given.priority === undefined ? PRIORITIES[type] : Number(given.priority);
  if (Number.isNaN(priority)) throw new RangeError(`"${line}" has the priority "${given.priority}", which is no number`);
  return { type, written: line, attributes: { ...defaultsOf(type, given), ...given }, priority };
}

const isType = (text: string): text is RuleType => (TYPES as readonly string[]).includes(text);

const defaultsOf = (type: RuleType, { event }: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  if (type === 'schedule') return { pattern: 'nightly' };
  if (type === 'sha') return { prefix: 'sha-', format: 'short' };
  return type === 'ref' && event === 'pr' ? { prefix: 'pr-' } : {};
};

/** A name with its repository and tag would become a tag with dashes. No Git ref has a colon, and a ref with slashes is what `type=raw` is often given. */
function refuseWholeNames(line: string, type: RuleType, { value = '' }: Readonly<Record<string, string>>): void {
  const literal = value.replaceAll(/\{\{.*?\}\}/g, '');
  if (type !== 'raw' || !/\/.*:|@sha256:/.test(literal)) return;
  throw new RangeError(`"${line}" names a whole image among rules for tags; give \`images\` the name, and write the tag alone`);
}

function refuseValues(line: string, type: RuleType, given: Readonly<Record<string, string>>): void {
  const refuse = (key: string, known: readonly string[]) => {
    const value = given[key];
    if (value !== undefined && !known.includes(value))
      throw new RangeError(`"${line}" has ${key}=${value}; known are ${known.join(', ')}`);
  };
  if (type === 'ref') refuse('event', ['branch', 'tag', 'pr']);
  if (type === 'sha') refuse('format', ['short', 'long']);
  if (type === 'match' && Number.isNaN(Number(given.group ?? 0)))
    throw new RangeError(`"${line}" has group=${given.group}, which is no number`);
  if (type === 'match') patternOf(given.pattern ?? '', line);
  if (given.match !== undefined) patternOf(given.match, line);
}

/** `/…/i` or the expression alone. @throws RangeError when it is none */
export function patternOf(pattern: string, line: string): RegExp {
  const [, source = pattern, flags = ''] = /^\/(.+)\/(.*)$/.exec(pattern) ?? [];
  try {
    return new RegExp(source, flags);
  } catch {
    throw new RangeError(`"${line}" has the pattern "${pattern}", which is no regular expression`);
  }
}

/** What docker/metadata-action takes where `tags` says nothing. */
export const DEFAULT_RULES: readonly TagRule[] = [
  'type=schedule',
  'type=ref,event=branch',
  'type=ref,event=tag',
  'type=ref,event=pr',
].map(readRule);
