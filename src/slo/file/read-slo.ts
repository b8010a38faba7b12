import { UserError } from '../../kernel/errors.js';
import { fullWidthIn } from '../../kernel/full-width.js';
import { takesNothingToo, tellsBad } from '../objective/misread.js';
import type { Matcher, Objective, Selector, Slo } from '../objective/objective.js';
import { formatPercent, fraction } from '../objective/percent.js';
import { type FieldReader, fieldsOf, type Report } from './fields.js';
import { type Fault, parseYaml, position, shown, type YamlNode } from './positioned-yaml.js';

const DEFAULT_WARM_UP_MS = 10_000;
/** Each takes its part of α and its place in the release record. */
const MAX_OBJECTIVES = 32;
/** Nobody promises less than that half of the requests are good: the number is of the other kind. */
const MOST_BAD = 0.5;
const NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9._-]{0,61}[a-zA-Z0-9])?$/;

/** What belongs to the format one day, or is known from elsewhere: told apart from a typing error. */
const NOT_OFFERED: Readonly<Record<string, string>> = {
  query: '`query` (raw PromQL) is not offered; select series with `ratio:` or `histogram:`',
};

/** Of an objective: what stands one level too far left. */
const MISPLACED: Readonly<Record<string, string>> = {
  ...NOT_OFFERED,
  ...Object.fromEntries(
    ['bad', 'good', 'total'].map((key) => [key, `\`${key}\` belongs below \`ratio:\`; indent it further than \`ratio\``]),
  ),
  ...Object.fromEntries(
    ['compare', 'warm-up', 'objectives'].map((key) => [
      key,
      `\`${key}\` belongs to the file, not to an objective; write it without indentation`,
    ]),
  ),
};

/**
 * Reads slo.yml. What can't be honoured is an error, never skipped.
 * @param path as the user wrote it, for messages
 * @throws UserError with every problem at once, one a line: `path:line:column: what is wrong, what is allowed`
 */
export function readSlo(content: string, path: string): Slo {
  const { root, faults: found } = parseYaml(content);
  const faults: Fault[] = [...found];
  const slo = root && found.length === 0 ? readRoot(root, (at, text) => faults.push({ at, text })) : undefined;
  if (slo === undefined || faults.length > 0) {
    const lines = faults
      .toSorted((a, b) => a.at - b.at)
      .map(({ at, text }) => `${position(path, content, at)}: ${text}${fullWidthHint(content, at)}`);
    throw new UserError('slo-file-invalid', lines.join('\n'));
  }
  return slo;
}

