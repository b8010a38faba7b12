import { nearest } from '../../../kernel/nearest.js';
import { asPositive, misread, tellsBad } from '../../objective/misread.js';
import type { Matcher, Objective, Selector } from '../../objective/objective.js';
import { valueMatches } from '../../objective/selector.js';
import type { KnownMetric, Vocabulary } from '../exposition/vocabulary.js';

/** What is read of one side, and what is known of the other. */
export interface Sides {
  readonly side: 'canary' | 'stable';
  readonly mine: Vocabulary;
  readonly other: Vocabulary;
}

const MOST_NAMES = 6;
const GAUGE_NAME = /(?:_in_flight|_inflight|_in_progress|_active|_current)(?:_requests)?$/;
const FIRST_EVENT =
  'If the app only writes it with the first such request, let it write 0 from its start, or select by a label of a counter of all requests';

/** Why what an objective selects says nothing about a side. */
export interface Gap {
  readonly why: string;
  /** Whether no later look can change it: it is not what has not come yet, but what is written otherwise. */
  readonly isLasting: boolean;
}

const lasting = (why: string | undefined): Gap | undefined => (why === undefined ? undefined : { why, isLasting: true });
const passing = (why: string | undefined): Gap | undefined => (why === undefined ? undefined : { why, isLasting: false });

/**
 * Why what an objective selects says nothing about this side: a metric or a label that no series has would count as no bad request for ever.
 * Undefined when both selectors are vouched for by what the pods have shown.
 */
export function unvouched(objective: Objective, sides: Sides): Gap | undefined {
  if (objective.kind === 'histogram') {
    const metric = `${objective.histogram.metric}_bucket`;
    return (
      lasting(
        noCounter(metric, sides.mine.find(metric)) ??
          noHistogram(objective.histogram.metric, sides.mine) ??
          misspelt(metric, sides),
      ) ?? lacksLabel({ ...objective.histogram, metric }, sides)
    );
  }
  const { events, total, counted } = objective;
  for (const selector of [total, events]) {
    const gauge = noCounter(selector.metric, sides.mine.find(selector.metric));
    const fault = lasting(gauge ?? isHistogram(selector.metric, sides.mine)) ?? lacksLabel(selector, sides);
    if (fault !== undefined) return fault;
  }
  return (
    lasting(misspelt(total.metric, sides)) ??
    (events.metric === total.metric ? undefined : passing(lacksMetric(events, counted, sides))) ??
    writtenOtherwise(events, counted, sides)
  );
}

/** A histogram is named without `_bucket`; what the page has under that name may be another kind of metric. */
function noHistogram(metric: string, mine: Vocabulary): string | undefined {
  const known = mine.find(`${metric}_bucket`);
  if (known?.hasSeries) return undefined;
  if (known?.type === 'summary' || known?.type === 'counter')
    return `${metric} is a ${known.type} by its TYPE and no histogram, so it has no buckets to tell by`;
  if (known === undefined && mine.names.includes(metric))
    return `${metric} is a plain series and no histogram: there is no ${metric}_bucket to tell by`;
  return undefined;
}

/** The other way round. */
const isHistogram = (metric: string, mine: Vocabulary): string | undefined =>
  !mine.find(metric)?.hasSeries && mine.names.includes(`${metric}_bucket`)
    ? `${metric} is a histogram and no counter; its requests are in ${metric}_count`
    : undefined;

/** So few letters apart two names are one that was mistyped. */
const MISTYPED = 2;

/** All requests are counted from the first one on, so a page that has nearly the same name has no other counter to come. */
function misspelt(metric: string, { mine, other }: Sides): string | undefined {
  if (mine.find(metric) !== undefined || other.find(metric) !== undefined) return undefined;
  const close = nearest(metric, mine.names, () => MISTYPED);
  return close === undefined ? undefined : `no pod has a metric ${bare(metric)}; did you mean ${bare(close)}?`;
}

/** As an objective names a histogram. */
const bare = (sample: string): string => sample.replace(/_bucket$/, '');

