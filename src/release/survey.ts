import { Problems, UserError } from '../action/errors.js';
import { ApiError, type Cluster } from '../target/kubernetes/cluster.js';
import type { HttpRoute } from '../target/kubernetes/http-route.js';
import { checkPermissions, type Need } from '../target/kubernetes/permissions.js';
import { findHttpRoute, refuseIndivisible } from '../target/kubernetes/routers/http-route-router.js';
import { type App, type AppNames, canaryName, readApp } from '../target/kubernetes/workload/app.js';
import { ownLabels } from '../target/kubernetes/workload/canary-objects.js';
import { readRecord, type SeenRecord } from './record-store.js';

export interface SurveyRequest extends AppNames {
  readonly router: 'auto' | 'http-route' | 'replicas';
  readonly route: string | undefined;
}

/** What a step found before it changes anything. */
export interface Survey extends SeenRecord {
  readonly app: App;
  /** The route that splits the traffic; undefined when the ratio of pods does. */
  readonly route: HttpRoute | undefined;
}

/**
 * Reads the app, its route, its record and the permissions at once.
 * @throws UserError with everything that is missing, unfit or not allowed; nothing has been changed by then
 */
export async function survey(
  cluster: Cluster,
  request: SurveyRequest,
  needed: readonly Need[],
  signal: AbortSignal,
): Promise<Survey> {
  const problems = new Problems();
  const permissions = checkPermissions(cluster, needed, problems, signal);
  const gather = <T>(read: () => Promise<T>) => gatherReadable(problems, permissions, read);
  const [app, route, seen] = await Promise.all([
    gather(() => readApp(cluster, request, problems, signal)),
    gather(() => chooseRoute(cluster, request, signal)),
    gather(() => readRecord(cluster, request.app, signal)),
    problems.gather(() => permissions),
  ]);
  if (app && !problems.texts.length) await problems.gather(() => refuseUnsplittable(app, route));
  problems.throwIfAny();
  if (!app || !seen) throw new Error('the survey found neither an app nor a problem');
  return { app, route, ...seen };
}

/** What would otherwise fail in the middle of a release: labels that can't be told apart, weights that can't be divided. */
function refuseUnsplittable(app: App, route: HttpRoute | undefined): void {
  ownLabels(app, route ? 'isolated' : 'shared');
  if (route) refuseIndivisible(route, { stable: app.service.metadata?.name ?? '', canary: canaryName(app.name) });
}

/** A read that is forbidden is reported once, as the rule to add, and not again as the refusal that follows from it. */
async function gatherReadable<T>(problems: Problems, permissions: Promise<void>, read: () => Promise<T>): Promise<T | undefined> {
  return problems.gather(async () => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 403) throw error;
      await permissions;
      if (problems.texts.length === 0) problems.add(`The API server refuses to be read: ${error.message}`);
      return undefined;
    }
  });
}

async function chooseRoute(cluster: Cluster, request: SurveyRequest, signal: AbortSignal): Promise<HttpRoute | undefined> {
  if (request.router === 'replicas') return undefined;
  const service = request.service ?? request.app;
  const route = await findHttpRoute(cluster, request.route, service, signal);
  if (!route && request.router === 'http-route') {
    throw new UserError(
      `No HTTPRoute in namespace ${cluster.namespace} sends traffic to Service ${service}. Create one, or use \`router: replicas\`.`,
    );
  }
  return route;
}
