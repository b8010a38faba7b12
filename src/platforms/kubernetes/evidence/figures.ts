import { formatDuration } from '../../../kernel/duration.js';
import type { Log } from '../../../kernel/log.js';
import type { MetricsMemory, Release } from '../../../release/record/record.js';
import type { Selector } from '../../../slo/objective/objective.js';
import { parseSelector } from '../../../slo/objective/selector.js';
import { DEFAULT_MAX_AGE_MS } from '../../../slo/sources/pods/pods.js';
import { USUAL_REQUEST_METRIC } from '../inputs/traffic-inputs.js';
import type { MetricsEndpoint } from '../pods/pod-metrics.js';

/** The inputs that say where the figures are, as far as a step gives them. */
export interface FiguresAsked {
  readonly requestMetric?: Selector | undefined;
  readonly metricsPort?: number | string | undefined;
  readonly metricsPath?: string | undefined;
  readonly metricsMaxAge?: number | undefined;
  readonly upkeepPaths?: readonly string[] | undefined;
}

/** Where the figures of a release are: what the step says, and for the rest what its record says. */
export interface Figures {
  readonly requests: Selector;
  readonly endpoint: MetricsEndpoint;
  readonly maxAgeMs: number;
  /** That the user names; others follow from what stands around the app. */
  readonly upkeepPaths: readonly string[];
  /** For the record, so that a later step finds them. */
  readonly memory: FiguresMemory;
}

/** What a record has of it; nothing where all was left to the pods and to what is usual. */
export type FiguresMemory = Pick<Release, 'requestMetric' | 'metrics'>;

/** Of a record, which other things need too; nobody's list of checks is so long. */
const MOST_KEPT_CHARACTERS = 8000;

/**
 * Whoever undoes a release at night, or writes the gate's step a week later, names the app and seldom where its figures are.
 * @param known the release that the step goes on with or undoes; undefined where another one begins, which is counted as its own step says
 */
export function figuresOf(asked: FiguresAsked, known: FiguresMemory | undefined): Figures {
  const all = { ...wordsOf(known), ...wordsAsked(asked) };
  const { requestMetric = USUAL_REQUEST_METRIC, port, path, maxAgeMs = DEFAULT_MAX_AGE_MS, upkeepPaths = [] } = all;
  return {
    requests: parseSelector(requestMetric),
    endpoint: { port, path },
    maxAgeMs,
    upkeepPaths,
    memory: memoryOf(all),
  };
}

/** Says what was taken from the record, and where a step says something else than it. */
export function tellFigures(asked: FiguresAsked, known: FiguresMemory | undefined, log: Pick<Log, 'info'>): void {
  const [given, kept] = [inInputs(wordsAsked(asked)), inInputs(wordsOf(known))];
  const taken = [...kept].filter(([input]) => !given.has(input)).map(([input, value]) => `\`${input}: ${value}\``);
  if (taken.length > 0) log.info(`As the release on record has it: ${taken.join(', ')}.`);
  for (const [input, value] of given) {
    const before = kept.get(input);
    if (before !== undefined && before !== value)
      log.info(`\`${input}\` is ${value} in this step, which counts here; the release on record has ${before}.`);
  }
}

/** What a release with this on record knows afterwards; without a change it stays as it was. */
export const withFigures = (release: Release, { requestMetric, metrics }: FiguresMemory): Release => ({
  ...release,
  ...(requestMetric !== undefined && { requestMetric }),
  ...(metrics !== undefined && { metrics }),
});

type Words = MetricsMemory & { readonly requestMetric?: string };

const wordsOf = ({ requestMetric, metrics = {} }: FiguresMemory = {}): Words => ({
  ...metrics,
  ...(requestMetric !== undefined && { requestMetric }),
});

const wordsAsked = ({ requestMetric, metricsPort, metricsPath, metricsMaxAge, upkeepPaths }: FiguresAsked): Words => ({
  ...(requestMetric !== undefined && { requestMetric: requestMetric.text }),
  ...(metricsPort !== undefined && { port: metricsPort }),
  ...(metricsPath !== undefined && { path: metricsPath }),
  ...(metricsMaxAge !== undefined && { maxAgeMs: Math.round(metricsMaxAge) }),
  ...(upkeepPaths !== undefined && { upkeepPaths }),
});

/** What stands behind a `?` may be a token: the record, and the logs of whoever reads it, are open to more people than this step's inputs. */
function memoryOf({ requestMetric, port, path, maxAgeMs, upkeepPaths }: Words): FiguresMemory {
  const isLeftOut = upkeepPaths?.some(hasQuery) || (upkeepPaths ?? []).join('').length > MOST_KEPT_CHARACTERS;
  const kept: MetricsMemory = {
    ...(port !== undefined && { port }),
    ...(path !== undefined && !hasQuery(path) && { path }),
    ...(maxAgeMs !== undefined && { maxAgeMs }),
    ...(upkeepPaths !== undefined && !isLeftOut && { upkeepPaths }),
  };
  return {
    ...(requestMetric !== undefined && { requestMetric }),
    ...(Object.keys(kept).length > 0 && { metrics: kept }),
  };
}

const hasQuery = (path: string): boolean => path.includes('?');

const inInputs = ({ requestMetric, port, path, maxAgeMs, upkeepPaths }: Words): Map<string, string> =>
  new Map([
    ...(requestMetric === undefined ? [] : [['request-metric', requestMetric] as const]),
    ...(port === undefined ? [] : [['metrics-port', String(port)] as const]),
    ...(path === undefined ? [] : [['metrics-path', path] as const]),
    ...(maxAgeMs === undefined ? [] : [['metrics-max-age', formatDuration(maxAgeMs)] as const]),
    ...(upkeepPaths === undefined ? [] : [['upkeep-paths', upkeepPaths.join(', ')] as const]),
  ]);
