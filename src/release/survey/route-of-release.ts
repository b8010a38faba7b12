import type { Cluster } from '../../platforms/kubernetes/api/cluster.js';
import { backendsOf } from '../../platforms/kubernetes/app/app.js';
import type { Router, RouterMemory } from '../../platforms/kubernetes/router.js';
import type { AcceptanceWait } from '../../platforms/kubernetes/routers/http-route/await-acceptance.js';
import { httpRouteMemory, httpRouteRouter, settleTimeOf } from '../../platforms/kubernetes/routers/http-route/router.js';
import { replicasRouter } from '../../platforms/kubernetes/routers/replicas/router.js';
import type { Survey } from './survey.js';

/** How the release in flight splits the traffic, or else how a new one would. */
export function memoryFor({ app, route }: Survey): RouterMemory {
  return route ? httpRouteMemory(route, backendsOf(app)) : { kind: 'replicas' };
}

/** How a router waits: for its proxies, and for its controllers' acceptance. */
export interface RouterPatience extends AcceptanceWait {
  /** Instead of the documented bound of the proxies. */
  readonly settle: number | undefined;
}

/** The router that a release began with, whatever one would be chosen today. */
export function routerFor(
  cluster: Cluster,
  found: Survey,
  memory: RouterMemory,
  { settle, ...acceptance }: RouterPatience,
): Router {
  const { app, route } = found;
  const asked = settle === undefined ? {} : { settleMs: settle, settleReason: '`settle` says so' };
  if (memory.kind === 'http-route') {
    const options = { backends: backendsOf(app), memory, seen: route, settleMs: settleTimeOf(route), acceptance };
    return { ...httpRouteRouter(cluster, options), ...asked };
  }
  return { ...replicasRouter(cluster, app), ...asked };
}
