import type { V1ObjectMeta } from '@kubernetes/client-node';
import type { Kind } from '../../api/kinds.js';

/** A service of a weighted list (traefik `pkg/provider/kubernetes/crd/traefikio/v1alpha1`, LoadBalancerSpec), as far as we read it. */
export interface Child {
  name: string;
  /** The namespace of the object that lists it, unless it says another, which Traefik refuses by default. */
  namespace?: string;
  /** `Service` unless it says `TraefikService`. */
  kind?: string;
  port?: number | string;
  /** Absent means 1. No more traffic follows from 0, but the child has to be there all the same. */
  weight?: number;
  sticky?: unknown;
  /** Whether Traefik sends to the Service's own address, and kube-proxy chooses the pod. */
  nativeLB?: boolean;
}

interface Sticky {
  cookie?: unknown;
}

export interface RouteRule {
  match?: string;
  /** With one alone, its weight counts for nothing; with several, they are a weighted list. */
  services?: Child[];
}

/** traefik.io/v1alpha1 IngressRoute, as far as we read it. */
export interface IngressRoute {
  metadata?: V1ObjectMeta;
  spec?: { entryPoints?: string[]; routes?: RouteRule[]; tls?: object };
}

/** traefik.io/v1alpha1 TraefikService, as far as we read it: one of the four. */
export interface TraefikService {
  metadata?: V1ObjectMeta;
  spec?: {
    weighted?: { services?: Child[]; sticky?: Sticky };
    mirroring?: Child & { mirrors?: Child[] };
    highestRandomWeight?: { services?: Child[] };
    failover?: { service?: Child; fallback?: Child };
  };
}

/** Both kinds of one namespace. */
export interface TraefikObjects {
  readonly ingressRoutes: readonly IngressRoute[];
  readonly traefikServices: readonly TraefikService[];
}

const GROUP = 'traefik.io';

export const INGRESS_ROUTE: Kind<IngressRoute> = {
  group: GROUP,
  version: 'v1alpha1',
  plural: 'ingressroutes',
  kind: 'IngressRoute',
};
export const TRAEFIK_SERVICE: Kind<TraefikService> = {
  group: GROUP,
  version: 'v1alpha1',
  plural: 'traefikservices',
  kind: 'TraefikService',
};

/** The names of what a weighted list can lead to. */
export interface Backends {
  readonly stable: string;
  readonly canary: string;
  /** Of both; the objects that list them are in the same. */
  readonly namespace: string;
}

/** Whether a child is this Service, and not a TraefikService or another namespace's Service of that name. */
export const isService = (child: Child, name: string, namespace: string): boolean =>
  child.name === name && (child.kind ?? 'Service') === 'Service' && (child.namespace ?? namespace) === namespace;
