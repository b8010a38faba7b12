import { UserError } from '../../../../kernel/errors.js';
import { ApiError, type Cluster } from '../../api/cluster.js';
import { type App, backendsOf } from '../../app/app.js';
import type { Entrance, RouterMemory, SplitAsked, SplitObject } from '../../router.js';
import { asTraefik, type TraefikMemory } from './kind.js';
import { childrenOf, withShare } from './list-edit.js';
import {
  INGRESS_ROUTE,
  type IngressRoute,
  isService,
  TRAEFIK_SERVICE,
  type TraefikObjects,
  type TraefikService,
} from './objects.js';
import { type Way, waysTo } from './ways.js';
import { rememberWeights } from './weights.js';

/** None in a cluster without Traefik's definitions, whose server knows no such path. */
const noneWithoutKind = (error: unknown): [] => {
  if (error instanceof ApiError && error.status === 404) return [];
  throw error;
};

/** The TraefikServices of the namespace, and the IngressRoutes that lead to a Service past all of them. */
export async function listEntrances(cluster: Cluster, signal: AbortSignal): Promise<Entrance[]> {
  const [traefikServices, ingressRoutes] = await Promise.all([
    cluster.list(TRAEFIK_SERVICE, {}, signal).catch(noneWithoutKind),
    cluster.list(INGRESS_ROUTE, {}, signal).catch(noneWithoutKind),
  ]);
  const objects = { traefikServices, ingressRoutes };
  const { namespace } = cluster;
  return [
    ...traefikServices.map((object) => entranceOf(object, objects, namespace)),
    ...ingressRoutes.map((object) => pastThem(object, objects, namespace)),
  ];
}

const entranceOf = (object: TraefikService, objects: TraefikObjects, namespace: string): Entrance => ({
  kind: TRAEFIK_SERVICE.kind,
  name: object.metadata?.name ?? '',
  object,
  leadsTo: (service) => childrenOf(object).some((child) => isService(child, service, namespace)),
  services: childrenOf(object).map(({ name }) => name),
  remarks: (service) => remarksOn(object.metadata?.name ?? '', waysTo(objects, service, namespace), namespace),
});

/** What its weights don't decide, and whether anybody comes by it at all. */
function remarksOn(name: string, ways: readonly Way[], namespace: string): string[] {
  const own = ways.filter(({ place }) => place?.kind === 'TraefikService' && place.name === name);
  if (own.length === 0)
    return [
      `No IngressRoute of namespace ${namespace} leads to TraefikService ${name}: unless one of another namespace or an HTTPRoute does, its weights split nothing.`,
    ];
  const hindrances = new Set(own.flatMap(({ outer }) => outer));
  return [...hindrances].map((why) => `Requests come to TraefikService ${name} by another one that decides first: ${why}.`);
}

function pastThem(object: IngressRoute, objects: TraefikObjects, namespace: string): Entrance {
  const name = object.metadata?.name ?? '';
  const isPast = (service: string) =>
    waysTo(objects, service, namespace).some((way) => way.ingressRoute === name && way.place?.kind !== 'TraefikService');
  const services = (object.spec?.routes ?? []).flatMap((rule) => (rule.services ?? []).map((child) => child.name));
  return { kind: INGRESS_ROUTE.kind, name, object, leadsTo: isPast, services };
}

/** @throws UserError when the one that was asked for is missing or leads elsewhere, when several lead to the Service, or when one is required and there is none */
export function chooseEntrance(all: readonly Entrance[], asked: SplitAsked): Entrance | undefined {
  const { name, service, namespace, isRequired } = asked;
  const own = all.filter(({ kind }) => kind === TRAEFIK_SERVICE.kind);
  if (name !== undefined) return chooseNamed(own, name, asked);
  const leading = own.filter(({ leadsTo }) => leadsTo(service));
  if (leading.length > 1)
    throw new UserError(
      'route-unclear',
      `Several TraefikServices send traffic to Service ${namespace}/${service}: ${leading.map((one) => one.name).join(', ')}. Say with \`route:\` which one is split.`,
    );
  if (leading.length === 0 && isRequired) throw missing(all, asked);
  return leading[0];
}

function chooseNamed(own: readonly Entrance[], name: string, { service, namespace }: SplitAsked): Entrance {
  const found = own.find((one) => one.name === name);
  if (!found)
    throw new UserError(
      'route-missing',
      `There is no TraefikService ${namespace}/${name}. Name the one that leads to Service ${service} with \`route:\`.`,
    );
  if (found.leadsTo(service)) return found;
  throw new UserError(
    'route-leads-elsewhere',
    `TraefikService ${namespace}/${name} does not send traffic to Service ${service}.\n` +
      `It names: ${found.services.join(', ') || 'no Service'}.\nPoint \`service:\` at one of them, or add ${service} to it.`,
  );
}

/** An IngressRoute may lead straight to the Service: its rules have no weights that could be written without its owner's conflict. */
function missing(all: readonly Entrance[], { service, namespace }: SplitAsked): UserError {
  const direct = all.filter(({ kind, leadsTo }) => kind === INGRESS_ROUTE.kind && leadsTo(service));
  const between =
    direct.length > 0
      ? `IngressRoute ${direct.map(({ name }) => name).join(', ')} leads straight to it: put a TraefikService with \`weighted.services: [{ name: ${service}, port: 80 }]\` in between`
      : 'Create one, and let an IngressRoute lead to it';
  return new UserError(
    'route-missing',
    `No TraefikService in namespace ${namespace} sends traffic to Service ${service}. ${between}; or use \`router: replicas\`. Only Traefik's kinds of traefik.io/v1alpha1 are read, not those of traefik.containo.us.`,
  );
}

/** What a release that begins remembers. */
export function rememberService(app: App, seen: SplitObject | undefined): TraefikMemory {
  const service: TraefikService = seen ?? {};
  const { stable, namespace } = backendsOf(app);
  const child = childrenOf(service).find((one) => isService(one, stable, namespace));
  return {
    kind: 'traefik',
    service: service.metadata?.name ?? '',
    children: rememberWeights(childrenOf(service)),
    nativeLB: child?.nativeLB ?? null,
  };
}

/** @throws UserError when a weight is so large that a hundredth of the share can't be expressed beside it */
export function refuseIndivisible(app: App, seen: SplitObject): void {
  const memory = rememberService(app, seen);
  try {
    withShare(childrenOf(seen), { backends: backendsOf(app), memory }, 100);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UserError(
      'route-weights-too-large',
      `The weights of TraefikService ${app.namespace}/${memory.service} are too large to be divided by percent: ${cause.message}. Divide all of them by the same number.`,
      { cause },
    );
  }
}

export const nameIn = (memory: RouterMemory): string => asTraefik(memory).service;
