import type { Cluster } from '../../platforms/kubernetes/api/cluster.js';
import { backendsOf } from '../../platforms/kubernetes/app/app.js';
import type { AcceptanceWait, Router, RouterMemory } from '../../platforms/kubernetes/router.js';
import { httpRouteMemory } from '../../platforms/kubernetes/routers/http-route/weights.js';
import { routerOfKind } from '../../platforms/kubernetes/routers/index.js';
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
export async function routerFor(
  cluster: Cluster,
  { app, route }: Survey,
  memory: RouterMemory,
  { settle, ...acceptance }: RouterPatience,
): Promise<Router> {
  const { create } = await routerOfKind(memory.kind).load();
  const asked = settle === undefined ? {} : { settleMs: settle, settleReason: '`settle` says so' };
  return { ...create(cluster, app, memory, { seen: route, acceptance }), ...asked };
}
