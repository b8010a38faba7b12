import type { V1Ingress, V1Service } from '@kubernetes/client-node';
import { selects } from '../api/selection.js';
import { type App, backendsOf, templateOf } from '../app/app.js';
import { canaryPodLabels } from '../canary-objects/canary-objects.js';
import type { Entrance } from '../router.js';

type Labels = Readonly<Record<string, string>>;

/** Ways on which requests reach stable's pods past the split. */
export interface OtherWays {
  /** `Ingress restaurant`, `HTTPRoute internal`, `Service restaurant-admin`. */
  readonly uncovered: readonly string[];
  /** Services that would send requests to the canary whatever its weight. */
  readonly leaking: readonly string[];
}

/** What is split, as the API server calls it. */
export type SplitName = Pick<Entrance, 'kind' | 'name'>;

export interface Entrances {
  readonly ingresses: readonly V1Ingress[];
  readonly routes: readonly Pick<Entrance, 'kind' | 'name' | 'leadsTo'>[];
  readonly services: readonly V1Service[];
}

/**
 * Lists what else leads to stable, and what leads to the canary besides its share.
 * @param split the object that is split; undefined when the ratio of pods is the split, which covers every way
 */
export function otherWays({ ingresses, routes, services }: Entrances, app: App, split: SplitName | undefined): OtherWays {
  if (split === undefined) return { uncovered: [], leaking: [] };
  const { stable: service, canary } = backendsOf(app);
  const labels = templateOf(app.deployment).metadata?.labels ?? {};
  const leaking = leakingServices(services, app);
  const others = services.filter(
    (other) => ![service, canary].includes(other.metadata?.name ?? '') && isOver(other, labels) && !leaking.includes(other),
  );
  return {
    uncovered: [
      ...ingresses.filter((ingress) => ingressLeadsTo(ingress, service)).map(({ metadata }) => `Ingress ${metadata?.name}`),
      ...routes.filter((route) => !isSplit(route, split) && route.leadsTo(service)).map(({ kind, name }) => `${kind} ${name}`),
      ...others.map(({ metadata }) => `Service ${metadata?.name}`),
      ...services.filter(({ metadata, spec }) => metadata?.name === service && isOpen(spec)).map(openDoor),
    ],
    leaking: leaking.map(({ metadata }) => `Service ${metadata?.name}`),
  };
}

/** Objects of several kinds often have one name, the app's. */
const isSplit = (route: SplitName, split: SplitName): boolean => route.kind === split.kind && route.name === split.name;

/** Services that select the canary's pods, besides the two that the route splits between. */
export function leakingServices(services: readonly V1Service[], app: App): V1Service[] {
  const { stable, canary } = backendsOf(app);
  const labels = canaryPodLabels(app, 'isolated');
  return services.filter((other) => ![stable, canary].includes(other.metadata?.name ?? '') && isOver(other, labels));
}

/** Without a selector its endpoints are written by hand. */
const isOver = ({ spec }: V1Service, labels: Labels): boolean =>
  Object.keys(spec?.selector ?? {}).length > 0 && selects({ matchLabels: spec?.selector ?? {} }, labels);

/** Requests that a load balancer or an address of its own brings to the Service see no route. */
const isOpen = (spec: V1Service['spec']): boolean => spec?.type === 'LoadBalancer' || (spec?.externalIPs ?? []).length > 0;

const openDoor = ({ metadata, spec }: V1Service): string =>
  `the ${spec?.type === 'LoadBalancer' ? 'load balancer' : 'external address'} of Service ${metadata?.name}`;

/** Whether an Ingress brings requests to a Service. */
export const ingressLeadsTo = ({ spec }: V1Ingress, service: string): boolean =>
  [spec?.defaultBackend, ...(spec?.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend))].some(
    (backend) => backend?.service?.name === service,
  );
