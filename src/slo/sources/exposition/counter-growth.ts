import type { Sample } from './exposition.js';
import { seriesKey } from './series-key.js';
import { type Caller, callerOf, type Upkeep } from './upkeep.js';

/** When a process began, as most client libraries write it; several processes behind one port have several. */
export const PROCESS_START = 'process_start_time_seconds';

/** A sample with what its counter has grown by since the last look; undefined when the sample is not a finite number. */
export interface Growth extends Sample {
  readonly growth: number | undefined;
  readonly caller: Caller;
}

export interface Grown {
  readonly growths: readonly Growth[];
  readonly problems: readonly string[];
  /** Why none of it counts. */
  readonly distrust?: string;
  /** Whether the page is of a process that was started after the last one, in a container that was not. */
  readonly isOfNewProcess?: boolean;
}

/**
 * By how much one pod's counters grow from look to look. The first look at a metric is only its baseline: what was counted before is not
 * ours. Afterwards a series that is new starts from 0. A series that is absent for a while goes on from where it was.
 * Counters may only fall with a restart of their process; from any other fall on nothing counts until there is one.
 */
export class CounterGrowth {
  readonly #last = new Map<string, number>();
  readonly #withBaseline = new Set<string>();
  readonly #starts = new Set<number>();
  #start: number | undefined;
  #life: string | undefined;
  /** Why nothing counts in this life of the pod's containers. */
  #distrust: string | undefined;

  /**
   * @param life changes when a container of the pod is started anew; undefined where nobody can tell
   * @param metrics those that were asked for
   */
  grow(samples: readonly Sample[], metrics: ReadonlySet<string>, life: string | undefined, upkeep: Upkeep): Grown {
    const isRestarted = this.#life !== undefined && life !== undefined && this.#life !== life;
    this.#life = life ?? this.#life;
    if (isRestarted) this.#beginAnew();
    const isOther = this.#noteStart(samples) && !isRestarted;
    const problems: string[] = [];
    const unique = once(samples, problems);
    const counters = unique.filter(({ sample }) => sample.metric !== PROCESS_START);
    if (!isOther && !isRestarted) this.#distrust ??= this.#fall(counters);
    if (this.#distrust !== undefined) return { growths: [], problems, distrust: this.#distrust };
    const growths = counters.map(({ key, sample }) => ({
      ...sample,
      growth: this.#growth(key, sample, isOther),
      caller: callerOf(sample.labels, upkeep),
    }));
    for (const metric of metrics) this.#withBaseline.add(metric);
    return { growths, problems, isOfNewProcess: isOther };
  }

  /**
   * Looks only whether a page that was read right after the last one goes back behind it.
   * @returns why nothing counts from now on, if it does
   */
  peek(samples: readonly Sample[]): string | undefined {
    const start = samples.find(({ metric }) => metric === PROCESS_START)?.value;
    if (start === this.#start) this.#distrust ??= this.#fall(once(samples, []));
    return this.#distrust;
  }

  #fall(counters: ReadonlyArray<{ readonly key: string; readonly sample: Sample }>): string | undefined {
    const fallen = counters.find(({ key, sample: { value } }) => value >= 0 && value < (this.#last.get(key) ?? 0));
    if (fallen === undefined) return undefined;
    return (
      `${fallen.sample.metric} fell from ${this.#last.get(fallen.key)} to ${fallen.sample.value} although its container was not restarted; ` +
      'do several processes behind the port count for themselves, or is it no counter? Let one page have the sum of all processes'
    );
  }

  /** What was there before a fall stays the measure meanwhile, as a restart may only be heard of seconds later. */
  #beginAnew(): void {
    this.#starts.clear();
    this.#start = undefined;
    this.#distrust = undefined;
  }

  /** @returns whether the page is that of another process than the last one: its counters are a new baseline */
  #noteStart(samples: readonly Sample[]): boolean {
    const start = samples.find(({ metric }) => metric === PROCESS_START)?.value;
    if (start === undefined || start === this.#start) return false;
    const isOther = this.#start !== undefined;
    if (this.#starts.has(start))
      this.#distrust ??=
        'several processes answer behind one port, each with counters of its own (process_start_time_seconds goes back and forth); let one page have the sum of them';
    this.#starts.add(start);
    this.#start = start;
    return isOther;
  }

  #growth(key: string, { metric, value }: Sample, isOther: boolean): number | undefined {
    const last = this.#last.get(key);
    if (!(value >= 0 && Number.isFinite(value))) {
      if (last === undefined) this.#last.set(key, Number.NaN); // no beginning to count from, once it is readable
      return undefined;
    }
    this.#last.set(key, value);
    if (isOther) return 0;
    if (last === undefined) return this.#withBaseline.has(metric) ? value : 0;
    if (Number.isNaN(last)) return 0;
    return value < last ? value : value - last;
  }
}

function once(samples: readonly Sample[], problems: string[]): Array<{ key: string; sample: Sample }> {
  const seen = new Set<string>();
  return samples.flatMap((sample) => {
    const key = seriesKey(sample);
    if (seen.has(key)) {
      // Prometheus keeps the first sample of a series that a scrape repeats.
      problems.push(`${key} is there twice; only the first is read`);
      return [];
    }
    seen.add(key);
    return [{ key, sample }];
  });
}
