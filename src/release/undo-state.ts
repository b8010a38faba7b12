import type { Cluster } from '../target/kubernetes/cluster.js';
import { HTTP_ROUTE, POD } from '../target/kubernetes/kinds.js';
import { leadsTo } from '../target/kubernetes/routers/route-weights.js';
import { canaryName } from '../target/kubernetes/workload/app.js';
import { APP_LABEL, TRACK_LABEL } from '../target/kubernetes/workload/canary-objects.js';
import { isReady } from '../target/kubernetes/workload/pod.js';
import { describeState } from './describe.js';
import type { Release } from './record.js';
import { shareIn } from './undo-unrecorded.js';

/** The canary's pods by their own labels, which need nothing of stable to be there. */
export const canaryPods = (cluster: Cluster, app: string, signal: AbortSignal) =>
  cluster.list(POD, { labels: `${APP_LABEL}=${app},${TRACK_LABEL}=canary` }, signal);

/** Whether anything of the canary answers. */
export const canaryServes = async (cluster: Cluster, app: string, signal: AbortSignal): Promise<boolean> =>
  (await canaryPods(cluster, app, signal)).some(isReady);

/**
 * Where the traffic is, by the route and not by the record, which is written before the effect and may name a share that never was.
 * @returns what the record says where the cluster does not answer
 */
export async function describeLive(cluster: Cluster, app: string, release: Release, signal: AbortSignal): Promise<string> {
  const { router } = release;
  if (router.kind !== 'http-route') return describeState(release);
  try {
    const route = await cluster.read(HTTP_ROUTE, router.route, signal);
    const where = `HTTPRoute ${cluster.namespace}/${router.route}`;
    if (!route) return describeState(release, `${where} is gone`);
    const backends = [release.service, canaryName(app)];
    if (!backends.some((backend) => leadsTo(route, backend)))
      return describeState(release, `${where} leads to neither ${backends.join(' nor ')}`);
    return describeState({ ...release, weight: shareIn(route, canaryName(app)) });
  } catch {
    return `The route could not be read; by the record: ${describeState(release)}`;
  }
}
