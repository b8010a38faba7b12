import { Refusal } from '../api/refusal.js';
import { pods, replicaSets } from '../api/resources.js';
import { hasLabels } from '../api/selectors.js';
import { WorkQueue } from './work-queue.js';
import {
  CONTROLLER_MANAGER,
  type Controls,
  controlledBy,
  controllerOf,
  isLeaving,
  isReady,
  keyOf,
  ownedBy,
  type Pod,
  type ReplicaSet,
  splitKey,
  untilAvailable,
} from './workloads.js';

const RETRY_MS = 1000;

/** Keeps as many pods of each ReplicaSet as it asks for, and says how they are (pkg/controller/replicaset). @returns how to stop */
export function runReplicaSets({ store, writes }: Controls): () => void {
  const queue = new WorkQueue((key) => reconcile(key));
  const stopSets = store.listen(replicaSets, ({ object, type }) => {
    if (type !== 'DELETED') queue.add(keyOf(object.metadata));
  });
  const stopPods = store.listen(pods, ({ object, before }) => {
    for (const pod of [object, before]) {
      const owner = pod && controllerOf(pod);
      if (owner?.kind === 'ReplicaSet') queue.add(`${object.metadata.namespace}/${owner.name}`);
    }
  });

  const reconcile = (key: string): void => {
    const { namespace, name } = splitKey(key);
    const set = store.read(replicaSets, namespace, name) as ReplicaSet | undefined;
    if (set === undefined) return;
    if (isLeaving(set)) {
      writeStatus(set);
      return;
    }
    releaseStrangers(set);
    const active = ownPods(set).filter((pod) => !isLeaving(pod));
    const missing = set.spec.replicas - active.length;
    // Said before pods come or go, as the real one does: the generation has been seen.
    if (set.status?.observedGeneration !== set.metadata.generation) writeStatus(set);
    for (let count = 0; count < missing; count += 1) if (!createPod(set)) break;
    for (const pod of [...active].sort(dispensability).slice(0, Math.max(0, -missing))) writes.remove(pods, pod, {});
    const current = store.read(replicaSets, namespace, name) as ReplicaSet;
    writeStatus(current);
  };

  const ownPods = (set: ReplicaSet) => ownedBy<Pod>(store, pods, set);

  /** A pod that lost the labels is nobody's any more, and goes on. */
  const releaseStrangers = (set: ReplicaSet): void => {
    for (const pod of ownPods(set)) {
      if (hasLabels(pod.metadata.labels, set.spec.selector.matchLabels)) continue;
      const ownerReferences = pod.metadata.ownerReferences?.filter(({ uid }) => uid !== set.metadata.uid) ?? [];
      const released = { ...pod, metadata: { ...pod.metadata, ownerReferences } };
      writes.replace(pods, pod, released, { manager: CONTROLLER_MANAGER });
    }
  };

  /** What admission refuses is tried again. @returns whether it was let in */
  const createPod = (set: ReplicaSet): boolean => {
    const { metadata = {}, spec } = set.spec.template;
    const ownerReferences = [controlledBy(replicaSets, set)];
    const body = { metadata: { ...metadata, generateName: `${set.metadata.name}-`, ownerReferences }, spec };
    try {
      writes.create(pods, set.metadata.namespace, body, { manager: CONTROLLER_MANAGER });
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      queue.addAfter(keyOf(set.metadata), RETRY_MS);
      return false;
    }
  };

  const writeStatus = (set: ReplicaSet): void => {
    const { minReadySeconds = 0, template } = set.spec;
    const all = ownPods(set);
    const active = all.filter((pod) => !isLeaving(pod));
    const waits = active.map((pod) => untilAvailable(pod, minReadySeconds));
    const labelled = active.filter((pod) => hasLabels(pod.metadata.labels, template.metadata?.labels ?? {}));
    const status = {
      replicas: active.length,
      ...counted('fullyLabeledReplicas', labelled.length),
      ...counted('readyReplicas', active.filter(isReady).length),
      ...counted('availableReplicas', waits.filter((wait) => wait === 0).length),
      terminatingReplicas: all.length - active.length,
      observedGeneration: set.metadata.generation ?? 0,
    };
    writes.updateStatus(replicaSets, set, status, CONTROLLER_MANAGER);
    const next = Math.min(...waits.filter((wait) => wait > 0));
    if (Number.isFinite(next)) queue.addAfter(keyOf(set.metadata), next);
  };

  return () => {
    stopSets();
    stopPods();
    queue.stop();
  };
}

/** Counts of nothing are left out (`omitempty`). */
export const counted = (field: string, count: number): Record<string, number> => (count === 0 ? {} : { [field]: count });

/** Pods that are not bound or not ready go first, then the youngest (pkg/controller `ActivePods`). */
function dispensability(a: Pod, b: Pod): number {
  const rank = (pod: Pod) => (pod.spec.nodeName === undefined ? 0 : isReady(pod) ? 2 : 1);
  const age = ({ metadata }: Pod) => Number(metadata.resourceVersion);
  return rank(a) - rank(b) || age(b) - age(a);
}
