import type { Exposition } from './exposition.js';

/** More values of a label than this say nothing more about how it is written. */
const MOST_VALUES = 200;

/** What has been seen of one metric on one side of the release. */
export interface KnownMetric {
  /** TYPE as its pages declare it. */
  readonly type: string | undefined;
  /** A pod has had a series of it; else only its HELP or TYPE has been seen. */
  readonly hasSeries: boolean;
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
}

interface Learnt {
  type: string | undefined;
  hasSeries: boolean;
  readonly labels: Map<string, Set<string>>;
}

/** What the pods of one side call their metrics and labels: all that they have shown so far. */
export class Vocabulary {
  readonly #metrics = new Map<string, Learnt>();
  #names: readonly string[] = [];
  #pages = 0;

  /** @param wanted the names of samples that the objectives ask for */
  learn(page: Exposition, wanted: ReadonlySet<string>): void {
    this.#pages += 1;
    for (const name of wanted) {
      const type = declaredType(page, name);
      if (type !== undefined) this.#metric(name).type = type;
    }
    for (const { metric, labels } of page.samples) {
      const known = this.#metric(metric);
      known.hasSeries = true;
      for (const [label, value] of labels) {
        const values = known.labels.get(label) ?? new Set();
        if (values.size < MOST_VALUES) values.add(value);
        known.labels.set(label, values);
      }
    }
    if ([...wanted].some((name) => !this.#metrics.has(name))) this.#names = page.names();
  }

  /** Whether any page of this side has been read. */
  get isKnown(): boolean {
    return this.#pages > 0;
  }

  find(metric: string): KnownMetric | undefined {
    return this.#metrics.get(metric);
  }

  /** Names of all samples on the last page that lacked a metric. */
  get names(): readonly string[] {
    return this.#names;
  }

  #metric(name: string): Learnt {
    const known = this.#metrics.get(name) ?? { type: undefined, hasSeries: false, labels: new Map() };
    this.#metrics.set(name, known);
    return known;
  }
}

/** By the sample's own name, or by its family's: OpenMetrics declares `http_requests`, a histogram is declared without `_bucket`. */
function declaredType({ types }: Exposition, sample: string): string | undefined {
  return types.get(sample) ?? types.get(sample.replace(/_(?:total|bucket|count|sum)$/, ''));
}
