import type { V1Deployment, V1Pod, V1PodTemplateSpec } from '@kubernetes/client-node';
import type { Cluster } from '../api/cluster.js';
import { DEPLOYMENT, POD, REPLICA_SET } from '../api/kinds.js';
import { matchLabels } from '../api/selection.js';
import { type App, canaryName, replicasOf } from '../app/app.js';
import { APP_LABEL, TRACK_LABEL } from '../canary-objects/canary-objects.js';
import { controllerUid, ownSets } from '../pods/own-pods.js';

/** The pods of both sides of a release. */
export interface ReleasePods {
  readonly canary: readonly V1Pod[];
  readonly stable: readonly V1Pod[];
  /** The canary's Deployment; undefined when it is gone. */
  readonly canaryDeployment: V1Deployment | undefined;
  /** What a canary pod was made from. */
  readonly templateOf: (pod: V1Pod) => V1PodTemplateSpec | undefined;
  /** How many pods the canary is to have. */
  readonly canaryReplicas: number;
}

/**
 * Lists the pods of a release again and again, each side by its owner: a worker, a Job or a second app may stand under the same labels. The canary's
 * are found by the labels that it gives them and never by one that a pod loses when it leaves the endpoints.
 */
export function releasePods(cluster: Cluster, app: App): (signal: AbortSignal) => Promise<ReleasePods> {
  const canary = sideLister(cluster, matchLabels({ [APP_LABEL]: app.name, [TRACK_LABEL]: 'canary' }));
  const stable = stableLister(cluster, app.deployment);
  return async (signal) => {
    const reading = cluster.read(DEPLOYMENT, canaryName(app.name), signal);
    const [deployment, canaries, stables] = await Promise.all([
      reading,
      reading.then((owner) => (owner ? canary.list(owner, signal) : [])),
      stable(signal),
    ]);
    return {
      canary: canaries,
      stable: stables,
      canaryDeployment: deployment,
      templateOf: canary.templateOf,
      canaryReplicas: replicasOf(deployment ?? { spec: NONE }),
    };
  };
}

const NONE = { replicas: 0 } as NonNullable<V1Deployment['spec']>;

/** Stable's Deployment may be made anew while a release is under way (`kubectl replace --force`): its pods are those of whoever has its name now. */
function stableLister(cluster: Cluster, deployment: V1Deployment): (signal: AbortSignal) => Promise<V1Pod[]> {
  const { list } = sideLister(cluster, matchLabels(deployment.spec?.selector.matchLabels ?? {}));
  let owner = deployment;
  return async (signal) => {
    const pods = await list(owner, signal);
    if (pods.some(({ metadata }) => metadata?.deletionTimestamp === undefined)) return pods;
    const live = await cluster.read(DEPLOYMENT, deployment.metadata?.name ?? '', signal);
    if (!live || live.metadata?.uid === owner.metadata?.uid) return pods;
    owner = live;
    return list(owner, signal);
  };
}

interface Side {
  list(owner: V1Deployment, signal: AbortSignal): Promise<V1Pod[]>;
  templateOf(pod: V1Pod): V1PodTemplateSpec | undefined;
}

/** ReplicaSets are listed only when a pod shows one that is not known yet. */
function sideLister(cluster: Cluster, labels: string): Side {
  let ownedBy: string | undefined;
  let known = new Set<string>();
  let own = new Map<string, V1PodTemplateSpec | undefined>();
  const list = async (owner: V1Deployment, signal: AbortSignal) => {
    const pods = await cluster.list(POD, { labels }, signal);
    const { uid } = owner.metadata ?? {};
    if (uid !== ownedBy || pods.some((pod) => !known.has(controllerUid(pod) ?? ''))) {
      const sets = await cluster.list(REPLICA_SET, { labels }, signal);
      const controllers = pods.flatMap((pod) => controllerUid(pod) ?? []);
      // Controllers of another kind and sets that are gone are known to be none of ours, too.
      known = new Set(['', ...controllers, ...sets.flatMap(({ metadata }) => metadata?.uid ?? [])]);
      own = new Map(ownSets(sets, owner).map(({ metadata, spec }) => [metadata?.uid ?? '', spec?.template]));
      ownedBy = uid;
    }
    return pods.filter((pod) => own.has(controllerUid(pod) ?? ''));
  };
  return { list, templateOf: (pod) => own.get(controllerUid(pod) ?? '') };
}
