import { type Need, needs } from '../access/permissions.js';
import {
  CONFIG_MAP,
  DEPLOYMENT,
  ENDPOINT_SLICE,
  EVENT,
  HORIZONTAL_POD_AUTOSCALER,
  INGRESS,
  LEASE,
  NETWORK_POLICY,
  POD,
  POD_DISRUPTION_BUDGET,
  REPLICA_SET,
  SERVICE,
} from '../api/kinds.js';
import { routerOfKind, searched } from '../routers/index.js';

const METRICS: Need = { group: '', resource: 'pods/proxy', verbs: ['get'], purpose: "to read the pods' metrics" };

const LOGS: Need = { group: '', resource: 'pods/log', verbs: ['get'], purpose: 'to show the last lines of a pod that ends' };

/**
 * What a release asks of the API server from its first step to its promotion; `docs/rbac/` has it as Roles.
 * @param asked what is looked for: with `auto`, whatever else could split the traffic, to see that it does not
 */
export const releaseNeeds = (router: string, asked = 'auto'): Need[] => [
  needs(DEPLOYMENT, ['get', 'list', 'watch', 'create', 'patch', 'delete'], 'to run the canary and update stable'),
  needs(SERVICE, ['get', 'list', 'create', 'patch', 'delete'], "for the canary's Service"),
  needs(POD, ['list', 'watch', 'patch'], 'to see whether pods start, and to take them out of the endpoints before they stop'),
  LOGS,
  needs(EVENT, ['list'], 'to say why pods do not start'),
  needs(REPLICA_SET, ['list'], 'to know the revisions of stable'),
  needs(ENDPOINT_SLICE, ['list', 'watch'], 'to see which pods are listed'),
  needs(LEASE, ['get', 'list', 'watch', 'create', 'patch'], 'for the release record'),
  METRICS,
  needs(HORIZONTAL_POD_AUTOSCALER, ['get', 'list', 'patch'], 'to keep stable at its size while the canary has its traffic'),
  needs(POD_DISRUPTION_BUDGET, ['get', 'list', 'create', 'patch', 'delete'], "for the canary's budget"),
  needs(NETWORK_POLICY, ['list'], 'to see whether a policy would cut the canary off'),
  needs(INGRESS, ['list'], 'to see what else leads to the Service'),
  ...routerOfKind(router).needs.release,
  ...(asked === 'auto' ? searchNeeds(router) : []),
];

/** Whoever names what splits the traffic is asked for nothing else. */
const searchNeeds = (chosen: string): Need[] =>
  searched('auto')
    .filter(({ kind }) => kind !== chosen)
    .flatMap(({ needs: { search } }) => search)
    .map((need) => ({ ...need, purpose: `${need.purpose}; not asked for with \`router: ${chosen}\`` }));

/** What a release with a manifest asks besides, and what putting it back asks. */
export const manifestNeeds: readonly Need[] = [
  needs(CONFIG_MAP, ['get', 'create', 'patch', 'delete'], 'to let ConfigMaps travel with the image'),
];

/**
 * Without these the traffic can't be taken from the canary at all, so they are asked for before anything else is done.
 * @param router of the release on record; undefined where there is none, so that it is not known yet what there is to undo
 */
export const vitalNeeds = (router: string | undefined): Need[] => [
  needs(DEPLOYMENT, ['get', 'list', 'watch', 'patch', 'delete'], 'to bring stable back and remove the canary'),
  needs(LEASE, ['get', 'list', 'watch', 'create', 'patch'], 'for the release record'),
  ...(router === undefined ? [] : routerOfKind(router).needs.vital),
];

/** What putting a release back asks of the API server besides, in whatever state it was left; what of it is missing is warned of. */
export const tidyingNeeds = (router: string): Need[] => [
  needs(SERVICE, ['list', 'delete'], "to find the app and remove the canary's Service"),
  ...routerOfKind(router).needs.tidying,
  needs(REPLICA_SET, ['list'], 'to know the revisions of stable'),
  needs(ENDPOINT_SLICE, ['list', 'watch'], 'to see which pods are listed'),
  needs(HORIZONTAL_POD_AUTOSCALER, ['get', 'patch'], "to give stable's autoscaler back"),
  needs(POD_DISRUPTION_BUDGET, ['list', 'delete'], "to remove the canary's budget"),
];

/** Without these there is less to read, and nothing less is done. */
export const comfortNeeds: readonly Need[] = [LOGS, needs(EVENT, ['list'], 'to say why pods do not start'), METRICS];

/** What looking at a release and recording the verdict, without touching the app, asks of the API server. */
export const judgeNeeds: readonly Need[] = [
  needs(DEPLOYMENT, ['get'], 'to find the app'),
  needs(SERVICE, ['list'], 'to find the app'),
  needs(POD, ['list'], 'to find the pods'),
  needs(REPLICA_SET, ['list'], 'to tell whose pods they are'),
  LOGS,
  needs(LEASE, ['get', 'list', 'watch', 'patch'], 'to keep the verdict in the release record'),
  METRICS,
];

/** The same where a breach moves no traffic either, so that no other right covers the look at the route. */
export const onlyJudgeNeeds = (router: string | undefined): readonly Need[] => [
  ...judgeNeeds,
  ...(router === undefined ? [] : routerOfKind(router).needs.judge),
];

/** What reading the record alone asks of the API server. */
export const statusNeeds: readonly Need[] = [needs(LEASE, ['get'], 'to read the release record')];
