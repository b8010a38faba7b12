import type { UncoveredOptions } from '../../../release/proof/split-words.js';
import { SERVICE } from '../api/kinds.js';
import type { App } from '../app/app.js';
import type { HeldApp } from '../ledger/ledger.js';
import type { Router } from '../router.js';
import { leakingServices, otherWays } from '../surroundings/other-ways.js';
import { type Survey, splitName } from '../survey/survey.js';
import { forbidden } from '../survey/undo-survey.js';

/** What the inputs say of traffic that the route does not split. */
export interface UncoveredAsked {
  /** Percent; an action without the input moves no share that others could lower. */
  readonly uncovered?: number;
  readonly onUncovered?: 'warn' | 'fail';
}

/** What a step may know without another request: an Ingress would take one. */
export function uncoveredOf(
  { app, services, entrances, split }: Survey,
  { uncovered = 0, onUncovered = 'warn' }: UncoveredAsked,
): UncoveredOptions {
  const { uncovered: ways } = otherWays({ ingresses: [], services, routes: entrances }, app, splitName(split));
  return { declared: uncovered, onMore: onUncovered, ways };
}

/** What leads to the canary whatever its weight, as it is now: Services over its pods, and a person's own rules. An undo has read none of them. */
export async function leaksTo(
  app: App,
  { cluster, record }: Pick<HeldApp, 'cluster' | 'record'>,
  router: Pick<Router, 'strays'>,
  signal: AbortSignal,
): Promise<string[]> {
  const [services, strays] = await Promise.all([
    forbidden([], cluster.list(SERVICE, {}, signal)),
    router.strays(record.latest?.testers, signal),
  ]);
  return [...leakingServices(services, app).map(({ metadata }) => `Service ${metadata?.name}`), ...strays];
}
