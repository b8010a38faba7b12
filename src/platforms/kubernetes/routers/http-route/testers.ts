import { UserError } from '../../../../kernel/errors.js';
import type { NameAndValue, Testers } from '../../../../release/testers.js';
import type { HttpRouteRule } from '../../api/http-route.js';
import { type Backends, backendOf } from './weights.js';

/** As many rules as a route may have (gateway-api apis/v1/httproute_types.go). */
const MAX_RULES = 16;

interface HeaderMatch {
  readonly type?: string;
  readonly name: string;
  readonly value: string;
}

interface RouteMatch {
  readonly headers?: readonly HeaderMatch[];
}

const leadsToCanaryAlone = (rule: HttpRouteRule, { canary, namespace }: Backends): boolean =>
  rule.backendRefs?.length === 1 && backendOf(rule, canary, namespace) !== undefined;

/** Whether each of its matches asks for the header or cookie of these testers, as the rules do that are made for them. */
function isMadeFor({ matches = [] }: HttpRouteRule, testers: Testers): boolean {
  const ours = headersOf(testers);
  const asksFor = ({ headers = [] }: RouteMatch) =>
    headers.some((header) => ours.some(({ name, value }) => header.name === name && header.value === value));
  return matches.length > 0 && (matches as readonly RouteMatch[]).every(asksFor);
}

/**
 * Rules that lead to the canary alone and were made for none of these testers: a person's own, for as long as the canary is there.
 * @param own the testers of the release, as they are and as they were
 */
export const othersRules = (
  rules: readonly HttpRouteRule[],
  backends: Backends,
  own: readonly (Testers | undefined)[],
): HttpRouteRule[] =>
  rules.filter((rule) => leadsToCanaryAlone(rule, backends) && !own.some((testers) => testers && isMadeFor(rule, testers)));

/** When the canary goes, so does whatever leads to it alone. */
export const withoutCanaryRules = (rules: readonly HttpRouteRule[], backends: Backends): HttpRouteRule[] =>
  rules.filter((rule) => !leadsToCanaryAlone(rule, backends));

/**
 * In front of each rule that leads to stable, one with the same matches and filters that leads the testers to the canary. More header matches
 * make a rule more specific, so it wins on every implementation. A person's own rule to the canary stays.
 * @param former whose rules are there already
 * @throws UserError when the route can't have such rules
 */
export function withTesterRules(
  rules: readonly HttpRouteRule[],
  backends: Backends,
  testers: Testers | undefined,
  former?: Testers,
): HttpRouteRule[] {
  const foreign = othersRules(rules, backends, [testers, former]);
  const others = rules.filter((rule) => !leadsToCanaryAlone(rule, backends) || foreign.includes(rule));
  if (testers === undefined) return others;
  const all = others.flatMap((rule) => {
    const stable = backendOf(rule, backends.stable, backends.namespace);
    if (!stable) return [rule];
    const matches = (rule.matches ?? [{}]).flatMap((match) =>
      headersOf(testers).map((header) => withHeader(match as RouteMatch, header)),
    );
    const { name: _, ...rest } = rule;
    return [{ ...rest, matches, backendRefs: [{ ...stable, name: backends.canary, weight: 1 }] }, rule];
  });
  if (all.length > MAX_RULES) {
    throw new UserError(
      'tester-rules-impossible',
      `With rules for \`header\` or \`cookie\` the route would have ${all.length} rules, and it may have ${MAX_RULES}. Leave them out, or split the route.`,
    );
  }
  return all;
}

const headersOf = ({ header, cookie }: Testers): HeaderMatch[] => [
  ...(header ? [{ name: header.name, type: 'Exact', value: header.value }] : []),
  ...(cookie ? [{ name: 'cookie', type: 'RegularExpression', value: cookiePattern(cookie) }] : []),
];

/** Implementations differ in whether a pattern must match the whole value; this one does either way. */
const cookiePattern = ({ name, value }: NameAndValue): string => `^(.*;\\s*)?${quoted(name)}=${quoted(value)}(\\s*;.*)?$`;

const quoted = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

function withHeader(match: RouteMatch, header: HeaderMatch): RouteMatch {
  const taken = match.headers?.find(({ name }) => name.toLowerCase() === header.name.toLowerCase());
  if (taken) {
    throw new UserError(
      'tester-rules-impossible',
      `A rule of the route already matches the header ${taken.name}, and a match can name a header only once. Choose another header for the testers.`,
    );
  }
  return { ...match, headers: [...(match.headers ?? []), header] };
}
