import type { Clock } from '../lib/clock.js';
import type { Objective, Selector, Slo } from '../slo/objective.js';
import { MAX_SCRAPES_PER_SECOND, type MetricsTarget, type PodsSourceOptions, podsSource } from '../slo/sources/pods.js';
import type { Source } from '../slo/sources/source.js';
import type { Cluster } from '../target/kubernetes/cluster.js';
import { findPods, type MetricsEndpoint, type ScrapedPod, scrapePod } from '../target/kubernetes/pod-metrics.js';
import { matchLabels } from '../target/kubernetes/selection.js';
import type { App } from '../target/kubernetes/workload/app.js';
import { APP_LABEL, isolationLabel, TRACK_LABEL } from '../target/kubernetes/workload/canary-objects.js';

/** Pods come and go within seconds, polls come every second; the list of them is asked for less often once the canary is there. */
const LIST_EVERY_MS = 5000;

/** For two sources that read the same pods at the same time: together they ask no more of the API server than one does. */
export const SCRAPES_BESIDE_ANOTHER = MAX_SCRAPES_PER_SECOND / 2;

/** How the pods are read; see `podsSource`. */
export type Reading = Pick<PodsSourceOptions, 'warmUpMs' | 'stable' | 'maxScrapesPerSecond'>;

/** How a gate reads the pods: stable's only where the file asks for the comparison. */
export const readingFor = ({ warmUpMs, compare }: Pick<Slo, 'warmUpMs' | 'compare'>): Reading => ({
  warmUpMs,
  stable: compare === 'stable' ? 'same' : 'none',
});

/** The canary's and stable's own metrics, read pod by pod through the API server. */
export function evidenceFromPods(cluster: Cluster, app: App, endpoint: MetricsEndpoint, clock: Clock, reading: Reading): Source {
  const pods = new Map<string, ScrapedPod>();
  let targets: readonly MetricsTarget[] = [];
  let broken: string | undefined;
  let listedAt = Number.NEGATIVE_INFINITY;

  const list = async (signal: AbortSignal): Promise<MetricsTarget[]> => {
    const selectors = selectorsFor(app);
    const found = await Promise.all(selectors.map((selector) => findPods(cluster, selector, endpoint, signal)));
    const failed = found.flatMap((each) => each.broken).find(({ labels }) => sideOf(labels, app) === 'canary');
    broken = failed && `the canary's pod ${failed.name} does not serve any more: ${failed.reason}`;
    pods.clear();
    return found
      .flatMap(({ ready }) => ready)
      .flatMap((pod) => {
        const side = sideOf(pod.labels, app);
        if (side === undefined) return [];
        pods.set(pod.uid, pod);
        return [{ name: pod.name, uid: pod.uid, side, readySince: pod.readySince }];
      });
  };

  return podsSource({
    async targets(signal) {
      const isAwaited = !targets.some(({ side }) => side === 'canary');
      if (isAwaited || clock.now() - listedAt >= LIST_EVERY_MS) {
        targets = await list(signal);
        listedAt = clock.now();
      }
      return targets;
    },
    broken: () => broken,
    async scrape({ name, uid }, signal) {
      const pod = pods.get(uid);
      if (!pod) throw new Error(`pod ${name} is gone`);
      return scrapePod(cluster, pod, endpoint.path, signal);
    },
    ...reading,
    clock,
  });
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
