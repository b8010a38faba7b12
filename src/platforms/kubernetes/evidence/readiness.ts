import type { V1Pod } from '@kubernetes/client-node';
import type { MetricsTarget } from '../../../slo/sources/pods/metrics-target.js';
import type { Cluster } from '../api/cluster.js';
import { isEndedByNode } from '../pods/node-ends.js';
import { describePod, isReady, notReadySince, readySince } from '../pods/pod.js';
import type { ReleasePods } from './release-pods.js';

/** Which pods of a canary are to serve, and since when each is ready. */
export interface CanaryReadiness {
  /** @param others pods of the canary's Deployment that are of another version */
  look(pods: Pick<ReleasePods, 'canary' | 'canaryReplicas'>, others?: readonly V1Pod[]): void;
  /** Those that can be asked: they have been ready, now or once. */
  readonly canaries: readonly MetricsTarget[];
  /** Those that are to serve and can't be asked yet, a sentence each. */
  readonly absent: readonly string[];
  /** When the last of them stopped being ready, by our clock, as far as the pods say. */
  readonly unreadySince: number | undefined;
  targetOf(pod: V1Pod, side: MetricsTarget['side']): MetricsTarget;
}

/**
 * Follows the canary's pods from look to look. A pod's first readiness counts, because one that flaps would else be in its warm-up for ever; what the
 * cluster's clock wrote is told by ours.
 * @param servedSince when canary pods began to serve, by the API server's clock: all that were there then had been ready
 */
export function canaryReadiness(cluster: Cluster, servedSince: readonly number[]): CanaryReadiness {
  const first = new Map<string, number>();
  let seen: Pick<ReleasePods, 'canary' | 'canaryReplicas'> = { canary: [], canaryReplicas: 0 };
  let ofOthers: readonly V1Pod[] = [];

  /** By the API server's clock. */
  const firstReady = (pod: V1Pod, side: MetricsTarget['side']): number | undefined => {
    const uid = pod.metadata?.uid ?? '';
    const createdAt = new Date(pod.metadata?.creationTimestamp ?? 0).getTime();
    const served = side === 'canary' ? servedSince.filter((since) => since > createdAt) : [];
    const times = [first.get(uid), readySince(pod), ...served].filter((time) => time !== undefined);
    if (times.length === 0) return undefined;
    first.set(uid, Math.min(...times));
    return first.get(uid);
  };
  const ours = (time: number): number => time - cluster.clockAheadMs;
  const toServe = () => seen.canary.filter((pod) => pod.metadata?.deletionTimestamp === undefined && !isEndedByNode(pod));
  const targetOf = (pod: V1Pod, side: MetricsTarget['side']): MetricsTarget => ({
    name: pod.metadata?.name ?? '',
    uid: pod.metadata?.uid ?? '',
    side,
    readySince: ours(firstReady(pod, side) ?? 0),
    isReady: isReady(pod),
  });
  return {
    targetOf,
    look(pods, others = []) {
      seen = pods;
      ofOthers = others.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
    },
    get canaries() {
      return toServe()
        .filter((pod) => firstReady(pod, 'canary') !== undefined)
        .map((pod) => targetOf(pod, 'canary'));
    },
    get absent() {
      const pods = toServe();
      const starting = pods.filter((pod) => firstReady(pod, 'canary') === undefined);
      const missing = seen.canaryReplicas - pods.length - ofOthers.length;
      return [
        ...ofOthers.map((pod) => `pod ${pod.metadata?.name} is not of the version that this release has written`),
        ...starting.map((pod) => `pod ${pod.metadata?.name} is not ready yet (${describePod(pod)})`),
        ...(missing > 0 ? [`${missing} of ${seen.canaryReplicas} pods ${missing === 1 ? 'is' : 'are'} not there`] : []),
      ];
    },
    get unreadySince() {
      const times = toServe().flatMap((pod) => notReadySince(pod) ?? []);
      return times.length > 0 ? ours(Math.max(...times)) : undefined;
    },
  };
}