/** A gauge goes up and down: its growth is no number of requests. */
function noCounter(metric: string, known: KnownMetric | undefined): string | undefined {
  const { type } = known ?? {};
  if (type === 'gauge' || type === 'gaugehistogram' || type === 'info' || type === 'stateset')
    return `${metric} is a ${type} by its TYPE, which goes up and down; name a counter of requests`;
  const isUntyped = type === undefined || type === 'untyped' || type === 'unknown';
  if (isUntyped && GAUGE_NAME.test(metric)) return `${metric} is a gauge by its name; name a counter of requests`;
  return undefined;
}

function lacksMetric({ metric, matchers }: Selector, counted: 'bad' | 'good', { side, mine, other }: Sides): string | undefined {
  const [known, elsewhere] = [mine.find(metric), other.find(metric)];
  if (known?.hasSeries) return undefined;
  const isVouched = matchers.every(({ label }) => elsewhere?.labels.has(label));
  // Declared is enough for what takes no label: the first event is still to come.
  if (known !== undefined && isVouched) return undefined;
  // With `good`, no series means that all is bad, unless nobody has ever shown such a series.
  if (counted === 'good' && (known !== undefined || elsewhere?.hasSeries)) return undefined;
  if (known !== undefined) return `${metric} has no series yet, on neither side, that shows its labels. ${FIRST_EVENT}`;
  const [here, there] = side === 'canary' ? ['the canary', 'stable'] : ['stable', 'the canary'];
  if (elsewhere?.hasSeries)
    return `${there} has ${metric} and ${here} has no such metric, so none of its requests could be seen to be ${counted}; was it renamed? ${FIRST_EVENT}`;
  return `no pod has a metric ${metric}, so no request could be seen to be ${counted}${meant(metric, mine)}. ${FIRST_EVENT}`;
}

/** The canary's own series must have each label; that stable's have it only shows that the new version calls it otherwise. */
function lacksLabel({ metric, matchers }: Selector, { side, mine, other }: Sides): Gap | undefined {
  const known = mine.find(metric);
  if (!known?.hasSeries) return undefined;
  const lacking = matchers.find(({ label, value }) => value !== '' && label !== 'le' && !known.labels.has(label));
  if (lacking === undefined) return undefined;
  const labels = [...known.labels.keys()].filter((label) => label !== 'le');
  const has = labels.length > 0 ? `its labels are ${labels.toSorted().slice(0, MOST_NAMES).join(', ')}` : 'it has no labels';
  const isRenamed = other.find(metric)?.labels.has(lacking.label);
  const there = side === 'canary' ? 'stable' : 'the canary';
  const whose = side === 'canary' ? 'the canary' : 'stable';
  const meant = isRenamed ? undefined : labelMeant(lacking, known);
  const how = isRenamed
    ? `; ${there} has it, so one version has renamed it`
    : meant === undefined
      ? ''
      : `; did you mean ${meant}?`;
  const why = `no series of ${metric} has the label ${lacking.label} on ${whose} (${has})${how}`;
  return { why, isLasting: meant !== undefined };
}

/** Failures alone may have labels of their own (`error_type`), so one that nobody has yet is wrong only where another one is surely meant. */
function labelMeant(lacking: Matcher, { labels }: KnownMetric): string | undefined {
  const mistyped = nearest(lacking.label, [...labels.keys()], () => MISTYPED);
  if (mistyped !== undefined) return mistyped;
  const takesCodes = ANSWERED.some((code) => valueMatches(asPositive(lacking), code));
  if (!takesCodes || /err|exception|fail/i.test(lacking.label)) return undefined;
  return [...labels].find(([, values]) => values.size > 0 && [...values].every((value) => styleOf(value) === 'codes'))?.[0];
}

/** How values are written: status codes, classes of them, or anything else. */
type Style = 'codes' | 'classes' | 'other';
const styleOf = (value: string): Style => (/^\d{3}$/.test(value) ? 'codes' : /^\dxx$/i.test(value) ? 'classes' : 'other');
const CODES = Array.from({ length: 500 }, (_, i) => String(100 + i));
const CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx', '1XX', '2XX', '3XX', '4XX', '5XX'];
/** What servers really answer with; a pattern that matches none of them but 555 was meant for others. */
const ANSWERED = CODES.filter(
  (code) =>
    /^(?:10[0-3]|20\d|226|30[0-8]|4(?:[0-24-9]\d|3[01])|5(?:0\d|1[01]|2\d|30|98|99))$/.test(code) && !/^(\d)\1\1$/.test(code),
);
const candidatesOf = (style: Style, isPattern: boolean): readonly string[] =>
  style === 'codes' ? (isPattern ? ANSWERED : CODES) : style === 'classes' ? CLASSES : [];

