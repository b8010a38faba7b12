import type { SplitAdvice } from '../../../release/proof/split-words.js';

/** By which ways requests come to an app on Kubernetes. */
export const SPLIT_ADVICE: SplitAdvice = {
  notFollowed:
    'Look for callers of the Service inside the cluster, another route, an Ingress or session affinity in front of it. ' +
    'With `router: replicas`, clients that keep their connections stay on the pods that they have: such an app needs a route.',
  unseenWays: 'callers of the Service inside the cluster',
  anyWay: "callers of the Service inside the cluster, another namespace's route or an Ingress",
};
