import type { V1Service } from '@kubernetes/client-node';
import { Problems, UserError } from '../../kernel/errors.js';
import { checkPermissions, type Need } from '../../platforms/kubernetes/access/permissions.js';
import { ApiError, type Cluster } from '../../platforms/kubernetes/api/cluster.js';
import type { HttpRoute } from '../../platforms/kubernetes/api/http-route.js';
import { CONFIG_MAP, HTTP_ROUTE } from '../../platforms/kubernetes/api/kinds.js';
import { type App, type AppNames, backendsOf, readApp } from '../../platforms/kubernetes/app/app.js';
import { ownLabels } from '../../platforms/kubernetes/canary/canary-objects.js';
import {
  chooseHttpRoute,
  listHttpRoutes,
  refuseIndivisible,
} from '../../platforms/kubernetes/routers/http-route/find-http-route.js';
import { ROUTERLESS, type RouterKind } from '../../platforms/kubernetes/routers/index.js';
import { refuseGoneInFlight } from '../record/gone-in-flight.js';
import { EMPTY_RECORD, isOver, type Release, type ReleaseRecord } from '../record/record.js';
import { readRecord, type SeenRecord } from '../record/store.js';
import { manifestNeeds } from './needs.js';

export interface SurveyRequest extends AppNames {
  readonly router: 'auto' | RouterKind;
  readonly route: string | undefined;
}

/** What a step found before it changes anything. */
export interface Survey extends SeenRecord {
  readonly app: App;
  /** The route that splits the traffic; undefined when the ratio of pods does. */
  readonly route: HttpRoute | undefined;
  /** All Services of the namespace. */
  readonly services: readonly V1Service[];
  /** All HTTPRoutes of the namespace. */
  readonly routes: readonly HttpRoute[];
}

/**
 * Reads the app, its route, its record and the permissions at once.
 * @param neededWith the rights to ask for, by what splits the traffic
 * @throws UserError with everything that is missing, unfit or not allowed; nothing has been changed by then
 */
export async function survey(
  cluster: Cluster,
  request: SurveyRequest,
  neededWith: (router: RouterKind) => readonly Need[],
  signal: AbortSignal,
): Promise<Survey> {
  const problems = new Problems();
  const readsRoutes = request.router !== ROUTERLESS.kind;
  const routesRead = readsRoutes ? listHttpRoutes(cluster, signal) : Promise.resolve([]);
  const recordRead = readRecord(cluster, request.app, signal);
  const needed = Promise.allSettled([routesRead, recordRead]).then(([routes, seen]) => {
    if (!readsRoutes) return neededWith(ROUTERLESS.kind);
    // Whatever is asked for then is all that the next try will ask for.
    if (routes.status === 'rejected') return unlessReplicas(neededWith('http-route'), request);
    const record = seen.status === 'rejected' ? EMPTY_RECORD : seen.value.record;
    return neededWith(routerOf(cluster, routes.value, request, record));
  });
  const permissions = checkPermissions(cluster, needed, problems, signal);
  const gather = <T>(read: () => Promise<T>) => gatherReadable(problems, permissions, read);
  const ofApp = new Problems();
  const [read, routes, seen] = await Promise.all([
    gather(() => readApp(cluster, request, ofApp, signal)),
    gather(() => routesRead),
    gather(() => recordRead),
    problems.gather(() => permissions),
  ]);
  if (read && !read.app && seen) await refuseGoneInFlight(cluster, request, seen.record.latest, signal);
  for (const { code, text } of ofApp.all) problems.add(code, text);
  const route =
    readsRoutes && routes && seen ? await problems.gather(() => chooseRoute(cluster, routes, request, seen.record)) : undefined;
  const app = read?.app && withRecordedIsolation(read.app, seen?.record.latest);
  if (app && !problems.texts.length) await problems.gather(() => refuseUnsplittable(app, route));
  if (seen?.record.latest?.manifest && !(await needed).some(({ resource }) => resource === CONFIG_MAP.plural))
    await checkPermissions(cluster, manifestNeeds, problems, signal);
  problems.throwIfAny((await permissions) ? describeLeft(seen?.record.latest, seen !== undefined) : undefined);
  if (!app || !read || !seen || !routes) throw new Error('the survey found neither an app nor a problem');
  return { app, services: read.services, route, routes, ...seen };
}

/** Whoever has no route, and may not see that there is none, can say so. */
const unlessReplicas = (needed: readonly Need[], { router }: SurveyRequest): readonly Need[] =>
  router === 'http-route'
    ? needed
    : needed.map((need) =>
        need.resource === HTTP_ROUTE.plural
          ? { ...need, purpose: `${need.purpose}; not asked for with \`router: replicas\`` }
          : need,
      );

/** What becomes of a release in flight while rights are missing. */
export function describeLeft(latest: Release | undefined, isRead: boolean): string | undefined {
  if (!isRead) return 'Whether a release is in flight can not be seen without them; one that is stays as it is.';
  if (latest === undefined || isOver(latest)) return undefined;
  return `A release of ${latest.canary.image} is in flight, with ${latest.weight} % on the canary: it stays so until the rights are there.`;
}

/** What splits the traffic, for the rights that it takes; a route that can't be chosen is a problem that is said elsewhere. */
function routerOf(cluster: Cluster, routes: readonly HttpRoute[], request: SurveyRequest, record: ReleaseRecord): RouterKind {
  try {
    return chooseRoute(cluster, routes, request, record) === undefined ? ROUTERLESS.kind : 'http-route';
  } catch {
    return 'http-route';
  }
}

/** The canary of a release in flight is told apart as it was when it began. */
const withRecordedIsolation = (app: App, latest: Release | undefined): App =>
  latest?.isolationKey !== undefined && !isOver(latest) ? { ...app, isolationKey: latest.isolationKey } : app;

/** What would otherwise fail in the middle of a release: labels that can't be told apart, weights that can't be divided. */
function refuseUnsplittable(app: App, route: HttpRoute | undefined): void {
  ownLabels(app, route ? 'isolated' : 'shared');
  if (route) refuseIndivisible(route, backendsOf(app));
}

/** A read that is forbidden is reported once, as the rule to add, and not again as the refusal that follows from it. */
async function gatherReadable<T>(
  problems: Problems,
  permissions: Promise<unknown>,
  read: () => Promise<T>,
): Promise<T | undefined> {
  return problems.gather(async () => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 403) throw error;
      await permissions;
      if (problems.texts.length === 0) problems.add('cluster-refuses', `The API server refuses to be read: ${error.message}`);
      return undefined;
    }
  });
}

/** A release in flight keeps to the route that it began with, also for whoever puts it back without naming it. */
function chooseRoute(
  { namespace }: Cluster,
  routes: readonly HttpRoute[],
  request: SurveyRequest,
  { latest }: ReleaseRecord,
): HttpRoute | undefined {
  const service = request.service ?? request.app;
  const recorded = latest && !isOver(latest) && latest.router.kind === 'http-route' ? latest.router.route : undefined;
  if (recorded !== undefined && request.route === undefined) return routes.find(({ metadata }) => metadata?.name === recorded);
  const route = chooseHttpRoute(routes, request.route, service, namespace);
  if (!route && request.router === 'http-route') {
    throw new UserError(
      'route-missing',
      `No HTTPRoute in namespace ${namespace} sends traffic to Service ${service}. Create one, or use \`router: replicas\`.`,
    );
  }
  return route;
}
