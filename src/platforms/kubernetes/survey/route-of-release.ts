import type { Cluster } from '../api/cluster.js';
import type { AcceptanceWait, Router, RouterMemory } from '../router.js';
import { routerOfKind } from '../routers/index.js';
import type { Survey } from './survey.js';

/** How the release in flight splits the traffic, or else how a new one would. */
export const memoryFor = ({ app, split: { router, seen } }: Survey): RouterMemory => router.remember(app, seen);

/** How a router waits: for its proxies, and for its controllers' acceptance. */
export interface RouterPatience extends AcceptanceWait {
  /** Instead of the documented bound of the proxies. */
  readonly settle: number | undefined;
}

/** The router that a release began with, whatever one would be chosen today. */
export async function routerFor(
  cluster: Cluster,
  { app, split: { seen } }: Survey,
  memory: RouterMemory,
  { settle, ...acceptance }: RouterPatience,
): Promise<Router> {
  const { create } = await routerOfKind(memory.kind).load();
  const asked = settle === undefined ? {} : { settleMs: settle, settleReason: '`settle` says so' };
  return { ...create(cluster, app, memory, { seen, acceptance }), ...asked };
}
