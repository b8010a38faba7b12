import {
  type Defaults,
  deploymentDefaults,
  gatewayDefaults,
  httpRouteDefaults,
  podDefaults,
  replicaSetDefaults,
  serviceDefaults,
} from './defaults.js';
import { type ApiObject, isSame, type Json } from './object.js';
import { gatewaySchema, plainSchema, podSchema, type Schema, selectingSchema, serviceSchema, workloadSchema } from './schema.js';
import { flawsOf, pruned, type Shape } from './shape.js';
import { ingressRouteSpec, traefikServiceSpec } from './traefik-kinds.js';
import {
  type Validate,
  validateDeployment,
  validateHttpRoute,
  validateLease,
  validatePod,
  validateService,
} from './validation.js';

/** A kind of object, and what the API server does with it besides keeping it. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
  /** Defined by a CustomResourceDefinition: its fields come back in alphabetical order, and list items carry their kind. */
  readonly isCustom: boolean;
  /** Has a status that only writes to `/status` change. */
  readonly hasStatus: boolean;
  /** Whether a change raises `metadata.generation`; a kind without it has no generation. */
  readonly raisesGeneration: ((before: ApiObject, after: ApiObject) => boolean) | undefined;
  /** What an object of the kind holds before anything is set; nobody owns these parts for their being there. */
  readonly empty: Json;
  readonly schema: Schema;
  /** Of a custom kind's spec, where the sandbox knows its definition: then other fields are pruned. */
  readonly spec: Shape | undefined;
  readonly defaults: Defaults;
  readonly validate: Validate;
  /** Status of a new object. */
  readonly initialStatus: Json | undefined;
  /** Fields besides metadata.name and metadata.namespace that `fieldSelector` may name. */
  readonly selectable: readonly string[];
}

const hasNewSpec = (before: ApiObject, after: ApiObject): boolean => !isSame(before.spec, after.spec);

/** pkg/registry/apps/deployment/strategy.go: annotations count too. */
const hasNewSpecOrAnnotations = (before: ApiObject, after: ApiObject): boolean =>
  hasNewSpec(before, after) || !isSame(before.metadata.annotations, after.metadata.annotations);

/** Of custom resources everything counts but metadata and status. */
const hasNewContent = (before: ApiObject, after: ApiObject): boolean => {
  const content = ({ metadata: _, status: __, ...rest }: ApiObject) => rest;
  return !isSame(content(before), content(after));
};

function define(group: string, plural: string, kind: string, more: Partial<Resource> = {}): Resource {
  return {
    group,
    version: 'v1',
    plural,
    kind,
    isNamespaced: true,
    isCustom: false,
    hasStatus: false,
    raisesGeneration: undefined,
    empty: { metadata: {}, spec: {}, status: {} },
    schema: plainSchema,
    spec: undefined,
    defaults: (object) => object,
    validate: () => [],
    initialStatus: undefined,
    selectable: [],
    ...more,
  };
}

const podSpec = { containers: [] };
const template = { metadata: {}, spec: podSpec };
const custom = (more: Partial<Resource> = {}): Partial<Resource> => ({
  isCustom: true,
  hasStatus: true,
  raisesGeneration: hasNewContent,
  empty: { metadata: {} },
  ...more,
});

/** As Traefik's definitions have it: no subresource, and nothing that they don't name. */
const traefik = (plural: string, kind: string, spec: Shape): Resource =>
  define(
    'traefik.io',
    plural,
    kind,
    custom({
      version: 'v1alpha1',
      hasStatus: false,
      spec,
      defaults: ({ apiVersion, kind: own, metadata, ...rest }) => ({
        ...(apiVersion !== undefined && { apiVersion }),
        ...(own !== undefined && { kind: own }),
        ...(metadata !== undefined && { metadata }),
        ...(rest.spec !== undefined && { spec: pruned(rest.spec, spec) }),
      }),
      validate: (object) =>
        object.spec === undefined
          ? [{ field: 'spec', reason: 'FieldValueRequired', message: 'Required value' }]
          : flawsOf(object.spec, spec, 'spec'),
    }),
  );

