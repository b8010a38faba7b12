import type { Sample } from './exposition.js';
import type { Counts, HistogramObjective, Objective, RatioObjective } from './objective.js';
import { labelsMatch } from './selector.js';

/** What one look at one pod brought. An objective without an entry has no data this time. */
export interface PodCounts {
  readonly counts: ReadonlyMap<string, Counts>;
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

/** The metrics that an exposition is searched for. */
export const wantedMetrics = (objectives: readonly Objective[]): ReadonlySet<string> =>
  new Set(
    objectives.flatMap((objective) =>
      objective.kind === 'ratio' ? [objective.events.metric, objective.total.metric] : [`${objective.histogram.metric}_bucket`],
    ),
  );

/** A sample with what its counter has grown by since the last look; undefined when the sample is not a finite number. */
interface Growth extends Sample {
  readonly growth: number | undefined;
}

/** Requests that were seen but not yet handed on: `events` out of `total`. */
interface Pending {
  events: number;
  total: number;
}

/**
 * Turns the successive expositions of one pod into counts. The first look at a metric is only its baseline: what was counted before is
 * not ours. Afterwards a series that is new starts from 0, and so does one whose value has fallen (its process was restarted). A series
 * that is absent for a while goes on from where it was.
 */
export class PodCounter {
  readonly #last = new Map<string, number>();
  readonly #pending = new Map<string, Pending>();
  readonly #withBaseline = new Set<string>();

  /** @param samples those of `wantedMetrics(objectives)` */
  look(samples: readonly Sample[], objectives: readonly Objective[]): PodCounts {
    const problems: string[] = [];
    const notes: string[] = [];
    const growths = this.#grow(samples, problems);
    for (const metric of wantedMetrics(objectives)) this.#withBaseline.add(metric);
    const counts = new Map<string, Counts>();
    for (const objective of objectives) {
      const seen = objective.kind === 'ratio' ? readRatio(objective, growths) : readHistogram(objective, growths, notes);
      const counted = this.#release(objective, seen);
      if (typeof counted === 'string') problems.push(`${objective.name}: ${counted}`);
      else counts.set(objective.name, counted);
    }
    return { counts, problems, notes };
  }

  #grow(samples: readonly Sample[], problems: string[]): Growth[] {
    const seen = new Set<string>();
    const growths: Growth[] = [];
    for (const sample of samples) {
      const key = seriesKey(sample);
      if (seen.has(key)) {
        // Prometheus keeps the first sample of a series that a scrape repeats.
        problems.push(`${key} is there twice; only the first is read`);
        continue;
      }
      seen.add(key);
      growths.push({ ...sample, growth: this.#growth(key, sample) });
    }
    return growths;
  }

  #growth(key: string, { metric, value }: Sample): number | undefined {
    const last = this.#last.get(key);
    if (!(value >= 0 && Number.isFinite(value))) {
      if (last === undefined) this.#last.set(key, Number.NaN); // no beginning to count from, once it is readable
      return undefined;
    }
    this.#last.set(key, value);
    if (last === undefined) return this.#withBaseline.has(metric) ? value : 0;
    if (Number.isNaN(last)) return 0;
    return value < last ? value : value - last;
  }

  /**
   * Hands on what has come together. More events than requests can be a matter of a moment (the two counters are not written at once);
   * until the requests have caught up, both wait, so that nothing bad is lost and nothing good invented.
   */
  #release(objective: Objective, seen: Seen): Counts | string {
    const waiting = this.#pending.get(objective.name) ?? { events: 0, total: 0 };
    const pending = { events: waiting.events + seen.events, total: waiting.total + seen.total };
    this.#pending.set(objective.name, pending);
    if (seen.gap) return seen.gap;
    if (pending.events > pending.total) {
      return 'more events than requests were counted; is every series of the first selector also part of the total?';
    }
    this.#pending.set(objective.name, { events: 0, total: 0 });
    const rest = pending.total - pending.events;
    const eventsAreBad = objective.kind === 'ratio' && objective.counted === 'bad';
    return eventsAreBad ? { bad: pending.events, good: rest } : { good: pending.events, bad: rest };
  }
}

interface Seen {
  readonly events: number;
  readonly total: number;
  /** Why the objective has no data this time; what was seen is kept for the next. */
  readonly gap?: string;
}

/**
 * A pod that has never had such an event has no series of it yet: that is 0, so without a good one all its requests are bad.
 * Without a series of all requests there is no data.
 */
function readRatio({ events, total }: RatioObjective, growths: readonly Growth[]): Seen {
  const select = (selector: typeof events) =>
    growths.filter(({ metric, labels }) => metric === selector.metric && labelsMatch(selector.matchers, labels));
  const [eventSeries, totalSeries] = [select(events), select(total)];
  const seen = { events: sum(eventSeries), total: sum(totalSeries) };
  const unreadable = [...eventSeries, ...totalSeries].find(({ growth }) => growth === undefined);
  if (unreadable) return { ...seen, gap: `${unreadable.metric} is ${unreadable.value}, which is no count` };
  if (totalSeries.length === 0) return { ...seen, gap: `no series matches ${total.text}` };
  return seen;
}

/** Good are the observations up to the highest bucket edge that is not above the threshold. */
function readHistogram(objective: HistogramObjective, growths: readonly Growth[], notes: string[]): Seen {
  const { histogram, thresholdSeconds } = objective;
  const buckets = growths.filter(
    ({ metric, labels }) => metric === `${histogram.metric}_bucket` && labelsMatch(histogram.matchers, labels),
  );
  if (buckets.length === 0) return noData(`no series matches ${histogram.text}`);
  const unreadable = buckets.find(({ growth }) => growth === undefined);

  let [events, total] = [0, 0];
  let edge = thresholdSeconds;
  for (const group of bySeries(buckets).values()) {
    const all = group.get(Number.POSITIVE_INFINITY);
    const lower = [...group.keys()].filter((upper) => upper <= thresholdSeconds * (1 + 1e-9));
    const used = Math.max(...lower);
    if (!all) return noData(`${histogram.metric} has no bucket le="+Inf"`);
    if (lower.length === 0) {
      const smallest = Math.min(...group.keys());
      return noData(
        `${histogram.metric} has no bucket edge at or below ${thresholdSeconds} s (the smallest is ${smallest} s); add one`,
      );
    }
    edge = Math.min(edge, used);
    events += group.get(used)?.growth ?? 0;
    total += all.growth ?? 0;
  }
  if (edge < thresholdSeconds) {
    notes.push(
      `${objective.name}: ${histogram.metric} has no bucket edge at ${thresholdSeconds} s; the next lower one, ${edge} s, is used`,
    );
  }
  return unreadable
    ? { events, total, gap: `${unreadable.metric} is ${unreadable.value}, which is no count` }
    : { events, total };
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

const noData = (gap: string): Seen => ({ events: 0, total: 0, gap });

const sum = (growths: readonly Growth[]): number => growths.reduce((total, { growth }) => total + (growth ?? 0), 0);

/** The same for the same series, in whatever order its labels are written. */
function seriesKey({ metric, labels }: Sample, without?: string): string {
  const pairs = [...labels].filter(([label]) => label !== without).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${metric}{${pairs.sort().join(',')}}`;
}
