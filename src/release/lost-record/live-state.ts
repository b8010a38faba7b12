import type { Cluster } from '../../platforms/kubernetes/api/cluster.js';
import type { HttpRoute } from '../../platforms/kubernetes/api/http-route.js';
import { HTTP_ROUTE } from '../../platforms/kubernetes/api/kinds.js';
import { canaryName } from '../../platforms/kubernetes/app/app.js';
import type { Router } from '../../platforms/kubernetes/router.js';
import { liveShareOf, ROUNDING } from '../../platforms/kubernetes/routers/http-route/departure.js';
import { leadsTo } from '../../platforms/kubernetes/routers/http-route/weights.js';
import { describeState } from '../canary/describe.js';
import type { Release } from '../record/record.js';
import { shareIn } from './undo-unrecorded.js';

/** For whoever is to be told also why the route departs from the record. */
export interface Reasons extends Pick<Router, 'departure'> {
  /** What the failure says before this line; why the route departs is not said twice. */
  readonly said?: string;
}

/**
 * Where the traffic is, by the route and not by the record, which is written before the effect and may name a share that never was, or that somebody
 * has written back since. A route that can't be read must not hide the failure that this line ends.
 * @returns what the record says where the cluster does not answer
 */
export async function describeLive(
  cluster: Cluster,
  app: string,
  release: Release,
  signal: AbortSignal,
  reasons?: Reasons,
): Promise<string> {
  const { router } = release;
  if (router.kind !== 'http-route') return describeState(release);
  try {
    const route = await cluster.read(HTTP_ROUTE, router.route, signal);
    const where = `HTTPRoute ${cluster.namespace}/${router.route}`;
    const backends = [release.service, canaryName(app)];
    if (!route) return withReason(describeState(release, `${where} is gone`), release, signal, reasons);
    if (!backends.some((backend) => leadsTo(route, backend)))
      return describeState(release, `${where} leads to neither ${backends.join(' nor ')}`);
    const live = liveWeight(route, release, canaryName(app), cluster.namespace);
    if (Math.abs(live - release.weight) <= ROUNDING) return describeState(release);
    return withReason(describeState({ ...release, weight: Number(live.toFixed(1)) }), release, signal, reasons);
  } catch {
    return `The route could not be read; by the record: ${describeState(release)}`;
  }
}

/** Where stable was taken out of the route, the canary has what is left of it. */
const liveWeight = (route: HttpRoute, { service, weight }: Release, canary: string, namespace: string): number =>
  leadsTo(route, service) ? liveShareOf(route, { stable: service, canary, namespace }, weight) : shareIn(route, canary);

async function withReason(state: string, { weight }: Release, signal: AbortSignal, reasons?: Reasons): Promise<string> {
  const why = await reasons?.departure(weight, signal);
  return why === undefined || reasons?.said?.includes(why) ? state : `${state}\n${why}`;
}
