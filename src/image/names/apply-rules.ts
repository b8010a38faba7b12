import type { BuildEvent } from '../event.js';
import { isTag } from '../reference.js';
import { formatDate } from './date-format.js';
import type { Flavor } from './flavor.js';
import { patternOf, type TagRule } from './tag-rules.js';
import { fillTemplate, type Values } from './template.js';
import { readPep440, readSemver, type Version } from './versions.js';

/** Times that a tag may tell. */
export interface Times {
  readonly nowMs: number;
  /** Of the commit; undefined where nobody knows it. */
  readonly commitMs: number | undefined;
}

/** What the rules give. */
export interface RuledTags {
  /** The first is the version of the image. */
  readonly tags: readonly string[];
  /** Rules that were meant for another tag, and why. */
  readonly notes: readonly string[];
}

/** A tag that a rule gives, and whether it makes the image the latest one. */
interface Given {
  readonly tag: string;
  readonly latest: boolean;
}
type Outcome = Given | { readonly note: string } | undefined;

/**
 * Gives the tags that follow from an event by docker/metadata-action's rules (its README, "tags input", and its meta.ts).
 * @throws RangeError when a rule cannot be applied, or gives what no registry takes
 */
export function applyRules(rules: readonly TagRule[], flavor: Flavor, event: BuildEvent, times: Times): RuledTags {
  const values = globalValues(event, times);
  const tags: string[] = [];
  const notes: string[] = [];
  let latest: boolean | undefined;
  for (const rule of rules.toSorted((one, other) => other.priority - one.priority)) {
    if (!isEnabled(rule, values)) continue;
    const outcome = applyRule(rule, { event, times, values, flavor });
    if (outcome === undefined) continue;
    if ('note' in outcome) {
      notes.push(outcome.note);
      continue;
    }
    const tag = sanitize(outcome.tag);
    if (tag === '') continue;
    if (!isTag(tag)) {
      const braces = /[{}]/.test(outcome.tag) ? '; a pattern stands in two braces, such as {{version}}' : '';
      throw new RangeError(`"${rule.written}" gives the tag "${tag}", which no registry takes${braces}`);
    }
    // The first tag decides, as the one of the highest priority.
    latest ??= flavor.latest === 'auto' ? outcome.latest : flavor.latest === 'true';
    if (!tags.includes(tag)) tags.push(tag);
  }
  if (latest) tags.push(latestTag(flavor, values));
  return { tags: [...new Set(tags)], notes };
}

function isEnabled({ attributes: { enable = 'true' }, written }: TagRule, values: Values): boolean {
  const enabled = fillTemplate(enable, values);
  if (enabled !== 'true' && enabled !== 'false')
    throw new RangeError(`"${written}" has enable=${enabled}, which is neither true nor false`);
  return enabled === 'true';
}

interface Context {
  readonly event: BuildEvent;
  readonly times: Times;
  readonly values: Values;
  readonly flavor: Flavor;
}

function applyRule(rule: TagRule, context: Context): Outcome {
  const { event, times, values } = context;
  const { attributes } = rule;
  const as = (value: string, latest = false): Given => ({ tag: dressed(value, attributes, context), latest });
  const branch = refOf(event, 'heads');
  switch (rule.type) {
    case 'schedule':
      return /schedule/.test(event.name) ? as(fillTemplate(attributes.pattern ?? '', dates(times))) : undefined;
    case 'semver':
      return versioned(rule, context, readSemver, 'is no version by semver.org');
    case 'pep440':
      return versioned(rule, context, readPep440, 'is no version by PEP 440');
    case 'match':
      return matched(rule, context);
    case 'edge':
      return branch !== undefined && branch === (attributes.branch || event.defaultBranch) ? as('edge') : undefined;
    case 'ref': {
      const value =
        attributes.event === 'branch' ? branch : attributes.event === 'tag' ? refOf(event, 'tags') : pullRequestOf(event);
      return value === undefined ? undefined : as(value, attributes.event === 'tag');
    }
    case 'raw':
      return as(fillTemplate(attributes.value ?? '', values));
    case 'sha':
      return event.sha === '' ? undefined : as(attributes.format === 'long' ? event.sha : event.sha.slice(0, 7));
  }
}

