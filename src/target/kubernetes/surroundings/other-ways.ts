import type { V1Ingress, V1Service } from '@kubernetes/client-node';
import type { HttpRoute } from '../http-route.js';
import { leadsTo } from '../routers/route-weights.js';
import { selects } from '../selection.js';

type Labels = Readonly<Record<string, string>>;

/** Ways on which requests reach stable's pods past the split. */
export interface OtherWays {
  /** `Ingress restaurant`, `HTTPRoute internal`, `Service restaurant-admin`. */
  readonly uncovered: readonly string[];
  /** Services that would send requests to the canary whatever its weight. */
  readonly leaking: readonly string[];
}

export interface Entrances {
  readonly ingresses: readonly V1Ingress[];
  readonly routes: readonly HttpRoute[];
  readonly services: readonly V1Service[];
}

/**
 * Lists what else leads to stable.
 * @param split the route that is split; undefined when the ratio of pods is the split, which covers every way
 */
export function otherWays(
  { ingresses, routes, services }: Entrances,
  service: string,
  split: string | undefined,
  stableLabels: Labels,
  canaryLabels: Labels,
): OtherWays {
  const others = services.filter(
    ({ metadata, spec }) =>
      metadata?.name !== service && isSelecting(spec?.selector) && selects({ matchLabels: spec?.selector ?? {} }, stableLabels),
  );
  if (split === undefined) return { uncovered: [], leaking: [] };
  const isLeaking = ({ spec }: V1Service) => selects({ matchLabels: spec?.selector ?? {} }, canaryLabels);
  return {
    uncovered: [
      ...ingresses.filter((ingress) => ingressLeadsTo(ingress, service)).map(({ metadata }) => `Ingress ${metadata?.name}`),
      ...routes
        .filter((route) => route.metadata?.name !== split && leadsTo(route, service))
        .map(({ metadata }) => `HTTPRoute ${metadata?.name}`),
      ...others.filter((other) => !isLeaking(other)).map(({ metadata }) => `Service ${metadata?.name}`),
      ...services.filter(({ metadata, spec }) => metadata?.name === service && isOpen(spec)).map(openDoor),
    ],
    leaking: others.filter(isLeaking).map(({ metadata }) => `Service ${metadata?.name}`),
  };
}

/** Requests that a load balancer or an address of its own brings to the Service see no route. */
const isOpen = (spec: V1Service['spec']): boolean => spec?.type === 'LoadBalancer' || (spec?.externalIPs ?? []).length > 0;

const openDoor = ({ metadata, spec }: V1Service): string =>
  `the ${spec?.type === 'LoadBalancer' ? 'load balancer' : 'external address'} of Service ${metadata?.name}`;

const isSelecting = (selector: Labels | undefined): boolean => Object.keys(selector ?? {}).length > 0;

/** Whether an Ingress brings requests to a Service. */
export const ingressLeadsTo = ({ spec }: V1Ingress, service: string): boolean =>
  [spec?.defaultBackend, ...(spec?.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend))].some(
    (backend) => backend?.service?.name === service,
  );