export const pods = define('', 'pods', 'Pod', {
  hasStatus: true,
  empty: { metadata: {}, spec: podSpec, status: {} },
  raisesGeneration: hasNewSpec,
  schema: podSchema,
  defaults: podDefaults,
  validate: validatePod,
  initialStatus: { phase: 'Pending', qosClass: 'BestEffort' },
  selectable: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'status.phase',
    'status.podIP',
  ],
});
export const services = define('', 'services', 'Service', {
  hasStatus: true,
  schema: serviceSchema,
  empty: { metadata: {}, spec: {}, status: { loadBalancer: {} } },
  defaults: serviceDefaults,
  validate: validateService,
  initialStatus: { loadBalancer: {} },
  selectable: ['spec.clusterIP', 'spec.type'],
});
export const namespaces = define('', 'namespaces', 'Namespace', {
  isNamespaced: false,
  initialStatus: { phase: 'Active' },
  selectable: ['status.phase'],
});
export const serviceAccounts = define('', 'serviceaccounts', 'ServiceAccount');
export const deployments = define('apps', 'deployments', 'Deployment', {
  hasStatus: true,
  raisesGeneration: hasNewSpecOrAnnotations,
  schema: workloadSchema,
  empty: { metadata: {}, spec: { strategy: {}, template }, status: {} },
  defaults: deploymentDefaults,
  validate: validateDeployment,
  initialStatus: {},
});
export const replicaSets = define('apps', 'replicasets', 'ReplicaSet', {
  hasStatus: true,
  raisesGeneration: hasNewSpec,
  schema: workloadSchema,
  empty: { metadata: {}, spec: { template }, status: {} },
  defaults: replicaSetDefaults,
  initialStatus: { replicas: 0 },
  selectable: ['status.replicas'],
});
export const endpointSlices = define('discovery.k8s.io', 'endpointslices', 'EndpointSlice', {
  raisesGeneration: hasNewContent,
});
export const roles = define('rbac.authorization.k8s.io', 'roles', 'Role');
export const roleBindings = define('rbac.authorization.k8s.io', 'rolebindings', 'RoleBinding');
export const httpRoutes = define(
  'gateway.networking.k8s.io',
  'httproutes',
  'HTTPRoute',
  custom({ defaults: httpRouteDefaults, validate: validateHttpRoute }),
);

export const traefikServices = traefik('traefikservices', 'TraefikService', traefikServiceSpec);

const waiting = (type: string) => ({
  type,
  status: 'Unknown',
  reason: 'Pending',
  message: 'Waiting for controller',
  lastTransitionTime: '1970-01-01T00:00:00Z',
});

const all: readonly Resource[] = [
  pods,
  services,
  namespaces,
  serviceAccounts,
  define('', 'configmaps', 'ConfigMap'),
  define('', 'secrets', 'Secret'),
  define('', 'events', 'Event', {
    selectable: [...['kind', 'name', 'namespace', 'uid'].map((field) => `involvedObject.${field}`), 'reason', 'type'],
  }),
  deployments,
  replicaSets,
  define('apps', 'statefulsets', 'StatefulSet', { hasStatus: true, raisesGeneration: hasNewSpec, schema: workloadSchema }),
  define('apps', 'daemonsets', 'DaemonSet', { hasStatus: true, raisesGeneration: hasNewSpec, schema: workloadSchema }),
  define('autoscaling', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', { version: 'v2', hasStatus: true }),
  define('policy', 'poddisruptionbudgets', 'PodDisruptionBudget', {
    hasStatus: true,
    raisesGeneration: hasNewSpec,
    schema: selectingSchema,
  }),
  define('networking.k8s.io', 'networkpolicies', 'NetworkPolicy', { raisesGeneration: hasNewSpec, schema: selectingSchema }),
  define('networking.k8s.io', 'ingresses', 'Ingress', { hasStatus: true, raisesGeneration: hasNewSpec }),
  endpointSlices,
  define('coordination.k8s.io', 'leases', 'Lease', { validate: validateLease }),
  roles,
  roleBindings,
  httpRoutes,
  define(
    'gateway.networking.k8s.io',
    'gateways',
    'Gateway',
    custom({
      schema: gatewaySchema,
      defaults: gatewayDefaults,
      initialStatus: { conditions: [waiting('Accepted'), waiting('Programmed')] },
    }),
  ),
  traefik('ingressroutes', 'IngressRoute', ingressRouteSpec),
  traefikServices,
];

export const apiVersionOf = ({ group, version }: Pick<Resource, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`;

export const findResource = (group: string, version: string, plural: string): Resource | undefined =>
  all.find((resource) => resource.group === group && resource.version === version && resource.plural === plural);

/** Whether any kind is served at this path's start. */
export const isServed = (group: string, version: string): boolean =>
  all.some((resource) => resource.group === group && resource.version === version);

export const findKind = (apiVersion: string, kind: string): Resource | undefined =>
  all.find((resource) => apiVersionOf(resource) === apiVersion && resource.kind === kind);

export const everyResource = (): readonly Resource[] => all;
