import { type Problems, UserError } from '../../../../kernel/errors.js';
import type { Testers } from '../../../../release/testers.js';
import type { HttpRoute } from '../../api/http-route.js';
import { type App, backendsOf } from '../../app/app.js';
import type { SplitObject, WrittenShares } from '../../router.js';
import { liveShareOf, ROUNDING, writerOf } from './departure.js';
import { refuseShared } from './find-http-route.js';
import { refuseUnaccepted, silentParents, unattachedParents } from './status.js';
import { withTesterRules } from './testers.js';
import { backendOf, leadsTo, rulesOf } from './weights.js';

/** What of the route would go wrong in the middle of a release. */
export async function checkRoute(
  app: App,
  seen: SplitObject | undefined,
  testers: Testers | undefined,
  problems: Problems,
): Promise<void> {
  const route: HttpRoute = seen ?? {};
  const { canary } = backendsOf(app);
  if (leadsTo(route, canary))
    problems.add(
      'route-sends-to-canary',
      `HTTPRoute ${app.namespace}/${route.metadata?.name} sends traffic to Service ${canary} already, and no release on record made it do so. Take that backend out of the route.`,
    );
  await problems.gather(() => refuseShared(route, backendsOf(app)));
  await problems.gather(() => refuseUnaccepted(route));
  await problems.gather(() => void (testers && withTesterRules(rulesOf(route), backendsOf(app), testers)));
}

/** Parents that nobody serves, and ports that the Service does not have. */
export const odditiesOfRoute = (app: App, seen: SplitObject | undefined): readonly string[] =>
  seen ? [...silent(seen), ...deadPorts(app, seen)] : [];

/** Nobody acts on a weight at a Gateway without a controller; what it still brings stays as it is. */
function silent(route: HttpRoute): string[] {
  const [unattached, unheard] = [unattachedParents(route), silentParents(route)];
  const name = route.metadata?.name;
  return [
    ...(unattached.length > 0
      ? [
          `HTTPRoute ${name} is not attached to ${unattached.join('; ')}, so nobody is waited for there. Let its listeners allow the route, or take it out of the parentRefs.`,
        ]
      : []),
    ...(unheard.length > 0
      ? [
          `No controller has ever reported on HTTPRoute ${name} for ${unheard.join(', ')}, so nobody is waited for there. Take it out of the parentRefs, or see why nobody serves it.`,
        ]
      : []),
  ];
}

function deadPorts({ service, namespace }: App, route: HttpRoute): string[] {
  const ports = (service.spec?.ports ?? []).map(({ port }) => port);
  const asked = rulesOf(route).flatMap((rule) => backendOf(rule, service.metadata?.name ?? '', namespace)?.port ?? []);
  const dead = [...new Set(asked)].filter((port) => !ports.includes(port));
  return dead.map(
    (port) =>
      `HTTPRoute ${namespace}/${route.metadata?.name} leads to port ${port} of Service ${service.metadata?.name}, which has ${ports.join(', ') || 'none'}: its requests reach nobody.`,
  );
}

/**
 * Whoever changes the canary's share in the route by hand between two steps has a reason, and a step that went on would write over it.
 * @throws UserError when the route gives the canary another share than the release wrote last, naming who wrote it
 */
export function refuseDepartedRoute(app: App, seen: SplitObject | undefined, { percent: weight, reached }: WrittenShares): void {
  const route: HttpRoute = seen ?? {};
  const backends = backendsOf(app);
  // One that is taken out of the route altogether is refused where it is written.
  if (!seen || !leadsTo(route, backends.canary) || !leadsTo(route, backends.stable)) return;
  const departs = (percent: number) => Math.abs(liveShareOf(route, backends, percent) - percent) > ROUNDING;
  // A step that was cut may have its weight on record and not in the route.
  if (![weight, reached].every(departs)) return;
  const share = Number(liveShareOf(route, backends, weight).toFixed(1));
  throw new UserError(
    'route-changed',
    `HTTPRoute ${app.namespace}/${route.metadata?.name} gives the canary ${share} %, and this release last gave it ${weight} %. ${writerOf(route)} ` +
      `It is not written over. End the release with \`weight: 0\` or the rollback action; or, to go on, give Service ${backends.canary} its ${weight} % back in the route and run the step again. Nothing has been changed.`,
  );
}