/**
 * A selector that can match, or leave out, nothing that is written as this side writes it: `500` where the version says `5xx`. What is bad would count
 * as good for ever, or the other way round.
 */
function writtenOtherwise(
  { metric, matchers }: Selector,
  counted: 'bad' | 'good',
  { side, mine, other }: Sides,
): Gap | undefined {
  for (const asked of matchers) {
    const values = mine.find(metric)?.labels.get(asked.label);
    if (values === undefined || values.size === 0 || asked.value === '') continue;
    const matcher = asPositive(asked);
    if ([...values].some((value) => valueMatches(matcher, value))) continue;
    const elsewhere = other.find(metric)?.labels.get(matcher.label) ?? new Set<string>();
    const [here, there] = side === 'canary' ? ['the canary', 'stable'] : ['stable', 'the canary'];
    const beside = elsewhere.size > 0 ? ` (${there}: ${shownValues(elsewhere)})` : '';
    const written = `${asked.label} of ${metric} is ${shownValues(values)} on ${here}${beside}, and ${asked.label}${asked.operator}"${asked.value}"`;
    const meant = misread(matcher, [...values, ...elsewhere]);
    const isPositive = matcher.operator === asked.operator;
    const does = isPositive ? 'matches' : 'leaves out';
    if (meant !== undefined) return lasting(`${written} ${does} none of them: ${meant}`);
    const styles = new Set([...values].map(styleOf));
    const isReachable = [...styles].some((style) =>
      candidatesOf(style, matcher.operator === '=~').some((value) => valueMatches(matcher, value)),
    );
    const hidesBad = tellsBad(asked, counted);
    // A word that is left out of the bad ones, and that nobody uses, hides nothing.
    if (isReachable || !(isPositive || hidesBad)) continue;
    const all = [...values, ...elsewhere];
    // What a request is for is no failure that is still to come: none of those that were counted can be bad by it.
    if (
      hidesBad &&
      isPositive &&
      (all.every(isPath) || all.every(isMethod)) &&
      !all.some((value) => valueMatches(matcher, value))
    )
      return passing(`${written} matches none of them: no such request has come, or it is written otherwise`);
    const isCoded = [...styles].every((style) => style !== 'other');
    // Words that stable knows too are its own way of writing; words that it has never used are another way.
    const isDisjoint = hidesBad && elsewhere.size > 0 && [...values].every((value) => !elsewhere.has(value));
    if (!isCoded && !isDisjoint) continue;
    return { why: `${written} ${does} nothing that is written so`, isLasting: isCoded };
  }
  return undefined;
}

const isPath = (value: string): boolean => value.startsWith('/');
const isMethod = (value: string): boolean => /^(?:GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE|CONNECT|TRACE)$/i.test(value);

const shownValues = (values: ReadonlySet<string>): string => [...values].toSorted().slice(0, MOST_NAMES).join(', ');

/** Why there are no requests to count: nobody has come yet, or the name is wrong. */
export function noSeries({ metric, text }: Selector, { side, mine, other }: Sides): string {
  const [known, elsewhere] = [mine.find(metric), other.find(metric)];
  if (known?.hasSeries) return `no series matches ${text}; either no such request has come, or a matcher is wrong`;
  if (known !== undefined || elsewhere !== undefined)
    return `no series matches ${text}: no request has come to ${side === 'canary' ? 'the canary' : 'stable'} yet`;
  return `no series matches ${text}: either no request has come yet, or the name is wrong${meant(metric, mine)}`;
}

function meant(metric: string, { names }: Vocabulary): string {
  if (names.length === 0) return ' (the page is empty)';
  const close = nearest(metric, names);
  if (close !== undefined) return ` (did you mean ${close}?)`;
  const counters = names.filter((name) => /_(?:total|count|bucket)$/.test(name) || /request/.test(name));
  const shown = (counters.length > 0 ? counters : names).slice(0, MOST_NAMES);
  return ` (there are ${shown.join(', ')}${names.length > shown.length ? ', …' : ''})`;
}
