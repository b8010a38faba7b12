import type { Api } from '../client/api.js';
import { follow } from '../client/follow.js';
import type { EndpointSlice, HttpRoute } from '../client/objects.js';

/** Where traffic goes: by the weights of one HTTPRoute's first rule, or all to one Service. */
export type Source = { readonly route: string } | { readonly service: string };

export interface Destination {
  readonly service: string;
  /** ADDRESS:PORT of a pod; undefined when the Service has none to offer. */
  readonly endpoint: string | undefined;
}

interface Backend {
  readonly service: string;
  readonly weight: number;
}

/** Knows, at every moment, the route's weights and the ready endpoints of its Services, as a gateway's data plane does. */
export class Destinations {
  #backends: readonly Backend[] = [];
  readonly #slices = new Map<string, EndpointSlice>();

  /** Follows the objects until `signal` ends it; returns once they are all known. */
  static async follow(api: Api, namespace: string, source: Source, signal: AbortSignal): Promise<Destinations> {
    const destinations = new Destinations();
    if ('service' in source) destinations.#backends = [{ service: source.service, weight: 1 }];
    const followed = [destinations.#followSlices(api, namespace, signal)];
    if ('route' in source) followed.push(destinations.#followRoute(api, namespace, source.route, signal));
    await Promise.all(followed);
    return destinations;
  }

  /** Picks a Service by weight and one of its endpoints at random. */
  choose(random: () => number = Math.random): Destination {
    const total = this.#backends.reduce((sum, { weight }) => sum + weight, 0);
    let mark = random() * total;
    const chosen = this.#backends.find(({ weight }) => {
      mark -= weight;
      return mark < 0;
    });
    if (chosen === undefined) return { service: 'none', endpoint: undefined };
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

/** Follows in the background; returns after the first list. */
function untilListed<T extends HttpRoute | EndpointSlice>(
  api: Api,
  path: string,
  query: Record<string, string>,
  signal: AbortSignal,
  follower: { onList(items: T[]): void; onChange(type: string, object: T): void },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onList = (items: T[]) => {
      follower.onList(items);
      resolve();
    };
    follow<T>(api, path, query, { ...follower, onList }, signal).catch(reject);
  });
}
