import type { V1Pod } from '@kubernetes/client-node';
import type { Clock } from '../lib/clock.js';
import type { Objective, Selector, Slo } from '../slo/objective.js';
import type { MetricsTarget } from '../slo/sources/metrics-target.js';
import { MAX_SCRAPES_PER_SECOND, type PodsSourceOptions, podsSource } from '../slo/sources/pods.js';
import type { Broken, Source } from '../slo/sources/source.js';
import type { Cluster } from '../target/kubernetes/cluster.js';
import { POD } from '../target/kubernetes/kinds.js';
import { type MetricsEndpoint, type ScrapedPod, scrapedPods, scrapePod } from '../target/kubernetes/pod-metrics.js';
import { matchLabels } from '../target/kubernetes/selection.js';
import type { App } from '../target/kubernetes/workload/app.js';
import { APP_LABEL, isolationLabel, TRACK_LABEL } from '../target/kubernetes/workload/canary-objects.js';
import { watchContainerEnds } from '../target/kubernetes/workload/container-ends.js';
import { lastLogLines, startFailure } from '../target/kubernetes/workload/pod.js';
import { lifeOf, upkeepOf } from './pod-upkeep.js';
import type { Release } from './record.js';

/** Pods come and go within seconds, polls come every second; the list of them is asked for less often once the canary is there. */
const LIST_EVERY_MS = 5000;

/** So many times in a row a canary pod that does not answer is asked about at once; its node may need a moment to notice. */
const ASK_AFTER_FAILURES = 3;

/** For two sources that read the same pods at the same time: together they ask no more of the API server than one does. */
export const SCRAPES_BESIDE_ANOTHER = MAX_SCRAPES_PER_SECOND / 2;

/** How the pods are read; see `podsSource`. */
export interface Reading extends Pick<PodsSourceOptions, 'warmUpMs' | 'stable' | 'maxScrapesPerSecond' | 'looks'> {
  /** When canary pods began to serve, step by step, in milliseconds since the epoch: one that ended since then is broken. */
  readonly servedSince?: readonly number[];
}

/** How a gate reads the pods: stable's only where the file asks for the comparison. */
export const readingFor = (
  { warmUpMs, compare }: Pick<Slo, 'warmUpMs' | 'compare'>,
  { steps }: Pick<Release, 'steps'>,
): Reading => ({
  warmUpMs,
  stable: compare === 'stable' ? 'same' : 'none',
  servedSince: steps.flatMap(({ servedSince }) => (servedSince === undefined ? [] : [Date.parse(servedSince)])),
});

/** The canary's and stable's own metrics, read pod by pod through the API server. */
export function evidenceFromPods(
  cluster: Cluster,
  app: App,
  endpoint: MetricsEndpoint,
  clock: Clock,
  { servedSince = [], ...reading }: Reading,
): Source {
  const scraped = new Map<string, ScrapedPod>();
  const failures = new Map<string, number>();
  const endOf = watchContainerEnds(servedSince);
  let targets: readonly MetricsTarget[] = [];
  let broken: Broken | undefined;
  let listedAt = Number.NEGATIVE_INFINITY;

  const list = async (signal: AbortSignal): Promise<MetricsTarget[]> => {
    const lists = selectorsFor(app).map((labels) => cluster.list(POD, { labels }, signal));
    const pods = once((await Promise.all(lists)).flat());
    const canaries = pods.filter(({ metadata }) => sideOf(metadata?.labels ?? {}, app) === 'canary');
    broken = await brokenAmong(cluster, canaries, endOf, signal);
    scraped.clear();
    const byUid = new Map(pods.map((pod) => [pod.metadata?.uid, pod]));
    return scrapedPods(pods, endpoint).flatMap((pod) => {
      const side = sideOf(pod.labels, app);
      if (side === undefined) return [];
      scraped.set(pod.uid, pod);
      const seen = byUid.get(pod.uid);
      const known = seen && { life: lifeOf(seen), upkeep: upkeepOf(seen, endpoint.path) };
      return [{ name: pod.name, uid: pod.uid, side, readySince: pod.readySince, ...known }];
    });
  };

  const source = podsSource({
    async targets(signal) {
      const isAwaited = !targets.some(({ side }) => side === 'canary');
      if (isAwaited || clock.now() - listedAt >= LIST_EVERY_MS) {
        targets = await list(signal);
        listedAt = clock.now();
      }
      return targets;
    },
    broken: () => broken,
    async scrape({ name, uid, side }, signal) {
      const pod = scraped.get(uid);
      if (!pod) throw new Error(`pod ${name} is gone`);
      try {
        const text = await scrapePod(cluster, pod, endpoint.path, signal);
        failures.delete(uid);
        return text;
      } catch (error) {
        const inARow = (failures.get(uid) ?? 0) + 1;
        failures.set(uid, inARow);
        if (side === 'canary' && inARow <= ASK_AFTER_FAILURES) listedAt = Number.NEGATIVE_INFINITY;
        throw error;
      }
    },
    ...reading,
    clock,
  });
  return {
    ...source,
    async findBroken(signal) {
      await list(signal);
      return broken;
    },
  };
}

/** Where the canary's pods stay behind stable's Service both lists may have them; read twice in a look, a pod covers less time than it has counted. */
const once = (pods: readonly V1Pod[]): V1Pod[] => [...new Map(pods.map((pod) => [pod.metadata?.uid, pod])).values()];

/** The first of the pods that does not keep serving: it can't start any more, or one of its containers ended while it served. */
async function brokenAmong(
  cluster: Cluster,
  canaries: readonly V1Pod[],
  endOf: ReturnType<typeof watchContainerEnds>,
  signal: AbortSignal,
): Promise<Broken | undefined> {
  const staying = canaries.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  const [first] = staying.flatMap((pod) => {
    const ended = endOf(pod);
    const why = startFailure(pod) ?? (ended && { ...ended, hasLog: true });
    return why ? [{ pod, why }] : [];
  });
  if (first === undefined) return undefined;
  const { pod, why } = first;
  const lastLines = why.hasLog ? await lastLogLines(cluster, pod, why.container, signal) : '';
  return {
    reason: `the canary's pod ${pod.metadata?.name} did not keep serving: container ${why.container}: ${why.reason}`,
    lastLines,
  };
}

const canaryLabels = (app: App) => ({ [APP_LABEL]: app.name, [TRACK_LABEL]: 'canary' });
const stableLabels = (app: App) => app.deployment.spec?.selector.matchLabels ?? {};

/** One list where a label of stable's is on the canary's pods too, otherwise one for each side. */
function selectorsFor(app: App): string[] {
  const [own] = isolationLabel(app) ?? [];
  const shared = Object.entries(stableLabels(app)).filter(([key]) => key !== own);
  if (shared.length > 0) return [matchLabels(Object.fromEntries(shared))];
  return [matchLabels(canaryLabels(app)), matchLabels(stableLabels(app))];
}

function sideOf(labels: Readonly<Record<string, string>>, app: App): MetricsTarget['side'] | undefined {
  const hasAll = (wanted: Readonly<Record<string, string>>) =>
    Object.entries(wanted).every(([key, value]) => labels[key] === value);
  if (hasAll(canaryLabels(app))) return 'canary';
  return labels[TRACK_LABEL] !== 'canary' && hasAll(stableLabels(app)) ? 'stable' : undefined;
}

/** An objective that merely counts: every request is good. */
export const countingObjective = (requests: Selector): Objective => ({
  kind: 'ratio',
  name: 'requests',
  counted: 'good',
  events: requests,
  total: requests,
  max: 0.5,
  ruleOut: 0.75,
});
