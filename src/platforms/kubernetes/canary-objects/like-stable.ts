import type { V1ObjectMeta, V1Service, V1ServicePort, V1ServiceSpec } from '@kubernetes/client-node';

/**
 * By these marks a tool takes an object for one that it applied, and deletes or rewrites it when it is not in its source. Argo CD's default is a
 * label that says nothing of Argo CD, `app.kubernetes.io/instance`; the others by prefix: kubectl (also its ApplySets), Argo CD, Flux, Helm, kapp,
 * kpt, Fleet, Config Sync, Tanka, Keel and OpenShift (which write images), Rancher, the controller of Deployments, and ours.
 */
const TRACKING =
  /^((kubectl|applyset)\.kubernetes\.io\/|deployment\.kubernetes\.io\/|app\.kubernetes\.io\/(instance|managed-by)$|kubernetes\.io\/change-cause$|([^/]+\.)?argoproj\.io\/|[^/]*\.toolkit\.fluxcd\.io\/|fluxcd\.io\/|([^/]+\.)?helm\.sh\/|kapp\.k14s\.io\/|([^/]+\.)?k8s\.io\/(owning-inventory|inventory-id)|config\.kubernetes\.io\/|objectset\.rio\.cattle\.io\/|(field|fleet)\.cattle\.io\/|(configsync|configmanagement)\.gke\.io\/|tanka\.dev\/|keel\.sh\/|([^/]+\.)?openshift\.io\/(triggers|generated-by)|d9\.dev\/)/;

/**
 * By these a controller makes a DNS record, a load balancer, a catalogue entry or a route for a Service: for the canary's it would lead users past
 * the split, or take stable's name away. What clouds call them is not to be listed, so their usual words count too.
 */
const ENTRANCE =
  /^(external-dns\.|service\.(beta|alpha)\.kubernetes\.io\/|service\.kubernetes\.io\/(?!topology-)|cloud\.google\.com\/|networking\.gke\.io\/|service\.cloud\.tencent\.com\/|kubernetes\.io\/elb|service\.cilium\.io\/|([^/]+\.)?linkerd\.io\/(exported|remote-discovery)|mirror\.linkerd\.io\/|consul\.hashicorp\.com\/|getambassador\.io\/|tailscale\.com\/|k8s\.ngrok\.com\/|metallb\.|([^/]+\.)?submariner\.io\/)|load-?balanc|dns|(^|[^a-z])([aen]lb|neg|lb|vip|ipam|hostname)([^a-z]|$)/i;

const without = (marks: Readonly<Record<string, string>> | undefined, ...never: readonly RegExp[]): Record<string, string> =>
  Object.fromEntries(Object.entries(marks ?? {}).filter(([key]) => !never.some((pattern) => pattern.test(key))));

type Marks = Required<Pick<V1ObjectMeta, 'labels' | 'annotations'>>;

const marksWithout = ({ labels, annotations }: V1ObjectMeta, ...never: readonly RegExp[]): Marks => ({
  labels: without(labels, ...never),
  annotations: without(annotations, ...never),
});

/** What the canary's Deployment has of stable's labels and annotations: all that a policy may ask for, and nothing that makes a tool act on it. */
export const deploymentMarksLike = (metadata: V1ObjectMeta = {}): Marks => marksWithout(metadata, TRACKING);

/** The same for its Service. */
export const serviceMarksLike = (metadata: V1ObjectMeta = {}): Marks => marksWithout(metadata, TRACKING, ENTRANCE);

/** Fields of a Service that are an address of its own or make one, and what only means something beside them. */
const OWN_ADDRESS = new Set<string>([
  'type',
  'selector',
  'ports',
  'clusterIP',
  'clusterIPs',
  'externalIPs',
  'externalName',
  'externalTrafficPolicy',
  'healthCheckNodePort',
  'allocateLoadBalancerNodePorts',
]);

/** What the canary's Service has of stable's besides its ports: how traffic is spread and kept, for fields that are yet to come too. */
export const serviceFieldsLike = ({ spec }: V1Service): Partial<V1ServiceSpec> =>
  Object.fromEntries(Object.entries(spec ?? {}).filter(([field]) => !OWN_ADDRESS.has(field) && !/^loadBalancer/.test(field)));

/** The ports without the node ports, which are taken. */
export const portsLike = (ports: readonly V1ServicePort[] | undefined): V1ServicePort[] =>
  (ports ?? []).map(({ nodePort: _, ...port }) => port);

/** Fields of a Deployment that say how many, which and how pods are replaced: the canary has its own. */
const OWN_ROLLOUT = new Set<string>(['replicas', 'selector', 'template', 'strategy', 'paused']);

export const deploymentFieldsLike = (spec: object | undefined): object =>
  Object.fromEntries(Object.entries(spec ?? {}).filter(([field]) => !OWN_ROLLOUT.has(field)));
