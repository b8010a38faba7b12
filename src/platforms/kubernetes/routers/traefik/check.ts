import { type Problems, UserError } from '../../../../kernel/errors.js';
import type { Testers } from '../../../../release/testers.js';
import { type App, backendsOf } from '../../app/app.js';
import type { SplitObject, WrittenShares } from '../../router.js';
import { childrenOf } from './list-edit.js';
import { isService, type TraefikService } from './objects.js';
import { liveShareOf } from './share.js';

const whereOf = (app: App, { metadata }: SplitObject): string => `TraefikService ${app.namespace}/${metadata?.name}`;

/** What of the list would go wrong in the middle of a release. */
export async function checkService(
  app: App,
  seen: SplitObject | undefined,
  testers: Testers | undefined,
  problems: Problems,
): Promise<void> {
  const service: TraefikService = seen ?? {};
  const { stable, canary, namespace } = backendsOf(app);
  const where = whereOf(app, service);
  const isNamed = (name: string) => childrenOf(service).some((child) => isService(child, name, namespace));
  const ours = childrenOf(service).filter((child) => isService(child, stable, namespace));
  if (ours.length > 0 && ours.every(({ weight = 1 }) => weight === 0))
    problems.add(
      'route-gives-nothing',
      `${where} gives Service ${stable} weight 0, so no request of it reaches the app and there is nothing to share. Give it a weight, or name with \`route\` the TraefikService that the requests come by.`,
    );
  if (isNamed(canary))
    problems.add(
      'route-sends-to-canary',
      `${where} sends traffic to Service ${canary} already, and no release on record made it do so. Take that child out of it.`,
    );
  const others = childrenOf(service).filter((child) => ![stable, canary].some((name) => isService(child, name, namespace)));
  if (others.length > 0)
    problems.add(
      'route-splits-already',
      `${where} splits its traffic already: it also sends traffic to ${others.map(({ name }) => name).join(', ')}. A share of it would not be a share of what Service ${stable} gets. Lead it to ${stable} alone for the release.`,
    );
  if (testers !== undefined)
    problems.add(
      'tester-rules-impossible',
      `Inputs \`header\` and \`cookie\` need a route whose rules tell requests apart, and the weights of ${where} can not. Leave them out, or use an HTTPRoute.`,
    );
}

export function odditiesOf(app: App, seen: SplitObject | undefined): readonly string[] {
  const service: TraefikService = seen ?? {};
  if (!service.spec?.weighted?.sticky?.cookie) return [];
  return [
    `${whereOf(app, service)} keeps each client where its cookie says (\`weighted.sticky\`): the canary's share is one of new clients, and those that it has stay with it until its weight is 0.`,
  ];
}

/** @throws UserError when somebody has given the canary another share since the release wrote it */
export function refuseDepartedService(app: App, seen: SplitObject | undefined, { percent, reached }: WrittenShares): void {
  const service: TraefikService = seen ?? {};
  const backends = backendsOf(app);
  const isListed = childrenOf(service).some((child) => isService(child, backends.canary, backends.namespace));
  if (!seen) return;
  const where = whereOf(app, service);
  if (!isListed && reached > 0)
    throw new UserError(
      'route-changed',
      `${where} no longer leads to Service ${backends.canary}: somebody took the canary out of it during the release, and it is not put in again. ` +
        'End the release with `weight: 0` or the rollback action, then begin a new one if it is still wanted. Nothing has been changed.',
    );
  // The first share of a release that was cut may not have been written.
  if (!isListed) return;
  const place = { kind: 'TraefikService', name: service.metadata?.name ?? '' } as const;
  const shareBeside = (expected: number) =>
    liveShareOf({ ingressRoutes: [], traefikServices: [service] }, [place], backends, expected);
  if ([percent, reached].some((written) => Math.abs(shareBeside(written) - written) <= ROUNDING)) return;
  const share = Number(shareBeside(percent).toFixed(1));
  throw new UserError(
    'route-changed',
    `${where} gives the canary ${share} %, and this release last gave it ${percent} %. It is not written over. ` +
      `End the release with \`weight: 0\` or the rollback action; or, to go on, give Service ${backends.canary} its ${percent} % back there and run the step again. Nothing has been changed.`,
  );
}

/** Others' weights need not add up to hundreds. */
const ROUNDING = 0.5;
