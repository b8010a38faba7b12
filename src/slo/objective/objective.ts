/** A series in an exposition: metric name and label matchers, as written in slo.yml (`http_requests_total{status=~"5.."}`). */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
  /** As the user wrote it, for messages. */
  readonly text: string;
}

export interface Matcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

interface ObjectiveBase {
  readonly name: string;
  /** Highest bad share that is still good, as a fraction in (0, 1). */
  readonly max: number;
  /** The verdict is pass only when a bad share this high is excluded; fraction in (max, 1). */
  readonly ruleOut: number;
}

/** Counts of requests: bad (or good) of total. */
export interface RatioObjective extends ObjectiveBase {
  readonly kind: 'ratio';
  readonly counted: 'bad' | 'good';
  readonly events: Selector;
  readonly total: Selector;
}

/** Observations above a threshold in a Prometheus histogram. Where no bucket ends at the threshold, both its neighbours count. */
export interface HistogramObjective extends ObjectiveBase {
  readonly kind: 'histogram';
  readonly histogram: Selector;
  readonly quantile: number;
  readonly thresholdSeconds: number;
}

export type Objective = RatioObjective | HistogramObjective;

export interface Slo {
  readonly objectives: readonly Objective[];
  /** `stable`: the canary is judged beside the stable pods at the same time, too. */
  readonly compare?: 'stable';
  /** After a pod became ready its requests are left out for this long, in milliseconds. */
  readonly warmUpMs: number;
}

/** What happened since the last look: requests that met the objective, and requests that did not. */
export interface Counts {
  readonly good: number;
  readonly bad: number;
  /**
   * The same where all that can't be told counts against the canary, which is what a pass is judged by: requests that may have been no user's
   * are left out, and answers that may have been too slow are bad. Left out where all can be told.
   */
  readonly atWorst?: AtWorst;
}

export interface AtWorst {
  readonly good: number;
  readonly bad: number;
  /** What can't be told, a sentence without its full stop. */
  readonly why: string;
  /** Whether later looks may tell it after all, so that it is no reason to give up. */
  readonly isOpen?: boolean;
}

/** Both together. */
export function addCounts(a: Counts, b: Counts): Counts {
  const sum = { good: a.good + b.good, bad: a.bad + b.bad };
  if (!a.atWorst && !b.atWorst) return sum;
  const [worstA, worstB] = [a.atWorst ?? a, b.atWorst ?? b];
  const { why = '', isOpen } = b.atWorst ?? a.atWorst ?? {};
  const atWorst = { good: worstA.good + worstB.good, bad: worstA.bad + worstB.bad, why };
  return { ...sum, atWorst: isOpen === undefined ? atWorst : { ...atWorst, isOpen } };
}

export type Verdict = 'pass' | 'warn' | 'fail' | 'inconclusive' | 'error';
