import type { ApiObject } from '../../../../testbed/sandbox/api/object.js';
import { deployments, endpointSlices, everyResource, httpRoutes, pods } from '../../../../testbed/sandbox/api/resources.js';
import type { Store } from '../../../../testbed/sandbox/api/store.js';
import { NAMESPACE } from './cluster.js';
import { childrenIn } from './traffic.js';

export const leases = resourceOf('leases');
const RECORD = 'd9.dev/release';

/** As much of a release as is looked at. */
export interface RecordedRelease {
  readonly id: string;
  readonly phase: string;
  readonly strategy: { readonly stage?: string };
  readonly weight: number;
  readonly stable: { readonly image: string };
  readonly canary: { readonly image: string };
}

/** The newest release on record. */
export function recordIn(store: Store): RecordedRelease | undefined {
  const json = leaseIn(store)?.metadata.annotations?.[RECORD];
  return json === undefined ? undefined : JSON.parse(json).latest;
}

export const leaseIn = (store: Store): ApiObject | undefined => store.read(leases, NAMESPACE, 'd9-restaurant');

/** Who works on the record now: `OWNER/REPOSITORY/RUN/ATTEMPT/JOB@RUNNER#NONCE`. */
export const holderIn = (store: Store): string | undefined => leaseIn(store)?.spec?.holderIdentity as string | undefined;

export interface Backend {
  readonly service: string;
  /** Of all traffic of its rule, 0–1. */
  readonly share: number;
}

export const CANARY = 'restaurant-canary';
type Rule = readonly Backend[];

/** Whether an object splits the traffic, and not the number of pods. */
const isRouted = (store: Store): boolean =>
  store.read(httpRoutes, NAMESPACE, 'restaurant') !== undefined || childrenIn(store, NAMESPACE) !== undefined;

/** The backends of each rule that leads to the app, as the route says it; a TraefikService has one list of them. */
function allRulesIn(store: Store): readonly Rule[] {
  const route = store.read(httpRoutes, NAMESPACE, 'restaurant');
  const children = childrenIn(store, NAMESPACE);
  const rules = (route?.spec?.rules ?? (children ? [{ backendRefs: children }] : [])) as readonly {
    readonly backendRefs?: readonly { name: string; weight?: number }[];
  }[];
  return rules
    .map(({ backendRefs = [] }) => {
      const total = backendRefs.reduce((sum, { weight = 1 }) => sum + weight, 0);
      return backendRefs.map(({ name, weight = 1 }) => ({ service: name, share: total === 0 ? 0 : weight / total }));
    })
    .filter((backends) => backends.some(({ service }) => service.startsWith('restaurant')));
}

/** One that leads to the canary alone is for those who ask for it. */
const isForTesters = (rule: Rule): boolean => rule.length === 1 && rule[0]?.service === CANARY;

export const hasTesterRules = (store: Store): boolean =>
  childrenIn(store, NAMESPACE) === undefined && allRulesIn(store).some(isForTesters);

/** Where everybody's requests go; without a route, to the Service. */
export function rulesIn(store: Store): readonly Rule[] {
  if (!isRouted(store)) return [[{ service: 'restaurant', share: 1 }]];
  // At 100 % a TraefikService lists the canary alone, for everybody.
  if (childrenIn(store, NAMESPACE)) return allRulesIn(store);
  return allRulesIn(store).filter((rule) => !isForTesters(rule));
}

/** The canary's weight in percent; of several rules the largest. Without a route, its part of the pods that are ready. */
export function canaryWeightIn(store: Store): number {
  if (!isRouted(store)) {
    const ready = podsBehind(store, 'restaurant');
    const ofCanary = ready.filter(({ metadata }) => metadata.labels?.['d9.dev/track'] === 'canary');
    return ready.length === 0 ? 0 : (100 * ofCanary.length) / ready.length;
  }
  return Math.max(
    0,
    ...rulesIn(store).flatMap((rule) => rule.map(({ service, share }) => (service === CANARY ? 100 * share : 0))),
  );
}

/** Images of the ready endpoints behind a Service, one for each. */
export const imagesBehind = (store: Store, service: string): string[] => podsBehind(store, service).map(imageOf);

function podsBehind(store: Store, service: string): ApiObject[] {
  const slices = store
    .list(endpointSlices, NAMESPACE)
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === service);
  const endpoints = slices.flatMap(
    (slice) => (slice.endpoints ?? []) as readonly { conditions: { ready: boolean }; targetRef: { name: string } }[],
  );
  return endpoints
    .filter(({ conditions }) => conditions.ready)
    .flatMap(({ targetRef }) => {
      const pod = store.read(pods, NAMESPACE, targetRef.name);
      return pod === undefined ? [] : [pod];
    });
}

export function stableImageIn(store: Store): string {
  const { template } = (store.read(deployments, NAMESPACE, 'restaurant')?.spec ?? {}) as { template?: { spec: unknown } };
  return template ? imageOf(template) : '';
}

const imageOf = ({ spec }: { readonly spec?: unknown }): string =>
  askedFor((spec as { readonly containers: readonly { readonly image: string }[] }).containers[0]?.image ?? '');

const MIRROR = 'mirror.test/proxy/';
const REGISTRY = 'registry.test/';

export const mirrored = (image: string): string => image.replace(REGISTRY, MIRROR);
/** What a mirror's webhook was asked for. */
export const askedFor = (image: string): string => image.replace(MIRROR, REGISTRY);

/** What an owner wrote of each object that a release touches, and who claims fields of it. */
export function ownersView(store: Store): Readonly<Record<string, unknown>> {
  const watched = [
    'httproutes',
    'traefikservices',
    'configmaps',
    'horizontalpodautoscalers',
    'poddisruptionbudgets',
    'services',
    'deployments',
  ];
  const objects = everyResource()
    .filter(({ plural }) => watched.includes(plural))
    .flatMap(({ kind, plural }) =>
      store.list(resourceOf(plural), NAMESPACE).map(({ metadata, spec, data }) => {
        const { labels, annotations = {}, managedFields = [] } = metadata;
        const theirs = Object.fromEntries(
          Object.entries(annotations).filter(([name]) => !name.startsWith('deployment.kubernetes.io/')),
        );
        const managers = [...new Set(managedFields.map(({ manager }) => manager))].filter((manager) => manager === 'd9-actions');
        return [`${kind} ${metadata.name}`, { spec, data, labels, annotations: theirs, managers }] as const;
      }),
    );
  return Object.fromEntries(objects);
}

/** Objects that carry our label, or on which we claim a field, and that nobody has removed; the record itself is meant to stay, and an event ends by itself. */
export function leftoversIn(store: Store): string[] {
  return everyResource().flatMap((resource) =>
    store.list(resource, NAMESPACE).flatMap(({ metadata: { name, labels = {}, managedFields = [], deletionTimestamp } }) => {
      if (resource === leases || resource.plural === 'events' || deletionTimestamp !== undefined) return [];
      const isLabelled = labels['app.kubernetes.io/managed-by'] === 'd9-actions';
      const isClaimed = managedFields.some(({ manager }) => manager === 'd9-actions');
      return [...(isLabelled ? [`${resource.kind} ${name}`] : []), ...(isClaimed ? [`a claim on ${resource.kind} ${name}`] : [])];
    }),
  );
}

function resourceOf(plural: string) {
  const found = everyResource().find((resource) => resource.plural === plural);
  if (!found) throw new Error(`the sandbox has no ${plural}`);
  return found;
}
