import { createHash } from 'node:crypto';
import type { Child, IngressRoute, TraefikObjects, TraefikService } from './objects.js';
import { isService } from './objects.js';

/** Where a weighted list of services is written. */
export type Place =
  | { readonly kind: 'TraefikService'; readonly name: string }
  /** `rule` tells the rule from the others of the route, whatever its number. */
  | { readonly kind: 'IngressRoute'; readonly name: string; readonly rule: string };

/** How requests of one rule of an IngressRoute come to a Service. */
export interface Way {
  readonly ingressRoute: string;
  /** For messages: rules are counted from 0. */
  readonly rule: number;
  /** The TraefikServices that they pass, from the outside. */
  readonly through: readonly string[];
  /** The list that names the Service; undefined where nothing there has weights. */
  readonly place: Place | undefined;
  /** What decides before the list does, or besides it, from the outside: clauses; empty where its weights alone decide. */
  readonly outer: readonly string[];
}

/** Longer ones would not fit into the release record, which has to hold one for each rule. */
const MAX_IDENTITY = 1000;

/** What tells a rule from the others whatever its place: what it matches, and which of several that match the same it is. */
export function ruleIdentity(route: IngressRoute, index: number): string {
  const rules = route.spec?.routes ?? [];
  const match = rules[index]?.match ?? '';
  const earlier = rules.slice(0, index).filter((rule) => (rule.match ?? '') === match).length;
  const identity = match.length <= MAX_IDENTITY ? match : createHash('sha256').update(match).digest('hex');
  return earlier === 0 ? identity : `${identity} #${earlier + 1}`;
}

/** The weighted list of a place; undefined when it is not there any more. */
export function listAt(objects: TraefikObjects, place: Place): readonly Child[] | undefined {
  if (place.kind === 'TraefikService') return named(objects.traefikServices, place.name)?.spec?.weighted?.services;
  const route = named(objects.ingressRoutes, place.name);
  return route?.spec?.routes?.find((_, index) => ruleIdentity(route, index) === place.rule)?.services;
}

const named = <T extends IngressRoute | TraefikService>(all: readonly T[], name: string): T | undefined =>
  all.find(({ metadata }) => metadata?.name === name);

/** All ways by which requests come to a Service, copies of them too: they are counted there like any other. */
export function waysTo(objects: TraefikObjects, service: string, namespace: string): Way[] {
  return objects.ingressRoutes.flatMap((route) =>
    (route.spec?.routes ?? []).flatMap((rule, index) => {
      const at: Place = { kind: 'IngressRoute', name: route.metadata?.name ?? '', rule: ruleIdentity(route, index) };
      const found = waysFrom({ objects, service, namespace }, rule.services ?? [], { at, through: [], outer: [] });
      return found.map((way) => ({ ingressRoute: at.name, rule: index, ...way }));
    }),
  );
}

interface Search {
  readonly objects: TraefikObjects;
  readonly service: string;
  readonly namespace: string;
}

interface Position {
  readonly at: Place | undefined;
  readonly through: readonly string[];
  readonly outer: readonly string[];
}

type Found = Pick<Way, 'through' | 'place' | 'outer'>;

function waysFrom(search: Search, children: readonly Child[], { at, through, outer }: Position): Found[] {
  const leads = children.some((child) => isService(child, search.service, search.namespace));
  const here: Found[] = leads ? [{ through, place: at, outer }] : [];
  const names = new Set(children.flatMap((child) => traefikServiceOf(child, search.namespace) ?? []));
  const behind = [...names].flatMap((name) => {
    const next = search.objects.traefikServices.find((one) => nameOf(one, name, search.namespace) === name);
    // A circle leads nowhere; Traefik refuses it.
    if (!next || through.includes(next.metadata?.name ?? '')) return [];
    return waysThrough(search, next, { at, through: [...through, next.metadata?.name ?? ''], outer });
  });
  return [...here, ...behind];
}

function waysThrough(search: Search, { metadata, spec = {} }: TraefikService, from: Position): Found[] {
  const name = metadata?.name ?? '';
  const { weighted, mirroring, highestRandomWeight, failover } = spec;
  const unweighted = (children: readonly Child[], why: string) =>
    waysFrom(search, children, { ...from, at: undefined, outer: [...from.outer, `TraefikService ${name} ${why}`] });
  if (weighted) {
    const children = weighted.services ?? [];
    const place: Place = { kind: 'TraefikService', name };
    const here = { ...from, at: place };
    // Stickiness of the list that is split itself is told with it.
    const sticky = weighted.sticky?.cookie
      ? [`TraefikService ${name} keeps each client where its cookie says (\`weighted.sticky\`)`]
      : [];
    const own = children.filter((child) => isService(child, search.service, search.namespace));
    const others = children.filter((child) => !own.includes(child));
    return [...waysFrom(search, own, here), ...waysFrom(search, others, { ...here, outer: [...from.outer, ...sticky] })];
  }
  if (mirroring)
    return [
      ...waysFrom(search, [mirroring], { ...from, at: undefined }),
      ...unweighted(mirroring.mirrors ?? [], 'sends it copies of requests (`mirroring`)'),
    ];
  if (highestRandomWeight)
    return unweighted(highestRandomWeight.services ?? [], 'chooses by the address of the client (`highestRandomWeight`)');
  if (failover)
    return unweighted(
      [failover.service, failover.fallback].filter((child) => child !== undefined),
      'has a second service for when the first one fails (`failover`)',
    );
  return [];
}

/** How another reference than by kind and name says it: `NAMESPACE-NAME@kubernetescrd`. */
const PROVIDER = '@kubernetescrd';

/** The TraefikService that a child means; a name with a provider stays as it is written. */
function traefikServiceOf({ kind, name, namespace }: Child, own: string): string | undefined {
  if (name.endsWith(PROVIDER)) return name;
  return kind === 'TraefikService' && (namespace ?? own) === own ? name : undefined;
}

/** Whether a child means the TraefikService of that name. */
export const meansTraefikService = (child: Child, namespace: string, name: string): boolean => {
  const meant = traefikServiceOf(child, namespace);
  return meant !== undefined && nameOf({ metadata: { name } }, meant, namespace) === meant;
};

const nameOf = ({ metadata }: TraefikService, asked: string, namespace: string): string | undefined =>
  asked.endsWith(PROVIDER) ? `${namespace}-${metadata?.name}${PROVIDER}` : metadata?.name;
