import type { HistogramObjective } from '../../objective/objective.js';
import { labelsMatch } from '../../objective/selector.js';
import type { Growth } from './counter-growth.js';
import { seriesKey } from './series-key.js';

/** What one look at a histogram brought. */
export interface Observed {
  readonly total: number;
  /** Observations that were surely within the threshold. */
  readonly surelyGood: number;
  /** Those that may have been: up to the next edge above the threshold. */
  readonly perhapsGood: number;
  /** Part of `surelyGood` whose callers can't be told apart. */
  readonly mixed: number;
  /** Why there is no data; what was seen is kept for the next look. */
  readonly gap?: string;
  /** Whether its buckets are such that no later look can have any. */
  readonly isLasting?: boolean;
  /** Why some observations are neither surely good nor surely bad. */
  readonly between?: string;
  readonly note?: string;
}

const NOTHING: Observed = { total: 0, surelyGood: 0, perhapsGood: 0, mixed: 0 };

/** Seconds in one of a unit, as names and UNIT lines spell it. */
const SECONDS_IN: Readonly<Record<string, number>> = {
  milliseconds: 1e-3,
  millis: 1e-3,
  ms: 1e-3,
  microseconds: 1e-6,
  micros: 1e-6,
  us: 1e-6,
  nanoseconds: 1e-9,
  ns: 1e-9,
  minutes: 60,
  seconds: 1,
};
/** A highest edge of a quarter of an hour is that of no web request in seconds; of one in milliseconds it is usual. */
const IMPLAUSIBLE_SECONDS = 900;

interface Unit {
  readonly seconds: number;
  /** Undefined for what is taken for granted. */
  readonly said: string | undefined;
}

function unitOf(metric: string, declared: string | undefined): Unit {
  const suffix = /[._]([a-z]+)$/.exec(metric)?.[1] ?? '';
  const said = [declared ?? '', suffix].find((word) => Object.hasOwn(SECONDS_IN, word));
  return { seconds: (said && SECONDS_IN[said]) || 1, said };
}

/** Good are the observations up to the threshold. Where no bucket ends there, what lies between its two neighbours is neither. */
export function readHistogram(
  objective: HistogramObjective,
  growths: readonly Growth[],
  declaredUnit: string | undefined,
): Observed {
  const { histogram, thresholdSeconds } = objective;
  const buckets = growths.filter(
    ({ metric, labels }) => metric === `${histogram.metric}_bucket` && labelsMatch(histogram.matchers, labels),
  );
  const unit = unitOf(histogram.metric, declaredUnit);
  const threshold = thresholdSeconds / unit.seconds;
  let [total, surelyGood, perhapsGood, mixed] = [0, 0, 0, 0];
  let [below, above] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const group of bySeries(buckets).values()) {
    const edges = [...group.keys()].toSorted((a, b) => a - b);
    const fault = edgeFault(histogram.metric, edges, threshold, unit);
    if (fault !== undefined) return { ...NOTHING, gap: fault, isLasting: true };
    const lower = edges.findLast((edge) => edge <= threshold * (1 + 1e-9)) ?? Number.NaN;
    const isExact = lower >= threshold * (1 - 1e-9);
    const upper = isExact ? lower : (edges.find((edge) => edge > lower) ?? lower);
    const [all, sure, perhaps] = [Number.POSITIVE_INFINITY, lower, upper].map((edge) => group.get(edge)?.growth ?? 0);
    total += all ?? 0;
    surelyGood += sure ?? 0;
    perhapsGood += perhaps ?? 0;
    mixed += group.get(lower)?.caller === 'mixed' ? (sure ?? 0) : 0;
    if (!isExact) [below, above] = [Math.max(below, lower), Math.min(above, upper)];
  }
  const seen = { total, surelyGood, perhapsGood, mixed, ...edgesBetween(objective, unit, below, above) };
  const unreadable = buckets.find(({ growth }) => growth === undefined);
  return unreadable ? { ...seen, gap: `${unreadable.metric} is ${unreadable.value}, which is no count` } : seen;
}

function edgesBetween({ name, histogram, thresholdSeconds }: HistogramObjective, unit: Unit, below: number, above: number) {
  const inUnit = unit.said === undefined || unit.seconds === 1 ? '' : `${histogram.metric} is read in ${unit.said}`;
  if (below === Number.NEGATIVE_INFINITY) return inUnit ? { note: `${name}: ${inUnit}` } : {};
  const shown = (edge: number) => (Number.isFinite(edge) ? `${Number((edge * unit.seconds).toPrecision(12))} s` : 'no other');
  const edges = `${histogram.metric} has no bucket edge at ${thresholdSeconds} s, only ${shown(below)} below it and ${shown(above)} above`;
  return {
    between: `${edges}, and what lies between them counts against the canary for a pass and not for a fail; set \`max\` to one of the edges, or add one`,
    note: `${name}: ${edges}${inUnit ? `; ${inUnit}` : ''}`,
  };
}

/** Why these edges can't tell. */
function edgeFault(metric: string, edges: readonly number[], threshold: number, unit: Unit): string | undefined {
  const finite = edges.filter(Number.isFinite);
  const [smallest, largest] = [finite[0] ?? Number.NaN, finite.at(-1) ?? Number.NaN];
  if (!edges.includes(Number.POSITIVE_INFINITY)) return `${metric} has no bucket le="+Inf"`;
  if (unit.said === undefined && largest >= IMPLAUSIBLE_SECONDS)
    return `${metric} does not say its unit, and its edges from ${smallest} to ${largest} are hardly seconds; end its name in _seconds or _milliseconds, as they are`;
  if (smallest <= threshold * (1 + 1e-9)) return undefined;
  const inSeconds = (edge: number) => `${Number((edge * unit.seconds).toPrecision(12))} s`;
  return `${metric} has no bucket edge at or below ${inSeconds(threshold)} (the smallest is ${inSeconds(smallest)}); add one`;
}

/** Buckets by their labels other than `le`, then by their upper edge. */
function bySeries(buckets: readonly Growth[]): Map<string, Map<number, Growth>> {
  const groups = new Map<string, Map<number, Growth>>();
  for (const bucket of buckets) {
    const key = seriesKey(bucket, 'le');
    const group = groups.get(key) ?? new Map<number, Growth>();
    groups.set(key, group);
    const le = bucket.labels.get('le') ?? '';
    const edge = le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le);
    if (!Number.isNaN(edge)) group.set(edge, bucket);
  }
  return groups;
}
