import type { Cluster } from '../api/cluster.js';
import { POD } from '../api/kinds.js';
import { APP_LABEL, TRACK_LABEL } from '../canary-objects/canary-objects.js';
import { isReady } from '../pods/pod.js';

/** The canary's pods by their own labels, which need nothing of stable to be there. */
const canaryPods = (cluster: Cluster, app: string, signal: AbortSignal) =>
  cluster.list(POD, { labels: `${APP_LABEL}=${app},${TRACK_LABEL}=canary` }, signal);

/** Whether anything of the canary answers. */
export const canaryServes = async (cluster: Cluster, app: string, signal: AbortSignal): Promise<boolean> =>
  (await canaryPods(cluster, app, signal)).some(isReady);
