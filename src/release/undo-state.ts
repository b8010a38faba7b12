import type { Cluster } from '../target/kubernetes/cluster.js';
import { POD } from '../target/kubernetes/kinds.js';
import { APP_LABEL, TRACK_LABEL } from '../target/kubernetes/workload/canary-objects.js';
import { isReady } from '../target/kubernetes/workload/pod.js';

/** The canary's pods by their own labels, which need nothing of stable to be there. */
export const canaryPods = (cluster: Cluster, app: string, signal: AbortSignal) =>
  cluster.list(POD, { labels: `${APP_LABEL}=${app},${TRACK_LABEL}=canary` }, signal);

/** Whether anything of the canary answers. */
export const canaryServes = async (cluster: Cluster, app: string, signal: AbortSignal): Promise<boolean> =>
  (await canaryPods(cluster, app, signal)).some(isReady);
