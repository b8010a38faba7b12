import { isDeepStrictEqual } from 'node:util';
import type { V1Deployment, V1Pod, V1PodTemplateSpec, V1ReplicaSet } from '@kubernetes/client-node';
import type { Cluster } from '../api/cluster.js';
import { DEPLOYMENT, REPLICA_SET } from '../api/kinds.js';
import { matchLabels } from '../api/selection.js';
import { controllerUid, ownSets } from './own-pods.js';

/** Tells the pods of a Deployment's present template from its older ones, and from those of others under its labels. */
export interface NewPods {
  /** The Deployment as it was seen last. */
  see(deployment: V1Deployment): void;
  /** Undefined for a pod whose owner has not been looked at yet. */
  isNew(pod: V1Pod): boolean | undefined;
  /** The same for sure; looks at the owners when they are not known. */
  findOut(pod: V1Pod, signal: AbortSignal): Promise<boolean>;
}

/**
 * By owner, because an image tells nothing: a webhook may write another into pods than their template names. Owners are only asked for where
 * something depends on them, so a rollout that goes well costs no request.
 */
export function newPods(cluster: Cluster, name: string, written: V1Deployment | undefined): NewPods {
  let deployment = written;
  let sets: readonly V1ReplicaSet[] = [];
  const asked = new Set<string>();
  const isNew = (pod: V1Pod): boolean | undefined => {
    const owner = controllerUid(pod);
    if (owner === undefined || pod.metadata?.deletionTimestamp) return false;
    const set = sets.find(({ metadata }) => metadata?.uid === owner);
    if (!set || !deployment) return asked.has(owner) ? false : undefined;
    return ownSets([set], deployment).length > 0 && hasTemplateOf(set, deployment);
  };
  return {
    see(seen) {
      deployment = seen;
    },
    isNew,
    async findOut(pod, signal) {
      const known = isNew(pod);
      if (known !== undefined) return known;
      deployment ??= await cluster.read(DEPLOYMENT, name, signal);
      const labels = matchLabels(deployment?.spec?.selector.matchLabels ?? {});
      if (deployment) sets = await cluster.list(REPLICA_SET, { labels }, signal);
      asked.add(controllerUid(pod) ?? '');
      return isNew(pod) ?? false;
    },
  };
}

/** As the controller finds its newest ReplicaSet (pkg/controller/deployment/util/deployment_util.go, EqualIgnoreHash). */
const hasTemplateOf = (set: V1ReplicaSet, deployment: V1Deployment): boolean =>
  isDeepStrictEqual(bare(set.spec?.template), bare(deployment.spec?.template));

function bare({ metadata, spec }: V1PodTemplateSpec = {}): unknown {
  const { 'pod-template-hash': _, ...labels } = metadata?.labels ?? {};
  return withoutNull({ metadata: { ...metadata, labels }, spec });
}

const withoutNull = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNull);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined);
  return Object.fromEntries(fields.map(([field, inner]) => [field, withoutNull(inner)]));
};
