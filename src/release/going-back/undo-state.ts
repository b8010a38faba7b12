import type { Cluster } from '../../platforms/kubernetes/api/cluster.js';
import { POD } from '../../platforms/kubernetes/api/kinds.js';
import { APP_LABEL, TRACK_LABEL } from '../../platforms/kubernetes/canary/canary-objects.js';
import { isReady } from '../../platforms/kubernetes/pods/pod.js';

/** The canary's pods by their own labels, which need nothing of stable to be there. */
const canaryPods = (cluster: Cluster, app: string, signal: AbortSignal) =>
  cluster.list(POD, { labels: `${APP_LABEL}=${app},${TRACK_LABEL}=canary` }, signal);

/** Whether anything of the canary answers. */
export const canaryServes = async (cluster: Cluster, app: string, signal: AbortSignal): Promise<boolean> =>
  (await canaryPods(cluster, app, signal)).some(isReady);
