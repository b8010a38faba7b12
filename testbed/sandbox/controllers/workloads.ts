import type { ApiObject, Metadata, OwnerReference } from '../api/object.js';
import { apiVersionOf, type Resource } from '../api/resources.js';
import type { Store } from '../api/store.js';
import type { Writes } from '../api/writes.js';

/** What a controller works with. */
export interface Controls {
  readonly store: Store;
  readonly writes: Writes;
}

/** Field manager of everything that the controllers write. */
export const CONTROLLER_MANAGER = 'kube-controller-manager';
export const HASH_LABEL = 'pod-template-hash';

export type Condition = {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastUpdateTime?: string;
  readonly lastTransitionTime?: string;
};

export type PodTemplate = {
  readonly metadata?: { readonly labels?: Record<string, string>; readonly annotations?: Record<string, string> };
  readonly spec: { readonly containers: readonly { readonly name: string; readonly ports?: readonly ContainerPort[] }[] };
};

export type ContainerPort = { readonly name?: string; readonly containerPort: number };

export interface Pod extends ApiObject {
  spec: PodTemplate['spec'] & { readonly nodeName?: string };
  status?: { readonly phase?: string; readonly podIP?: string; readonly conditions?: readonly Condition[] };
}

export interface ReplicaSet extends ApiObject {
  spec: {
    readonly replicas: number;
    readonly minReadySeconds?: number;
    readonly selector: { readonly matchLabels: Record<string, string> };
    readonly template: PodTemplate;
  };
  status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly terminatingReplicas?: number;
    readonly observedGeneration?: number;
  };
}

export interface Deployment extends ApiObject {
  spec: {
    readonly paused?: boolean;
    readonly replicas: number;
    readonly minReadySeconds?: number;
    readonly progressDeadlineSeconds: number;
    readonly revisionHistoryLimit: number;
    readonly selector: { readonly matchLabels: Record<string, string> };
    readonly strategy: {
      readonly type: string;
      readonly rollingUpdate?: { readonly maxSurge: string | number; readonly maxUnavailable: string | number };
    };
    readonly template: PodTemplate;
  };
  status?: DeploymentStatus;
}

export type DeploymentStatus = {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly unavailableReplicas?: number;
  readonly terminatingReplicas?: number;
  readonly conditions?: readonly Condition[];
};

export const keyOf = ({ namespace, name }: Metadata): string => `${namespace}/${name}`;

export function splitKey(key: string): { readonly namespace: string; readonly name: string } {
  const [namespace = '', name = ''] = key.split('/');
  return { namespace, name };
}

export const controllerOf = ({ metadata }: ApiObject): OwnerReference | undefined =>
  metadata.ownerReferences?.find(({ controller }) => controller);

export const controlledBy = ({ group, version, kind }: Resource, { metadata }: ApiObject): OwnerReference => ({
  apiVersion: apiVersionOf({ group, version }),
  kind,
  name: metadata.name,
  uid: metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
});

/** The objects of a kind that an object controls. */
export function ownedBy<T extends ApiObject>(store: Store, resource: Resource, owner: ApiObject): T[] {
  const all = store.list(resource, owner.metadata.namespace) as T[];
  return all.filter((object) => controllerOf(object)?.uid === owner.metadata.uid);
}

export const isLeaving = ({ metadata }: ApiObject): boolean => metadata.deletionTimestamp !== undefined;

const readyCondition = ({ status }: Pod): Condition | undefined => status?.conditions?.find(({ type }) => type === 'Ready');

export const isReady = (pod: Pod): boolean => readyCondition(pod)?.status === 'True';

/** Milliseconds until a ready pod counts as available; 0 when it does, infinite for one that is not ready. */
export function untilAvailable(pod: Pod, minReadySeconds: number): number {
  if (!isReady(pod)) return Number.POSITIVE_INFINITY;
  if (minReadySeconds === 0) return 0;
  const since = Date.parse(readyCondition(pod)?.lastTransitionTime ?? '');
  return Math.max(0, since + minReadySeconds * 1000 - Date.now());
}
