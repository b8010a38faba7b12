import type { HttpRoute, HttpRouteRule } from '../../api/http-route.js';
import { FIELD_MANAGER } from '../../api/ownership.js';
import { type Backends, backendOf, rulesOf } from './weights.js';

/** The canary's share in a rule that leads to stable or to the canary, in percent; undefined for any other rule. */
function shareIn(rule: HttpRouteRule, backends: Backends): number | undefined {
  const [stable, canary] = [
    backendOf(rule, backends.stable, backends.namespace),
    backendOf(rule, backends.canary, backends.namespace),
  ];
  if (!stable) return undefined;
  const [ofStable, ofCanary] = [stable.weight ?? 1, canary ? (canary.weight ?? 1) : 0];
  // A rule that its owner has switched off has no share to give.
  return ofStable + ofCanary === 0 ? undefined : (100 * ofCanary) / (ofStable + ofCanary);
}

/** The canary's share as the live route has it, in percent: the one that differs most from `expected`, should its rules differ. */
export function liveShareOf(route: HttpRoute, backends: Backends, expected: number): number {
  const shares = rulesOf(route).flatMap((rule) => shareIn(rule, backends) ?? []);
  const distance = (share: number) => Math.abs(share - expected);
  return shares.reduce((worst, share) => (distance(share) > distance(worst) ? share : worst), shares[0] ?? 0);
}

/** A rule that others wrote need not have weights that add up to hundreds. */
export const ROUNDING = 0.5;

/**
 * Why the live route does not give the canary its share, whoever changed it; undefined when it does.
 * @param percent as it was written
 */
export function departureOf(route: HttpRoute, backends: Backends, percent: number): string | undefined {
  const where = `HTTPRoute ${route.metadata?.namespace}/${route.metadata?.name}`;
  const flaws = rulesOf(route).flatMap((rule, index) => {
    const share = shareIn(rule, backends);
    if (share === undefined || Math.abs(share - percent) <= ROUNDING) return [];
    return [`rule ${index} gives it ${Number(share.toFixed(1))} %`];
  });
  const leads = rulesOf(route).some((rule) => shareIn(rule, backends) !== undefined);
  if (leads && flaws.length === 0) return undefined;
  const what = leads ? flaws.join(', ') : `no rule leads to Service ${backends.stable} any more`;
  if (isOursAlone(route))
    return `${where} does not give the canary the ${percent} % that are on record: ${what}. Nobody else has written its rules: the step that was to was cut short, or is still at work. Run canary-step with this weight again.`;
  return (
    `${where} does not give the canary the ${percent} % that were written: ${what}. ${writerOf(route)} ` +
    'Keep it from writing the route while a release lasts (docs/gitops.md), then run the step again.'
  );
}

/** `rules` is one atomic list, so whoever wrote it last owns it. */
function isOursAlone({ metadata }: HttpRoute): boolean {
  const owners = (metadata?.managedFields ?? []).filter(({ subresource, fieldsV1 }) => !subresource && hasRules(fieldsV1));
  return owners.length > 0 && owners.every(({ manager }) => manager === FIELD_MANAGER);
}

/** Who wrote the rules last, by the API server's account of it (`metadata.managedFields`). */
export function writerOf({ metadata }: HttpRoute): string {
  const written = (metadata?.managedFields ?? [])
    .filter(({ manager, subresource, fieldsV1 }) => manager !== FIELD_MANAGER && !subresource && hasRules(fieldsV1))
    .toSorted((a, b) => timeOf(a.time) - timeOf(b.time))
    .at(-1);
  if (!written) return 'Somebody wrote its rules after this release had.';
  const at = written.time === undefined ? '' : ` at ${new Date(written.time).toISOString().replace('.000', '')}`;
  return `\`${written.manager}\` wrote its rules${at} (${written.operation ?? 'Update'}).`;
}

const timeOf = (time: Date | string | undefined): number => (time === undefined ? 0 : new Date(time).getTime());

const hasRules = (fields: object | undefined): boolean =>
  'f:rules' in ((fields as { 'f:spec'?: object } | undefined)?.['f:spec'] ?? {});