/** What a rule looks at: its own value, or the Git tag. */
const subjectOf = ({ attributes: { value = '' } }: TagRule, { event, values }: Context): string | undefined =>
  value === '' ? refOf(event, 'tags') : fillTemplate(value, values);

function versioned(rule: TagRule, context: Context, read: (text: string) => Version | undefined, otherwise: string): Outcome {
  const whole = subjectOf(rule, context)?.replaceAll('/', '-');
  if (whole === undefined) return undefined;
  const subject = partOf(whole, rule);
  if (subject === undefined) return { note: `"${rule.written}": \`match\` does not match "${whole}", so the rule gives no tag.` };
  const version = read(subject);
  if (version === undefined) return { note: `"${rule.written}": "${subject}" ${otherwise}, so the rule gives no tag.` };
  const { pattern = '' } = rule.attributes;
  // A pre-release is not the newest of its minor version.
  const own = version.isPreRelease && !/^\{\{\s*raw\s*\}\}$/.test(pattern) ? '{{version}}' : pattern;
  const { isPreRelease, ...parts } = version;
  return {
    tag: dressed(fillTemplate(own, { ...parts, ...context.values, raw: version.raw }), rule.attributes, context),
    latest: !isPreRelease,
  };
}

/** `match=docker-(.*)` says where in a tag the version is: in its first group, or in all that it matches. */
function partOf(subject: string, { attributes: { match }, written }: TagRule): string | undefined {
  if (match === undefined) return subject;
  const found = subject.match(patternOf(match, written));
  return found?.[1] ?? found?.[0];
}

function matched(rule: TagRule, context: Context): Outcome {
  const subject = subjectOf(rule, context);
  if (subject === undefined) return undefined;
  const { pattern = '', group = '0' } = rule.attributes;
  // With the flag `g` there are no groups.
  const match = subject.match(patternOf(pattern, rule.written));
  if (match === null) return { note: `"${rule.written}": the pattern does not match "${subject}", so the rule gives no tag.` };
  const found = match[Number(group)];
  if (found === undefined) return { note: `"${rule.written}": the pattern has no group ${group}, so the rule gives no tag.` };
  return { tag: dressed(found, rule.attributes, context), latest: true };
}

/** A rule's own prefix takes the place of the flavor's. */
function dressed(value: string, { prefix, suffix }: TagRule['attributes'], { flavor, values }: Context): string {
  return `${fillTemplate(prefix ?? flavor.prefix, values)}${value}${fillTemplate(suffix ?? flavor.suffix, values)}`;
}

const latestTag = (flavor: Flavor, values: Values): string =>
  `${flavor.prefixLatest ? fillTemplate(flavor.prefix, values) : ''}latest${flavor.suffixLatest ? fillTemplate(flavor.suffix, values) : ''}`;

const LONGEST_TAG = 128;
const sanitize = (tag: string): string => tag.replaceAll(/[^a-zA-Z0-9._-]+/g, '-').slice(0, LONGEST_TAG);

const refOf = ({ ref, pullRequest }: BuildEvent, kind: 'heads' | 'tags'): string | undefined =>
  pullRequest === undefined && ref.startsWith(`refs/${kind}/`) ? ref.slice(`refs/${kind}/`.length) : undefined;

const pullRequestOf = ({ ref, pullRequest }: BuildEvent): string | undefined =>
  pullRequest === undefined ? /^refs\/pull\/(.+?)(\/merge)?$/.exec(ref)?.[1] : String(pullRequest);

function globalValues(event: BuildEvent, times: Times): Values {
  const branch = refOf(event, 'heads');
  const base = event.baseRef.replace(/^refs\/heads\//, '');
  const ofDefault = branch !== undefined && branch === event.defaultBranch;
  return {
    branch: sanitize(branch ?? ''),
    tag: sanitize(refOf(event, 'tags') ?? ''),
    sha: event.sha.slice(0, 7),
    base_ref: sanitize(branch === undefined ? base : ''),
    is_default_branch: String(ofDefault),
    is_not_default_branch: String(!ofDefault),
    ...dates(times),
  };
}

const dates = ({ nowMs, commitMs = nowMs }: Times): Values => {
  const at = (epochMs: number) => (format: string | undefined, named: ReadonlyMap<string, string>) =>
    formatDate(epochMs, format, named.get('tz') ?? 'UTC');
  return { date: at(nowMs), commit_date: at(commitMs) };
};
