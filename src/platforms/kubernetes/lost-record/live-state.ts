import type { Release } from '../../../release/record/record.js';
import type { Cluster } from '../api/cluster.js';
import { canaryName } from '../app/app.js';
import { describeState } from '../canary/describe.js';
import { kubernetesOf } from '../memory.js';
import type { Router } from '../router.js';
import { routerOfKind } from '../routers/index.js';

/** A share that others wrote need not be a whole percentage. */
const ROUNDING = 0.5;

/** For whoever is to be told also why the route departs from the record. */
export interface Reasons extends Pick<Router, 'departure'> {
  /** What the failure says before this line; why the route departs is not said twice. */
  readonly said?: string;
}

/**
 * Where the traffic is, by the route and not by the record, which is written before the effect and may name a share that never was, or that somebody
 * has written back since. A route that can't be read must not hide the failure that this line ends.
 * @returns what the record says where the cluster does not answer
 */
export async function describeLive(
  cluster: Cluster,
  app: string,
  release: Release,
  signal: AbortSignal,
  reasons?: Reasons,
): Promise<string> {
  const { weight } = release;
  const { router, service: stable } = kubernetesOf(release);
  try {
    const { live } = await routerOfKind(router.kind).load();
    const found = await live(cluster, router, { stable, canary: canaryName(app), weight }, signal);
    if (found === undefined) return describeState(release);
    if (found.kind !== 'share') {
      const state = describeState(release, found.why);
      return found.kind === 'gone' ? withReason(state, release, signal, reasons) : state;
    }
    if (Math.abs(found.percent - weight) <= ROUNDING) return describeState(release);
    return withReason(describeState({ ...release, weight: Number(found.percent.toFixed(1)) }), release, signal, reasons);
  } catch {
    return `The route could not be read; by the record: ${describeState(release)}`;
  }
}

async function withReason(state: string, { weight }: Release, signal: AbortSignal, reasons?: Reasons): Promise<string> {
  const why = await reasons?.departure(weight, signal);
  return why === undefined || reasons?.said?.includes(why) ? state : `${state}\n${why}`;
}
