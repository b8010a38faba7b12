import type { RouterDescription } from '../router.js';
import { httpRoute } from './http-route/index.js';
import { replicas } from './replicas/index.js';
import { traefik } from './traefik/index.js';

/** The kinds of router, in the order in which `router: auto` looks for them; the last one needs nothing and is always there. */
export const ROUTERS = [httpRoute, traefik, replicas] as const satisfies readonly RouterDescription[];

/** What splits the traffic where nothing else does. */
export const ROUTERLESS = replicas;

export type RouterKind = (typeof ROUTERS)[number]['kind'];

export const ROUTER_KINDS: readonly RouterKind[] = ROUTERS.map(({ kind }) => kind);

/** What a step may meet whose `router` is not given. */
export const AUTOMATIC_KINDS: readonly RouterKind[] = ROUTERS.filter(({ isAutomatic }) => isAutomatic).map(({ kind }) => kind);

/** What is looked for: by `router: auto` everything, or else the kind that was named. What splits without an object needs no search. */
export const searched = (asked: 'auto' | RouterKind): readonly RouterDescription[] =>
  ROUTERS.filter((router) => router !== ROUTERLESS && (asked === 'auto' ? router.isAutomatic : asked === router.kind));

/**
 * The description of a kind.
 * @throws Error for one that there is not; what comes from outside has been checked by then
 */
export function routerOfKind(kind: string): RouterDescription {
  const description = ROUTERS.find((router) => router.kind === kind);
  if (description === undefined) throw new Error(`there is no router of kind ${kind}`);
  return description;
}
