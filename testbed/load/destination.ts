import type { Api } from '../client/api.js';
import { type Follower, follow } from '../client/follow.js';
import type { EndpointSlice, HttpRoute, KubeObject } from '../client/objects.js';
import { TraefikObjects } from './traefik-objects.js';
import { type Branch, buildRoute } from './traefik-route.js';

/** Where traffic goes: by the weights of the first rule of one HTTPRoute or IngressRoute, or all to one Service. */
export type Source =
  | { readonly route: string }
  | { readonly service: string }
  /** As Traefik serves it; `allowsEmptyServices` as its Helm chart has it run. */
  | { readonly ingressRoute: string; readonly allowsEmptyServices?: boolean };

export interface Destination {
  readonly service: string;
  /** ADDRESS:PORT of a pod; undefined when there is none to offer. */
  readonly endpoint: string | undefined;
  /** What the router itself answers then, where it is not the usual 503. */
  readonly status?: number;
}

interface Backend {
  readonly service: string;
  readonly weight: number;
}

const nowhere: Destination = { service: 'none', endpoint: undefined };

/** Knows, at every moment, the route's weights and the ready endpoints of its Services, as a gateway's data plane does. */
export class Destinations {
  #backends: readonly Backend[] = [];
  readonly #slices = new Map<string, EndpointSlice>();
  #traefikRoute: (() => Branch | undefined) | undefined;

  /** Follows the objects until `signal` ends it; returns once they are all known. */
  static async follow(api: Api, namespace: string, source: Source, signal: AbortSignal): Promise<Destinations> {
    const destinations = new Destinations();
    if ('service' in source) destinations.#backends = [{ service: source.service, weight: 1 }];
    const followed = [destinations.#followSlices(api, namespace, signal)];
    if ('route' in source) followed.push(destinations.#followRoute(api, namespace, source.route, signal));
    if ('ingressRoute' in source) {
      const objects = new TraefikObjects(namespace, destinations.#slices, source.allowsEmptyServices);
      destinations.#traefikRoute = () => buildRoute(objects, source.ingressRoute);
      followed.push(...objects.kinds.map(({ path, follower }) => untilListed(api, path, {}, signal, follower)));
    }
    await Promise.all(followed);
    return destinations;
  }

  /** Picks a Service by weight and one of its endpoints at random. */
  choose(random: () => number = Math.random): Destination {
    if (this.#traefikRoute) {
      const route = this.#traefikRoute();
      return route ? along(route, random) : { ...nowhere, status: 404 };
    }
    const chosen = byWeight(this.#backends, random);
    if (chosen === undefined) return nowhere;
    const endpoints = this.#endpoints(chosen.service);
    return { service: chosen.service, endpoint: endpoints[Math.floor(random() * endpoints.length)] };
  }

  #endpoints(service: string): string[] {
    const slices = [...this.#slices.values()].filter(
      ({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === service,
    );
    const all = slices.flatMap(({ endpoints, ports }) =>
      (endpoints ?? []).map((endpoint) => ({ ...endpoint.conditions, address: `${endpoint.addresses[0]}:${ports?.[0]?.port}` })),
    );
    const ready = all.filter((endpoint) => endpoint.ready !== false);
    // kube-proxy: when nothing is ready, endpoints that end but still serve are better than none (KEP-1669).
    const usable = ready.length > 0 ? ready : all.filter(({ serving, terminating }) => serving && terminating);
    return usable.map(({ address }) => address);
  }

  #followSlices(api: Api, namespace: string, signal: AbortSignal): Promise<void> {
    const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
    return untilListed<EndpointSlice>(api, path, {}, signal, {
      onList: (slices) => {
        this.#slices.clear();
        for (const slice of slices) this.#slices.set(slice.metadata.name, slice);
      },
      onChange: (type, slice) => {
        if (type === 'DELETED') this.#slices.delete(slice.metadata.name);
        else this.#slices.set(slice.metadata.name, slice);
      },
    });
  }

  #followRoute(api: Api, namespace: string, name: string, signal: AbortSignal): Promise<void> {
    const path = `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes`;
    const see = (route: HttpRoute | undefined) => {
      const refs = route?.spec.rules?.[0]?.backendRefs ?? [];
      this.#backends = refs.map(({ name: service, weight = 1 }) => ({ service, weight }));
    };
    return untilListed<HttpRoute>(api, path, { fieldSelector: `metadata.name=${name}` }, signal, {
      onList: (routes) => see(routes[0]),
      onChange: (type, route) => see(type === 'DELETED' ? undefined : route),
    });
  }
}

function byWeight<T extends { readonly weight: number }>(all: readonly T[], random: () => number): T | undefined {
  let mark = random() * all.reduce((sum, { weight }) => sum + weight, 0);
  return all.find(({ weight }) => {
    mark -= weight;
    return mark < 0;
  });
}

function along(branch: Branch, random: () => number): Destination {
  if ('endpoints' in branch)
    return { service: branch.service, endpoint: branch.endpoints[Math.floor(random() * branch.endpoints.length)] };
  const chosen = byWeight(branch.branches, random);
  return chosen ? along(chosen.to, random) : nowhere;
}

/** Follows in the background; returns after the first list. */
function untilListed<T extends KubeObject>(
  api: Api,
  path: string,
  query: Record<string, string>,
  signal: AbortSignal,
  follower: Follower<T>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onList = (items: T[]) => {
      follower.onList(items);
      resolve();
    };
    const onChange: Follower<T>['onChange'] = (type, object) => follower.onChange(type, object);
    follow<T>(api, path, query, { onList, onChange }, signal).catch(reject);
  });
}