/** A sign that looks right and is not, on the line of a fault; what is no YAML for it is found on the next one only. */
function fullWidthHint(content: string, at: number): string {
  const upTo = content.slice(0, at).split('\n');
  const number = upTo.length - 1;
  const near = content.split('\n').slice(Math.max(0, number - 1), number + 1);
  const sign = near.toReversed().flatMap((line) => fullWidthIn(line.replace(/(^|\s)#.*$/, '')) ?? [])[0];
  return sign === undefined ? '' : `; ${sign}`;
}

/** Files of other tools that say something like it, by a key that they have at the top. */
const OTHER_TOOLS: ReadonlyArray<readonly [key: string, what: (value: string) => string]> = [
  ['kind', (kind) => `an object of Kubernetes or of a tool for it (kind: ${kind})`],
  ['apiVersion', (version) => `a file of another tool (apiVersion: ${version})`],
  ['slos', () => "a file of Sloth's"],
  ['groups', () => "a file of Prometheus' rules"],
];

function otherTool(root: YamlNode): string | undefined {
  if (root.kind !== 'map' || root.entries.some(({ key }) => key === 'objectives')) return undefined;
  for (const [key, what] of OTHER_TOOLS) {
    const value = root.entries.find((entry) => entry.key === key)?.value;
    if (value) return what(value.kind === 'scalar' ? shown(value.text) : '…');
  }
  return undefined;
}

function readRoot(root: YamlNode, report: Report): Slo {
  const other = otherTool(root);
  if (other !== undefined) {
    report(
      root.at,
      `this is ${other}, and slo.yml has a format of its own: \`objectives:\`, a list of \`name\`, \`ratio: { bad, total }\` or \`histogram\`, and \`max\` (docs/slo.md)`,
    );
    return { objectives: [], warmUpMs: DEFAULT_WARM_UP_MS };
  }
  const fields = fieldsOf(root, ['objectives', 'compare', 'warm-up'], NOT_OFFERED, report, 'the file');
  const warmUpMs = fields.duration('warm-up') ?? DEFAULT_WARM_UP_MS;
  const compare = readCompare(fields, report);
  const list = fields.node('objectives');
  const objectives: Objective[] = [];
  if (list === undefined) fields.missing('objectives', 'a list with at least one objective');
  else if (list.kind !== 'list' || list.items.length === 0)
    report(list.at, '`objectives` must be a list with at least one objective');
  else {
    const names = new Set<string>();
    for (const item of list.items) {
      const objective = readObjective(item, names, report);
      if (objective) objectives.push(objective);
    }
  }
  if (objectives.length > MAX_OBJECTIVES)
    report(list?.at ?? 0, `there are ${objectives.length} objectives; at most ${MAX_OBJECTIVES} are judged together`);
  return { objectives, warmUpMs, ...(compare && { compare }) };
}

function readCompare(fields: FieldReader, report: Report): 'stable' | undefined {
  const compare = fields.text('compare');
  if (compare === undefined || compare === 'stable') return compare;
  report(fields.node('compare')?.at ?? 0, `\`compare\`: "${shown(compare)}" is unknown; allowed: stable`);
  return undefined;
}

function readObjective(item: YamlNode, names: Set<string>, report: Report): Objective | undefined {
  const fields = fieldsOf(
    item,
    ['name', 'ratio', 'histogram', 'quantile', 'max', 'min', 'rule-out'],
    MISPLACED,
    report,
    'an objective',
  );
  if (item.kind !== 'map') return undefined;
  const name = readName(fields, names, report);
  const [ratio, histogram] = [fields.node('ratio'), fields.node('histogram')];
  if (ratio && histogram) {
    report(histogram.at, 'an objective has either `ratio` or `histogram`, not both');
    return undefined;
  }
  if (ratio) return readRatio(name, ratio, fields, report);
  if (histogram) return readHistogram(name, fields, report);
  report(item.at, 'the objective lacks `ratio: { bad, total }`, `ratio: { good, total }` or `histogram`');
  return undefined;
}

function readName(fields: FieldReader, names: Set<string>, report: Report): string {
  const name = fields.text('name');
  if (name === undefined) {
    fields.missing('name', 'a name, such as errors');
    return '';
  }
  const at = fields.node('name')?.at ?? 0;
  if (!NAME.test(name))
    report(
      at,
      `"${shown(name)}" is not a name; use up to 63 of a–z, A–Z, 0–9, ".", "_" and "-", with a letter or digit at both ends`,
    );
  if (names.has(name)) report(at, `the name "${shown(name)}" is taken by another objective; names must differ`);
  names.add(name);
  return name;
}

function readRatio(name: string, ratio: YamlNode, fields: FieldReader, report: Report): Objective | undefined {
  fields.refuse('quantile', '`quantile` belongs to `histogram`; remove it');
  const sides = fieldsOf(ratio, ['bad', 'good', 'total'], NOT_OFFERED, report, '`ratio`');
  if (ratio.kind !== 'map') return undefined;
  const [bad, good, total] = [sides.selector('bad'), sides.selector('good'), sides.selector('total')];
  for (const [key, selector] of Object.entries({ bad, good, total })) refuseTargetLabels(selector, sides.node(key), report);
  if (!sides.node('total')) sides.missing('total', 'a selector of all requests');
  const counted = sides.node('good') ? 'good' : 'bad';
  refuseEmptied(bad ?? good, counted, sides.node(counted), report);
  if (sides.node('bad') && sides.node('good')) report(ratio.at, '`ratio` has either `bad` or `good`, not both');
  else if (!sides.node('bad') && !sides.node('good')) sides.missing('bad', 'a selector of bad requests, or `good`');

  const max = counted === 'bad' ? readMax(fields, report) : readMin(fields, report);
  const ruleOut = readRuleOut(max, fields, report);
  const events = bad ?? good;
  if (!events || !total || max === undefined || ruleOut === undefined) return undefined;
  return { kind: 'ratio', name, counted, events, total, max, ruleOut };
}

/** A server of Prometheus adds these to what it scrapes; an app's own page has none of them. */
const TARGET_LABELS: ReadonlySet<string> = new Set([
  'job',
  'instance',
  'namespace',
  'pod',
  'container',
  'node',
  'cluster',
  'prometheus',
  'prometheus_replica',
]);
/** Added by Prometheus too, but apps have labels of these names as well: Flask's `endpoint`, Traefik's `service`. */
const ALSO_OF_APPS: ReadonlySet<string> = new Set(['endpoint', 'service']);

/** Rules that are copied from Prometheus select by target; here the pods are chosen by the app, and such a label would match nothing for ever. */
function refuseTargetLabels(selector: Selector | undefined, node: YamlNode | undefined, report: Report): void {
  const labels = (selector?.matchers ?? []).filter(({ value }) => value !== '').map(({ label }) => label);
  const foreign = labels.filter((label) => TARGET_LABELS.has(label) || label.startsWith('exported_'));
  if (selector === undefined || node === undefined || foreign.length === 0) return;
  const all = labels.filter((label) => foreign.includes(label) || ALSO_OF_APPS.has(label));
  const names = all.map((label) => `\`${label}\``).join(', ');
  const [are, them] = all.length === 1 ? ['is a label', 'it'] : ['are labels', 'them'];
  report(
    node.at,
    `${names} ${are} that Prometheus adds to what it scrapes, and the gate reads the pods themselves, which have ${them} not; remove ${them}: only the pods of the app are read`,
  );
}

/** A shell's `5*` as a pattern is any number of fives, so that 500 is not bad and what lacks the label is. */
function refuseEmptied(
  selector: Selector | undefined,
  counted: 'bad' | 'good',
  node: YamlNode | undefined,
  report: Report,
): void {
  const empty = counted === 'bad' && selector?.matchers.find(({ operator, value }) => value === '' && !operator.startsWith('!'));
  if (empty && node)
    report(node.at, `${written(empty)} takes only series that lack the label ${empty.label}; say which of its values are bad`);
  const matcher = selector?.matchers.find((each) => tellsBad(each, counted) && takesNothingToo(each));
  if (matcher === undefined || node === undefined) return;
  report(
    node.at,
    `${written(matcher)} is a pattern, in which * and ? repeat what stands before them, or leave it out: it matches the empty text, and not what begins so; for 500 to 599 write "5..", for all that begins with 5 "5.*"`,
  );
}

const written = ({ label, operator, value }: Matcher): string => `${label}${operator}"${shown(value)}"`;

function readMax(fields: FieldReader, report: Report): number | undefined {
  fields.refuse('min', '`min` belongs to `ratio` with `good`; with `bad` write `max`');
  if (!fields.node('max')) fields.missing('max', 'the highest bad share that is still good, such as 0.1%');
  const max = fields.percent('max');
  if (max !== undefined && max > MOST_BAD)
    report(
      fields.node('max')?.at ?? 0,
      `\`max: ${formatPercent(max)}\` lets that many requests be bad; for a share of good ones write \`good:\` in the place of \`bad:\`, and \`min:\``,
    );
  return max;
}

function readMin(fields: FieldReader, report: Report): number | undefined {
  fields.refuse('max', '`max` belongs to `ratio` with `bad`; with `good` write `min`');
  if (!fields.node('min')) fields.missing('min', 'the lowest good share that is still good, such as 99.9%');
  const min = fields.percent('min');
  if (min !== undefined && 1 - min > MOST_BAD)
    report(
      fields.node('min')?.at ?? 0,
      `\`min: ${formatPercent(min)}\` lets all others be bad; for a share of bad requests write \`bad:\` in the place of \`good:\`, and \`max:\``,
    );
  return min === undefined ? undefined : fraction(1 - min);
}

function readHistogram(name: string, fields: FieldReader, report: Report): Objective | undefined {
  fields.refuse('min', '`min` belongs to `ratio` with `good`; a histogram has `max`, a duration');
  const histogram = fields.selector('histogram');
  refuseTargetLabels(histogram, fields.node('histogram'), report);
  if (histogram?.matchers.some((matcher) => matcher.label === 'le')) {
    report(fields.node('histogram')?.at ?? 0, 'the label `le` is chosen by `max`; remove it from the selector');
  }
  if (histogram && /_(?:bucket|count|sum)$/.test(histogram.metric)) {
    const base = histogram.metric.replace(/_(?:bucket|count|sum)$/, '');
    report(fields.node('histogram')?.at ?? 0, `name the histogram itself, ${base}, not one of its series`);
  }
  if (!fields.node('quantile')) fields.missing('quantile', 'a number between 0 and 1, such as 0.95');
  if (!fields.node('max')) fields.missing('max', 'the highest duration at that quantile, such as 500ms');
  const quantile = fields.numberBetween('quantile', 0, 1);
  const thresholdMs = fields.duration('max');
  if (thresholdMs === 0) report(fields.node('max')?.at ?? 0, '`max` must be longer than 0');
  const max = quantile === undefined ? undefined : fraction(1 - quantile);
  const ruleOut = readRuleOut(max, fields, report);
  if (!histogram || quantile === undefined || thresholdMs === undefined || max === undefined || ruleOut === undefined)
    return undefined;
  return { kind: 'histogram', name, histogram, quantile, thresholdSeconds: thresholdMs / 1000, max, ruleOut };
}

function readRuleOut(max: number | undefined, fields: FieldReader, report: Report): number | undefined {
  const asked = fields.percent('rule-out');
  if (max === undefined) return undefined;
  if (!fields.node('rule-out')) return defaultRuleOut(max);
  if (asked !== undefined && asked <= max) {
    report(fields.node('rule-out')?.at ?? 0, `\`rule-out\` must be above \`max\`, ${formatPercent(max)}`);
  }
  return asked;
}

/**
 * How much badness a pass excludes when the user does not say: ten times `max`, at least 2 %, at most 5 %.
 * Where `max` is itself 5 % or more: twice `max`, or halfway from `max` to everything, whichever is less.
 */
export function defaultRuleOut(max: number): number {
  return fraction(max < 0.05 ? Math.min(Math.max(10 * max, 0.02), 0.05) : Math.min(2 * max, (1 + max) / 2));
}
