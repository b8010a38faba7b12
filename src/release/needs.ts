import { DEPLOYMENT, ENDPOINT_SLICE, HTTP_ROUTE, LEASE, POD, REPLICA_SET, SERVICE } from '../target/kubernetes/kinds.js';
import { type Need, needs } from '../target/kubernetes/permissions.js';

const METRICS: Need = { group: '', resource: 'pods/proxy', verbs: ['get'], purpose: "to read the pods' metrics" };

/** What moving traffic between stable and canary asks of the API server; `docs/reference` shows it as a Role. */
export const trafficNeeds = (router: 'auto' | 'http-route' | 'replicas'): Need[] => [
  needs(DEPLOYMENT, ['get', 'list', 'watch', 'create', 'patch', 'delete'], 'to run the canary and update stable'),
  needs(SERVICE, ['get', 'create', 'patch', 'delete'], "for the canary's Service"),
  needs(POD, router === 'http-route' ? ['list', 'watch'] : ['list', 'watch', 'patch'], 'to see whether pods start'),
  needs(REPLICA_SET, ['list'], 'to know the revisions of stable'),
  needs(ENDPOINT_SLICE, ['list', 'watch'], 'to see which pods are listed'),
  needs(LEASE, ['get', 'list', 'watch', 'create', 'patch'], 'for the release record'),
  METRICS,
  ...(router === 'replicas' ? [] : [needs(HTTP_ROUTE, ['get', 'list', 'watch', 'patch'], 'to split the traffic')]),
];

/** What looking at a release, without touching it, asks of the API server. */
export const judgeNeeds: readonly Need[] = [
  needs(DEPLOYMENT, ['get'], 'to find the app'),
  needs(SERVICE, ['get'], 'to find the app'),
  needs(POD, ['list'], 'to find the pods'),
  needs(LEASE, ['get'], 'to read the release record'),
  METRICS,
];
