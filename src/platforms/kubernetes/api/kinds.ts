import type {
  CoreV1Event,
  V1ConfigMap,
  V1DaemonSet,
  V1Deployment,
  V1EndpointSlice,
  V1Ingress,
  V1Lease,
  V1NetworkPolicy,
  V1Pod,
  V1PodDisruptionBudget,
  V1ReplicaSet,
  V1Secret,
  V1Service,
  V1StatefulSet,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import type { HttpRoute } from './http-route.js';

/** A kind of object as the API server addresses it. `T` is the shape of one object; unknown fields survive, because raw JSON is kept. */
export interface Kind<T> {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  /** Never set; carries the type. */
  readonly shape?: T;
}

const define = <T>(group: string, version: string, plural: string, kind: string): Kind<T> => ({ group, version, plural, kind });

export const POD = define<V1Pod>('', 'v1', 'pods', 'Pod');
export const SERVICE = define<V1Service>('', 'v1', 'services', 'Service');
export const CONFIG_MAP = define<V1ConfigMap>('', 'v1', 'configmaps', 'ConfigMap');
export const SECRET = define<V1Secret>('', 'v1', 'secrets', 'Secret');
export const DEPLOYMENT = define<V1Deployment>('apps', 'v1', 'deployments', 'Deployment');
export const REPLICA_SET = define<V1ReplicaSet>('apps', 'v1', 'replicasets', 'ReplicaSet');
export const HORIZONTAL_POD_AUTOSCALER = define<V2HorizontalPodAutoscaler>(
  'autoscaling',
  'v2',
  'horizontalpodautoscalers',
  'HorizontalPodAutoscaler',
);
export const STATEFUL_SET = define<V1StatefulSet>('apps', 'v1', 'statefulsets', 'StatefulSet');
export const DAEMON_SET = define<V1DaemonSet>('apps', 'v1', 'daemonsets', 'DaemonSet');
export const POD_DISRUPTION_BUDGET = define<V1PodDisruptionBudget>('policy', 'v1', 'poddisruptionbudgets', 'PodDisruptionBudget');
export const NETWORK_POLICY = define<V1NetworkPolicy>('networking.k8s.io', 'v1', 'networkpolicies', 'NetworkPolicy');
export const INGRESS = define<V1Ingress>('networking.k8s.io', 'v1', 'ingresses', 'Ingress');
export const EVENT = define<CoreV1Event>('', 'v1', 'events', 'Event');
export const ENDPOINT_SLICE = define<V1EndpointSlice>('discovery.k8s.io', 'v1', 'endpointslices', 'EndpointSlice');
export const LEASE = define<V1Lease>('coordination.k8s.io', 'v1', 'leases', 'Lease');
export const HTTP_ROUTE = define<HttpRoute>('gateway.networking.k8s.io', 'v1', 'httproutes', 'HTTPRoute');
/** Only its spec is looked into, for the Services that it names. */
export const BACKEND_TLS_POLICY = define<{ readonly metadata?: { readonly name?: string }; readonly spec?: unknown }>(
  'gateway.networking.k8s.io',
  'v1',
  'backendtlspolicies',
  'BackendTLSPolicy',
);
