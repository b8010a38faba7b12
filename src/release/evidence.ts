import type { Clock } from '../lib/clock.js';
import type { Objective, Selector } from '../slo/objective.js';
import { type MetricsTarget, podsSource } from '../slo/sources/pods.js';
import type { Source } from '../slo/sources/source.js';
import type { Cluster } from '../target/kubernetes/cluster.js';
import { type MetricsEndpoint, readyPods, type ScrapedPod, scrapePod } from '../target/kubernetes/pod-metrics.js';
import { matchLabels } from '../target/kubernetes/selection.js';
import type { App } from '../target/kubernetes/workload/app.js';
import { APP_LABEL, TRACK_LABEL } from '../target/kubernetes/workload/canary-objects.js';

/** Pods come and go within seconds, polls come every second; the list of them is asked for less often. */
const LIST_EVERY_MS = 5000;

/** The canary's and stable's own metrics, read pod by pod through the API server. */
export function evidenceFromPods(cluster: Cluster, app: App, endpoint: MetricsEndpoint, clock: Clock, warmUpMs: number): Source {
  const pods = new Map<string, ScrapedPod>();
  let targets: readonly MetricsTarget[] = [];
  let listedAt = Number.NEGATIVE_INFINITY;

  const list = async (signal: AbortSignal) => {
    const canarySelector = matchLabels({ [APP_LABEL]: app.name, [TRACK_LABEL]: 'canary' });
    const stableSelector = `${matchLabels(app.deployment.spec?.selector.matchLabels ?? {})},${TRACK_LABEL}!=canary`;
    const [canary, stable] = await Promise.all([
      readyPods(cluster, canarySelector, endpoint, signal),
      readyPods(cluster, stableSelector, endpoint, signal),
    ]);
    pods.clear();
    for (const pod of [...canary, ...stable]) pods.set(pod.uid, pod);
    const describe = (side: MetricsTarget['side']) => (pod: ScrapedPod) => ({
      name: pod.name,
      uid: pod.uid,
      side,
      readySince: pod.readySince,
    });
    return [...canary.map(describe('canary')), ...stable.map(describe('stable'))];
  };

  return podsSource({
    async targets(signal) {
      if (clock.now() - listedAt >= LIST_EVERY_MS) {
        targets = await list(signal);
        listedAt = clock.now();
      }
      return targets;
    },
    async scrape({ name, uid }, signal) {
      const pod = pods.get(uid);
      if (!pod) throw new Error(`pod ${name} is gone`);
      return scrapePod(cluster, pod, endpoint.path, signal);
    },
    warmUpMs,
    clock,
  });
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
