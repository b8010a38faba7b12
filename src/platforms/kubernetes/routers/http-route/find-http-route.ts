import { UserError } from '../../../../kernel/errors.js';
import { ApiError, type Cluster } from '../../api/cluster.js';
import type { HttpRoute } from '../../api/http-route.js';
import { HTTP_ROUTE } from '../../api/kinds.js';
import type { Entrance, SplitAsked } from '../../router.js';
import { type Backends, leadsTo, namedBackends, rememberWeights, rulesOf, servicesBeside, withCanaryShare } from './weights.js';

/** All HTTPRoutes of the namespace; none in a cluster without the Gateway API, whose server knows no such path. */
export const listHttpRoutes = (cluster: Cluster, signal: AbortSignal): Promise<HttpRoute[]> =>
  cluster.list(HTTP_ROUTE, {}, signal).catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return [];
    throw error;
  });

/** They as ways into the namespace. */
export const listEntrances = async (cluster: Cluster, signal: AbortSignal): Promise<Entrance[]> =>
  (await listHttpRoutes(cluster, signal)).map((route) => ({
    kind: 'HTTPRoute',
    name: route.metadata?.name ?? '',
    object: route,
    leadsTo: (service) => leadsTo(route, service),
    services: namedBackends(route),
  }));

/** @throws UserError as `chooseHttpRoute` does */
export function chooseEntrance(
  entrances: readonly Entrance[],
  { name, service, namespace, isRequired }: SplitAsked,
): Entrance | undefined {
  const chosen = chooseHttpRoute(
    entrances.map(({ object }) => object),
    name,
    service,
    namespace,
  );
  if (!chosen && isRequired) {
    throw new UserError(
      'route-missing',
      `No HTTPRoute in namespace ${namespace} sends traffic to Service ${service}. Create one, or use \`router: replicas\`.`,
    );
  }
  return entrances.find(({ object }) => object === chosen);
}

/**
 * The one HTTPRoute that leads to the Service.
 * @param name as asked for, or undefined to search
 * @returns undefined when none was asked for and none leads to the Service
 * @throws UserError when the asked one is missing or leads elsewhere, or when several lead to the Service
 */
export function chooseHttpRoute(
  routes: readonly HttpRoute[],
  name: string | undefined,
  service: string,
  namespace: string,
): HttpRoute | undefined {
  if (name !== undefined) {
    const route = routes.find(({ metadata }) => metadata?.name === name);
    if (!route)
      throw new UserError(
        'route-missing',
        `There is no HTTPRoute ${namespace}/${name}. Name the route that leads to Service ${service} with \`route:\`.`,
      );
    return refuseUnless(leadsTo(route, service), route, service, namespace);
  }
  const leading = routes.filter((route) => leadsTo(route, service));
  if (leading.length > 1) {
    const names = leading.map(({ metadata }) => metadata?.name).join(', ');
    throw new UserError(
      'route-unclear',
      `Several HTTPRoutes send traffic to Service ${namespace}/${service}: ${names}. Say with \`route:\` which one is split.`,
    );
  }
  return leading[0];
}

function refuseUnless(leads: boolean, route: HttpRoute, service: string, namespace: string): HttpRoute {
  if (leads) return route;
  throw new UserError(
    'route-leads-elsewhere',
    `HTTPRoute ${namespace}/${route.metadata?.name} does not send traffic to Service ${service}.\n` +
      `It names: ${namedBackends(route).join(', ') || 'no Service'}.\n` +
      `Point \`service:\` at one of them, or add ${service} to the route.`,
  );
}

/** @throws UserError when a rule of the route sends traffic to something besides the Service: a share of the rule would not be one of the app */
export function refuseShared(route: HttpRoute, backends: Backends): void {
  const shared = rulesOf(route).flatMap((rule, index) => {
    const others = servicesBeside(rule, backends);
    return others.length > 0 ? [`rule ${index} also sends traffic to ${others.join(', ')}`] : [];
  });
  if (shared.length === 0) return;
  throw new UserError(
    'route-splits-already',
    `HTTPRoute ${route.metadata?.namespace}/${route.metadata?.name} splits its traffic already: ${shared.join('; ')}. ` +
      `A share of such a rule would not be a share of what Service ${backends.stable} gets. Lead the rule to ${backends.stable} alone for the release.`,
  );
}

/** @throws UserError when a weight of the route is so large that a hundredth of the share can't be expressed beside it */
export function refuseIndivisible(route: HttpRoute, backends: Backends): void {
  try {
    withCanaryShare(rulesOf(route), backends, rememberWeights(route, backends), 100);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UserError(
      'route-weights-too-large',
      `The weights of HTTPRoute ${route.metadata?.namespace}/${route.metadata?.name} are too large to be divided by percent: ${cause.message}. Divide all weights of the rule by the same number.`,
      { cause },
    );
  }
}
