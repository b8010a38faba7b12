import { ApiError, type Cluster } from '../../api/cluster.js';
import { FENCE_LABEL } from '../../api/fence-mark.js';
import type { HttpRoute } from '../../api/http-route.js';
import { HTTP_ROUTE } from '../../api/kinds.js';
import { FIELD_MANAGER } from '../../api/ownership.js';
import type { LiveQuestion, LiveSplit, RouterMemory, SplitTrace } from '../../router.js';
import { liveShareOf } from './departure.js';
import { asHttpRoute } from './kind.js';
import { backendOf, leadsTo, rulesOf } from './weights.js';

/** The share that the route gives the canary. Where stable was taken out of it, the canary has what is left. */
export async function liveSplit(
  cluster: Cluster,
  memory: RouterMemory,
  { stable, canary, weight }: LiveQuestion,
  signal: AbortSignal,
): Promise<LiveSplit> {
  const { route: name } = asHttpRoute(memory);
  const route = await cluster.read(HTTP_ROUTE, name, signal);
  const where = `HTTPRoute ${cluster.namespace}/${name}`;
  if (!route) return { kind: 'gone', why: `${where} is gone` };
  if (![stable, canary].some((backend) => leadsTo(route, backend)))
    return { kind: 'elsewhere', why: `${where} leads to neither ${stable} nor ${canary}` };
  const { namespace } = cluster;
  const percent = leadsTo(route, stable)
    ? liveShareOf(route, { stable, canary, namespace }, weight)
    : largestShare(route, canary);
  return { kind: 'share', percent };
}

/** Routes that lead to the canary, those that may not be listed left out: what is not known must not end an undo. */
export async function splitTraces(
  cluster: Cluster,
  canary: string,
  isOurs: boolean,
  signal: AbortSignal,
): Promise<readonly SplitTrace[]> {
  const routes = await cluster.list(HTTP_ROUTE, {}, signal).catch((error: unknown) => {
    if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return [];
    throw error;
  });
  return routes
    .filter((route) => leadsTo(route, canary) && (isOurs || isTouched(route)))
    .map((route) => ({
      name: `HTTPRoute ${route.metadata?.name}`,
      // The weights in the route add up to a hundred times what they were, so they need no memory.
      memory: { kind: 'http-route', route: route.metadata?.name ?? '', rules: [] },
      percent: largestShare(route, canary),
    }));
}

/** Whether a claim or a mark of the suite stands on it, as for as long as a release has a canary in it. */
const isTouched = ({ metadata }: HttpRoute): boolean =>
  metadata?.labels?.[FENCE_LABEL] !== undefined ||
  (metadata?.managedFields ?? []).some(({ manager }) => manager === FIELD_MANAGER);

/** The largest share that a rule of the route gives the canary, in whole percent. */
function largestShare(route: HttpRoute, canary: string): number {
  const shares = rulesOf(route).map((rule) => {
    const weights = (rule.backendRefs ?? []).map(({ weight = 1 }) => weight);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return total === 0 ? 0 : Math.round((100 * (backendOf(rule, canary, route.metadata?.namespace ?? '')?.weight ?? 0)) / total);
  });
  return Math.max(0, ...shares);
}
