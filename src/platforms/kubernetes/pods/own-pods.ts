import type { V1Deployment, V1OwnerReference, V1Pod, V1ReplicaSet } from '@kubernetes/client-node';
import type { Cluster } from '../api/cluster.js';
import { POD, REPLICA_SET } from '../api/kinds.js';
import { matchLabels } from '../api/selection.js';

interface Owned {
  readonly metadata?: { readonly ownerReferences?: readonly V1OwnerReference[] };
}

/** The uid of the object that controls this one: the ReplicaSet of a Deployment's pod, the Deployment of a ReplicaSet. */
export const controllerUid = ({ metadata }: Owned): string | undefined =>
  metadata?.ownerReferences?.find(({ controller }) => controller)?.uid;

/** The ReplicaSets among these that the Deployment controls; others may stand under the same labels. */
export const ownSets = (sets: readonly V1ReplicaSet[], { metadata }: V1Deployment): V1ReplicaSet[] =>
  sets.filter((set) => metadata?.uid !== undefined && controllerUid(set) === metadata.uid);

/** The pods among these that one of the ReplicaSets controls. */
const podsOf = (sets: readonly V1ReplicaSet[], pods: readonly V1Pod[]): V1Pod[] => {
  const uids = new Set(sets.map(({ metadata }) => metadata?.uid));
  return pods.filter((pod) => {
    const uid = controllerUid(pod);
    return uid !== undefined && uids.has(uid);
  });
};

/**
 * The pods of a Deployment by owner: those that a ReplicaSet of the Deployment's uid controls. Its labels alone would also count a worker, a Job or
 * a canary that stands under them.
 */
export async function ownPods(cluster: Cluster, deployment: V1Deployment, signal: AbortSignal): Promise<V1Pod[]> {
  const labels = matchLabels(deployment.spec?.selector.matchLabels ?? {});
  const listSets = () => cluster.list(REPLICA_SET, { labels }, signal);
  const [pods, sets] = await Promise.all([cluster.list(POD, { labels }, signal), listSets()]);
  const known = new Set(sets.map(({ metadata }) => metadata?.uid));
  // A ReplicaSet that was made while both were listed may be missing from the one and have its pods in the other.
  const isUnknown = (pod: V1Pod) =>
    pod.metadata?.ownerReferences?.some(({ kind, uid }) => kind === 'ReplicaSet' && !known.has(uid));
  return podsOf(ownSets(pods.some(isUnknown) ? await listSets() : sets, deployment), pods);
}
