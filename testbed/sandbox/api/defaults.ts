import { isJson, type Json } from './object.js';

/** Fills in what an object leaves out, as the API server does for the kind; returns a new object. */
export type Defaults = (object: Json) => Json;

const mapItems = (value: unknown, each: (item: Json) => Json): unknown =>
  Array.isArray(value) ? value.map((item) => (isJson(item) ? each(item) : item)) : value;

/** Replaces a field that is there, and leaves alone one that is not. */
const within = (object: Json, field: string, change: (value: Json) => Json): Json =>
  isJson(object[field]) ? { ...object, [field]: change(object[field]) } : object;

function probe(value: Json): Json {
  const httpGet = isJson(value.httpGet) ? { httpGet: { scheme: 'HTTP', ...value.httpGet } } : {};
  return { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3, ...value, ...httpGet };
}

function container(value: Json): Json {
  const image = String(value.image ?? '');
  const isLatest = !image.includes('@') && (!image.slice(image.lastIndexOf('/') + 1).includes(':') || image.endsWith(':latest'));
  const filled: Json = {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: isLatest ? 'Always' : 'IfNotPresent',
    ...value,
    ...('ports' in value && { ports: mapItems(value.ports, (port) => ({ protocol: 'TCP', ...port })) }),
  };
  return ['readinessProbe', 'livenessProbe', 'startupProbe'].reduce((object, field) => within(object, field, probe), filled);
}

/** pkg/apis/core/v1/defaults.go */
export function podSpecDefaults(spec: Json): Json {
  return {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
    ...spec,
    ...('containers' in spec && { containers: mapItems(spec.containers, container) }),
    ...('initContainers' in spec && { initContainers: mapItems(spec.initContainers, container) }),
  };
}

export const podDefaults: Defaults = (object) =>
  within(object, 'spec', (spec) => ({ enableServiceLinks: true, ...podSpecDefaults(spec) }));

const templateDefaults = (spec: Json): Json =>
  within(spec, 'template', (template) => ({ ...template, spec: podSpecDefaults(isJson(template.spec) ? template.spec : {}) }));

export const replicaSetDefaults: Defaults = (object) =>
  within(object, 'spec', (spec) => templateDefaults({ replicas: 1, ...spec }));

/** pkg/apis/apps/v1/defaults.go */
export const deploymentDefaults: Defaults = (object) => {
  const spec = isJson(object.spec) ? object.spec : {};
  const strategy: Json = { type: 'RollingUpdate', ...(isJson(spec.strategy) ? spec.strategy : {}) };
  if (strategy.type === 'RollingUpdate') {
    const given = isJson(strategy.rollingUpdate) ? strategy.rollingUpdate : {};
    strategy.rollingUpdate = { maxUnavailable: '25%', maxSurge: '25%', ...given };
  }
  const filled = { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, ...spec, strategy };
  return { ...object, spec: templateDefaults(filled) };
};

export const serviceDefaults: Defaults = (object) => {
  const spec = isJson(object.spec) ? object.spec : {};
  const port = (value: Json): Json => ({ protocol: 'TCP', targetPort: value.port, ...value });
  const ports = 'ports' in spec ? { ports: mapItems(spec.ports, port) } : {};
  return { ...object, spec: { type: 'ClusterIP', sessionAffinity: 'None', internalTrafficPolicy: 'Cluster', ...spec, ...ports } };
};

/** The defaults in the HTTPRoute's definition (gateway-api `config/crd/standard`). */
export const httpRouteDefaults: Defaults = (object) =>
  within(object, 'spec', (spec) => {
    const everything = { path: { type: 'PathPrefix', value: '/' } };
    const backend = (value: Json): Json => ({ group: '', kind: 'Service', weight: 1, ...value });
    const named = (value: Json): Json => ({ type: 'Exact', ...value });
    const match = (value: Json): Json => ({
      ...everything,
      ...value,
      ...('headers' in value && { headers: mapItems(value.headers, named) }),
      ...('queryParams' in value && { queryParams: mapItems(value.queryParams, named) }),
    });
    const rule = (value: Json): Json => ({
      ...value,
      matches: mapItems(value.matches ?? [everything], match),
      ...('backendRefs' in value && { backendRefs: mapItems(value.backendRefs, backend) }),
    });
    const parent = (value: Json): Json => ({ group: 'gateway.networking.k8s.io', kind: 'Gateway', ...value });
    return {
      ...spec,
      ...('parentRefs' in spec && { parentRefs: mapItems(spec.parentRefs, parent) }),
      rules: mapItems(spec.rules ?? [{}], rule),
    };
  });

export const gatewayDefaults: Defaults = (object) =>
  within(object, 'spec', (spec) => {
    const listener = (value: Json): Json => ({ allowedRoutes: { namespaces: { from: 'Same' } }, ...value });
    return { ...spec, listeners: mapItems(spec.listeners, listener) };
  });
