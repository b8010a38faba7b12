import { claims, lastOtherWriter } from '../../api/ownership.js';
import type { Backends, Child, IngressRoute, TraefikObjects, TraefikService } from './objects.js';
import { isService } from './objects.js';
import { listAt, type Place } from './ways.js';
import { portionOf } from './weights.js';

/**
 * The canary's share of what stable and canary get from a list, in percent.
 * @returns undefined when the list gives neither of them any traffic
 */
export function shareIn(
  children: readonly Child[],
  { stable, canary, namespace }: Backends,
  isRule: boolean,
): number | undefined {
  const sumOf = (name: string) =>
    children
      .filter((child) => isService(child, name, namespace))
      .reduce((sum, child) => sum + Math.max(0, portionOf(child, children, isRule)), 0);
  const [ofStable, ofCanary] = [sumOf(stable), sumOf(canary)];
  return ofStable + ofCanary === 0 ? undefined : (100 * ofCanary) / (ofStable + ofCanary);
}

/** The canary's share as the live objects have it, in percent: the one that differs most from `expected`, should its lists differ. */
export function liveShareOf(objects: TraefikObjects, places: readonly Place[], backends: Backends, expected: number): number {
  const shares = places.flatMap((place) => {
    const children = listAt(objects, place);
    return children ? (shareIn(children, backends, place.kind === 'IngressRoute') ?? []) : [];
  });
  const distance = (share: number) => Math.abs(share - expected);
  return shares.reduce((worst, share) => (distance(share) > distance(worst) ? share : worst), shares[0] ?? 0);
}

/** The lists are atomic, so whoever wrote one last owns all of it. */
const LIST_FIELDS = {
  TraefikService: ['f:spec', 'f:weighted', 'f:services'],
  IngressRoute: ['f:spec', 'f:routes'],
} as const;

/** Others' weights need not add up to hundreds. */
const ROUNDING = 0.5;

/**
 * Why the live objects do not give the canary its share, and who changed them; undefined when they do.
 * @param percent as it was written
 */
export function departureOf(
  objects: TraefikObjects,
  places: readonly Place[],
  backends: Backends,
  percent: number,
): string | undefined {
  const flaws = places.flatMap((place) => {
    const children = listAt(objects, place);
    const where = describe(place, backends.namespace);
    if (!children) return [`${where} is gone`];
    const share = shareIn(children, backends, place.kind === 'IngressRoute');
    if (share === undefined)
      return [`${where} leads to neither ${backends.stable} nor ${backends.canary} any more${writer(objects, place)}`];
    if (Math.abs(share - percent) <= ROUNDING) return [];
    return [`${where} gives it ${Number(share.toFixed(1))} %${writer(objects, place)}`];
  });
  if (flaws.length === 0) return undefined;
  return `The canary does not get the ${percent} % that were written: ${flaws.join('; ')}.`;
}

/** A place for people: `IngressRoute shop/web, rule Host(…)`. */
const describe = (place: Place, namespace: string): string =>
  place.kind === 'TraefikService'
    ? `TraefikService ${namespace}/${place.name}`
    : `IngressRoute ${namespace}/${place.name}, rule ${place.rule}`;

function writer(objects: TraefikObjects, place: Place): string {
  const all: readonly (IngressRoute | TraefikService)[] =
    place.kind === 'TraefikService' ? objects.traefikServices : objects.ingressRoutes;
  const object = all.find(({ metadata }) => metadata?.name === place.name);
  const other = object && lastOtherWriter(object, LIST_FIELDS[place.kind]);
  if (object === undefined || claims(object, LIST_FIELDS[place.kind])) return '';
  return other === undefined ? '' : ` (written by ${other})`;
}
