import type { EndpointSlice, IngressRoute, Service, TraefikReference, TraefikService } from '../client/objects.js';

/** What a namespace has, as far as Traefik looks at it for one IngressRoute. */
export interface TraefikView {
  readonly namespace: string;
  ingressRoute(name: string): IngressRoute | undefined;
  traefikService(name: string): TraefikService | undefined;
  service(name: string): Service | undefined;
  slices(service: string): readonly EndpointSlice[];
  /** `providers.kubernetesCRD.allowEmptyServices`: off in Traefik, on in its Helm chart since 31. */
  readonly allowsEmptyServices: boolean;
}

/** Where requests go: to one Service's endpoints, or on by weights. */
export type Branch =
  | { readonly service: string; readonly endpoints: readonly string[] }
  | { readonly branches: readonly { readonly weight: number; readonly to: Branch }[] };

/** A part of the route can't be built, and Traefik serves none of it then. */
class Unbuildable extends Error {}

/**
 * The first rule of an IngressRoute as Traefik builds it (traefik `pkg/provider/kubernetes/crd/kubernetes_http.go`).
 * @returns undefined when it serves no such route and answers 404: a child that can't be built takes the whole route away, whatever its weight
 */
export function buildRoute(view: TraefikView, name: string): Branch | undefined {
  const services = view.ingressRoute(name)?.spec.routes?.[0]?.services ?? [];
  const [only] = services;
  if (only === undefined) return undefined;
  try {
    // One alone is the route's service, and its weight counts for nothing.
    return services.length === 1 ? buildChild(view, only, []) : buildWeighted(view, services, []);
  } catch (error) {
    if (error instanceof Unbuildable) return undefined;
    throw error;
  }
}

const buildWeighted = (view: TraefikView, children: readonly TraefikReference[], within: readonly string[]): Branch => ({
  branches: children.map((child) => ({ weight: child.weight ?? 1, to: buildChild(view, child, within) })),
});

function buildChild(view: TraefikView, child: TraefikReference, within: readonly string[]): Branch {
  const { kind = 'Service', name, namespace = view.namespace } = child;
  if (namespace !== view.namespace) throw new Unbuildable(`${name} is of namespace ${namespace}`);
  if (kind === 'Service') return buildService(view, child);
  const found = view.traefikService(name);
  if (found === undefined || within.includes(name)) throw new Unbuildable(`no TraefikService ${name}`);
  const { weighted, mirroring } = found.spec;
  if (weighted) return buildWeighted(view, weighted.services ?? [], [...within, name]);
  if (!mirroring) throw new Unbuildable(`TraefikService ${name} is of a kind that the sandbox does not play`);
  // Copies are not sent, but a mirror that can't be built takes the route away too.
  for (const mirror of mirroring.mirrors ?? []) buildChild(view, mirror, [...within, name]);
  return buildChild(view, mirroring, [...within, name]);
}

/** With `nativeLB` the Service's own address is the server, which is there whether or not a pod is behind it. */
function buildService(view: TraefikView, { name, port, nativeLB = false }: TraefikReference): Branch {
  const found = view.service(name)?.spec.ports?.find((one) => one.port === port || (one.name !== undefined && one.name === port));
  if (found === undefined) throw new Unbuildable(`no Service ${name} with port ${port}`);
  const listed = view.slices(name).flatMap(({ ports = [], endpoints = [] }) => {
    const target = ports.find((one) => (one.name ?? '') === (found.name ?? ''))?.port;
    return target === undefined ? [] : endpoints.map((endpoint) => ({ ...endpoint, target }));
  });
  const serving = listed.filter(({ conditions }) => conditions?.serving !== false);
  if (serving.length === 0 && !nativeLB && !view.allowsEmptyServices) throw new Unbuildable(`no servers for ${name}`);
  // What is ending finishes its requests and gets no new ones.
  const open = serving.filter(({ conditions }) => conditions?.terminating !== true);
  return { service: name, endpoints: open.map(({ addresses, target }) => `${addresses[0]}:${target}`) };
}
