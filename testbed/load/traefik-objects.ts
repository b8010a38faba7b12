import type { Follower } from '../client/follow.js';
import type { EndpointSlice, IngressRoute, KubeObject, Service, TraefikService } from '../client/objects.js';
import type { TraefikView } from './traefik-route.js';

/** Objects of one kind by name, as a watch tells of them. */
class Known<T extends KubeObject> implements Follower<T> {
  readonly #objects = new Map<string, T>();

  onList(items: T[]): void {
    this.#objects.clear();
    for (const item of items) this.#objects.set(item.metadata.name, item);
  }

  onChange(type: string, object: T): void {
    if (type === 'DELETED') this.#objects.delete(object.metadata.name);
    else this.#objects.set(object.metadata.name, object);
  }

  find(name: string): T | undefined {
    return this.#objects.get(name);
  }
}

/** What Traefik sees of a namespace, kept up to date by whoever follows `kinds`. */
export class TraefikObjects implements TraefikView {
  readonly namespace: string;
  readonly allowsEmptyServices: boolean;
  readonly #slices: ReadonlyMap<string, EndpointSlice>;
  readonly #ingressRoutes = new Known<IngressRoute>();
  readonly #traefikServices = new Known<TraefikService>();
  readonly #services = new Known<Service>();

  /** @param slices of the namespace, followed by somebody else */
  constructor(namespace: string, slices: ReadonlyMap<string, EndpointSlice>, allowsEmptyServices = false) {
    this.namespace = namespace;
    this.#slices = slices;
    this.allowsEmptyServices = allowsEmptyServices;
  }

  get kinds(): readonly { readonly path: string; readonly follower: Follower<KubeObject> }[] {
    const traefik = `/apis/traefik.io/v1alpha1/namespaces/${this.namespace}`;
    return [
      { path: `${traefik}/ingressroutes`, follower: this.#ingressRoutes as Follower<KubeObject> },
      { path: `${traefik}/traefikservices`, follower: this.#traefikServices as Follower<KubeObject> },
      { path: `/api/v1/namespaces/${this.namespace}/services`, follower: this.#services as Follower<KubeObject> },
    ];
  }

  ingressRoute(name: string): IngressRoute | undefined {
    return this.#ingressRoutes.find(name);
  }

  traefikService(name: string): TraefikService | undefined {
    return this.#traefikServices.find(name);
  }

  service(name: string): Service | undefined {
    return this.#services.find(name);
  }

  slices(service: string): EndpointSlice[] {
    return [...this.#slices.values()].filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === service);
  }
}
