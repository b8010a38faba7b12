import type { V1Pod, V1PodTemplateSpec } from '@kubernetes/client-node';
import type { Clock } from '../../../kernel/clock.js';
import type { Release } from '../../../release/record/record.js';
import type { Objective, Selector, Slo } from '../../../slo/objective/objective.js';
import type { Broken, Source } from '../../../slo/source.js';
import type { MetricsTarget } from '../../../slo/sources/pods/metrics-target.js';
import { MAX_SCRAPES_PER_SECOND, type PodsSourceOptions, podsSource } from '../../../slo/sources/pods/pods.js';
import type { Cluster } from '../api/cluster.js';
import type { App } from '../app/app.js';
import { kubernetesOf } from '../memory.js';
import { isReady } from '../pods/pod.js';
import { type MetricsEndpoint, metricsAddress, metricsPath, scrapePod } from '../pods/pod-metrics.js';
import { serviceCheckPaths } from '../surroundings/health-check-paths.js';
import { brokenPods } from './broken-pods.js';
import { type CanaryIdentity, describeChange, isEditedInPlace, isOfRelease } from './canary-change.js';
import type { Figures } from './figures.js';
import { describeMovedTag } from './moved-tag.js';
import { lifeOf, upkeepOf } from './pod-upkeep.js';
import { canaryReadiness } from './readiness.js';
import { type ReleasePods, releasePods } from './release-pods.js';

/** Pods come and go within seconds, polls come every second; the list of them is asked for less often while a canary pod is ready. */
const LIST_EVERY_MS = 4000;
/** Where requests are merely counted for some seconds, a pod that comes meanwhile is in the next count. */
export const LIST_SELDOM_MS = 10_000;

/** So many times in a row a canary pod that does not answer is asked about at once; its node may need a moment to notice. */
const ASK_AFTER_FAILURES = 3;

/** For two sources that read the same pods at the same time: together they ask no more of the API server than one does. */
export const SCRAPES_BESIDE_ANOTHER = MAX_SCRAPES_PER_SECOND / 2;

/** How the pods are read; see `podsSource`. */
export interface Reading extends Pick<PodsSourceOptions, 'warmUpMs' | 'stable' | 'maxScrapesPerSecond' | 'looks'> {
  /**
   * When canary pods began to serve, step by step, in milliseconds since the epoch, by the API server's clock. One that ended since then is broken, and
   * one that was there then has been ready.
   */
  readonly servedSince?: readonly number[];
  /** How old the list of pods may be while a canary pod is ready. */
  readonly listEveryMs?: number;
  /** The canary that is judged: its Deployment is compared, and pods of another version are left out. Left out where requests are merely counted. */
  readonly canary?: CanaryIdentity;
}

/** How a gate reads the pods: stable's are judged only where the file asks for the comparison, and else tell whether there is traffic at all. */
export const readingFor = (
  { warmUpMs, compare }: Pick<Slo, 'warmUpMs' | 'compare'>,
  release: Pick<Release, 'steps'> & CanaryIdentity,
): Reading => ({
  warmUpMs,
  stable: compare === 'stable' ? 'same' : 'one',
  canary: release,
  servedSince: release.steps.flatMap(({ servedSince }) => (servedSince === undefined ? [] : [Date.parse(servedSince)])),
});

/** Where the pods are read, and how old their pages may be. */
export interface EvidencePlace extends MetricsEndpoint {
  readonly maxAgeMs: number;
  /** What machines ask the pods for, besides scrapes and probes. */
  readonly upkeepPaths?: () => readonly string[];
}

/** Where an app's pods are read. What machines ask them for is known by the user, by the Service, and by what stood around it when the release began. */
export const placeOf = (
  { endpoint, maxAgeMs, upkeepPaths }: Figures,
  { service }: App,
  release: () => Release | undefined,
): EvidencePlace => ({
  ...endpoint,
  maxAgeMs,
  upkeepPaths: () => [...new Set([...upkeepPaths, ...serviceCheckPaths(service), ...(release()?.upkeepPaths ?? [])])],
});

/** The canary's and stable's own metrics, read pod by pod through the API server. */
export function evidenceFromPods(
  cluster: Cluster,
  app: App,
  { maxAgeMs, upkeepPaths = () => [], ...endpoint }: EvidencePlace,
  clock: Clock,
  { servedSince = [], canary: identity, listEveryMs = LIST_EVERY_MS, ...reading }: Reading,
): Source {
  const list = releasePods(cluster, app);
  const readiness = canaryReadiness(cluster, servedSince);
  const findBroken = brokenPods(cluster, app, servedSince);
  const failures = new Map<string, number>();
  const pods = new Map<string, V1Pod>();
  let targets: readonly MetricsTarget[] = [];
  let broken: Broken | undefined;
  let changed: string | undefined;
  let listedAt = Number.NEGATIVE_INFINITY;

  const look = async (signal: AbortSignal): Promise<ReleasePods> => {
    const all = await list(signal);
    changed = identity && all.canaryDeployment && describeChange(identity, all.canaryDeployment);
    const isOther = (pod: V1Pod) => identity !== undefined && isOtherVersion(pod, all.templateOf(pod), identity);
    const listed = { ...all, canary: all.canary.filter((pod) => !isOther(pod)) };
    changed ??= identity && describeMovedTag(identity, listed.canary.filter(isReady));
    readiness.look(listed, all.canary.filter(isOther));
    pods.clear();
    for (const pod of [...listed.canary, ...listed.stable]) pods.set(pod.metadata?.uid ?? '', pod);
    const stable = listed.stable.filter(isReady).map((pod) => readiness.targetOf(pod, 'stable'));
    targets = [...readiness.canaries, ...stable].map((target) => ({ ...target, ...circumstancesOf(target.uid) }));
    listedAt = clock.now();
    return listed;
  };

  const circumstancesOf = (uid: string): Pick<MetricsTarget, 'life' | 'upkeep'> => {
    const pod = pods.get(uid);
    return pod ? { life: lifeOf(pod), upkeep: upkeepOf(pod, metricsPath(pod, endpoint), upkeepPaths()) } : {};
  };

  const source = podsSource({
    async targets(signal) {
      const isAwaited = !targets.some(({ side, isReady }) => side === 'canary' && isReady);
      if (isAwaited || clock.now() - listedAt >= listEveryMs)
        broken = await findBroken((await look(signal)).canary, 'watch', signal);
      return targets;
    },
    absent: () => readiness.absent,
    unreadySince: () => readiness.unreadySince,
    broken: () => broken,
    async scrape({ name, uid, side }, signal) {
      const pod = pods.get(uid);
      if (!pod) throw new Error('it is gone');
      try {
        const text = await scrapePod(cluster, name, metricsAddress(pod, endpoint, app.container), signal);
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
    maxAgeMs,
    clock,
  });
  return {
    ...source,
    changed: () => changed,
    async findBroken(signal) {
      broken = await findBroken((await look(signal)).canary, 'last', signal);
      return broken;
    },
  };
}

/** Such pods stand there until a change of the Deployment is rolled out or back, or were changed themselves. */
const isOtherVersion = (pod: V1Pod, template: V1PodTemplateSpec | undefined, identity: CanaryIdentity): boolean =>
  (template !== undefined && !isOfRelease(identity, template)) || isEditedInPlace(pod, kubernetesOf(identity).container);

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
