import { createHash } from 'node:crypto';
import type { BackendRef, HttpRoute, HttpRouteRule } from '../../api/http-route.js';

import type { HttpRouteMemory, RuleMemory } from './kind.js';

/** Highest weight that a backend may have (gateway-api apis/v1/shared_types.go). */
const MAX_WEIGHT = 1_000_000;

export interface Backends {
  readonly stable: string;
  readonly canary: string;
  /** Of both; the route has the same. */
  readonly namespace: string;
}

/** A backend without a namespace is in the route's; one of another namespace is another Service, whatever its name. */
const isService = (backend: BackendRef, name: string, namespace: string): boolean =>
  backend.name === name &&
  (backend.namespace ?? namespace) === namespace &&
  (backend.kind ?? 'Service') === 'Service' &&
  (backend.group ?? '') === '';

/** The backend of a rule that is this Service. */
export const backendOf = (rule: HttpRouteRule, name: string, namespace: string): BackendRef | undefined =>
  rule.backendRefs?.find((backend) => isService(backend, name, namespace));

/** Longer ones would not fit into the release record, which has to hold one for each rule. */
const MAX_IDENTITY = 1000;

/** What tells a rule from the others whatever its place: its name, or else what it matches. */
export function ruleIdentity(rule: HttpRouteRule): string {
  const identity = rule.name ?? JSON.stringify(rule.matches ?? []);
  return identity.length <= MAX_IDENTITY ? identity : createHash('sha256').update(identity).digest('hex');
}

export const rulesOf = (route: HttpRoute): HttpRouteRule[] => route.spec?.rules ?? [];

/** Whether any rule sends traffic to the Service. */
export const leadsTo = (route: HttpRoute, service: string): boolean =>
  rulesOf(route).some((rule) => backendOf(rule, service, route.metadata?.namespace ?? ''));

/** The names of the Services that the rules lead to, with the rule's number, for messages: `menu (rule 1)`. */
export const namedBackends = (route: HttpRoute): string[] =>
  rulesOf(route).flatMap((rule, index) =>
    (rule.backendRefs ?? []).map((backend) => {
      const isElsewhere = backend.namespace !== undefined && backend.namespace !== route.metadata?.namespace;
      return `${backend.name} (${isElsewhere ? `namespace ${backend.namespace}, ` : ''}rule ${index})`;
    }),
  );

/** Where a rule that leads to stable sends traffic besides: other backends, or stable once more (by another port, say). */
export function servicesBeside(rule: HttpRouteRule, { stable, namespace }: Backends): string[] {
  const chosen = backendOf(rule, stable, namespace);
  if (!chosen) return [];
  return (rule.backendRefs ?? [])
    .filter((backend) => backend !== chosen && backend.weight !== 0)
    .map((backend) => ((backend.namespace ?? namespace) === namespace ? backend.name : `${backend.namespace}/${backend.name}`));
}

/** The weights that stable's backends have before the release. */
export const rememberWeights = (route: HttpRoute, { stable, namespace }: Backends): RuleMemory[] =>
  rulesOf(route).flatMap((rule) => {
    const backend = backendOf(rule, stable, namespace);
    return backend ? [{ rule: ruleIdentity(rule), weight: backend.weight ?? null }] : [];
  });

/** The memory with which a release of this route begins. */
export const httpRouteMemory = (route: HttpRoute, backends: Backends): HttpRouteMemory => ({
  kind: 'http-route',
  route: route.metadata?.name ?? '',
  rules: rememberWeights(route, backends),
});

/**
 * The rules with the canary's share written in: stable's own weight W becomes W × (100 − percent) and the canary's W × percent, and the
 * weights of all other backends of the rule grow by the same 100, so that their shares stay.
 * @throws RangeError when a weight would exceed what the API allows
 */
export function withCanaryShare(
  rules: readonly HttpRouteRule[],
  backends: Backends,
  memory: readonly RuleMemory[],
  percent: number,
): HttpRouteRule[] {
  return rules.map((rule) => {
    const stable = backendOf(rule, backends.stable, backends.namespace);
    if (!stable) return rule;
    const listed = backendOf(rule, backends.canary, backends.namespace);
    const original = originalWeight(rule, stable, listed, memory);
    const factor = listed ? 1 : 100;
    const canary: BackendRef = { ...stable, ...listed, name: backends.canary, weight: checked(original * percent) };
    const others = (rule.backendRefs ?? []).filter((backend) => backend !== listed);
    const weighted = others.map((backend) => ({
      ...backend,
      weight: checked(backend === stable ? original * (100 - percent) : (backend.weight ?? 1) * factor),
    }));
    const at = others.indexOf(stable) + 1;
    return { ...rule, backendRefs: [...weighted.slice(0, at), canary, ...weighted.slice(at)] };
  });
}

/** Share 0 in the rules that list the canary; a rule that does not is left alone, so that an early abort adds nothing. */
export const withZeroWeight = (
  rules: readonly HttpRouteRule[],
  backends: Backends,
  memory: readonly RuleMemory[],
): HttpRouteRule[] =>
  rules.flatMap((rule) =>
    backendOf(rule, backends.canary, backends.namespace) ? withCanaryShare([rule], backends, memory, 0) : [rule],
  );

/** The rules as they would be had there been no release: the canary gone, the weights back; edits of others stay. */
export function withoutCanary(
  rules: readonly HttpRouteRule[],
  backends: Backends,
  memory: readonly RuleMemory[],
): HttpRouteRule[] {
  return rules.map((rule) => {
    const canary = backendOf(rule, backends.canary, backends.namespace);
    const stable = backendOf(rule, backends.stable, backends.namespace);
    if (!canary) return rule;
    const remaining = (rule.backendRefs ?? []).filter((backend) => backend !== canary);
    return {
      ...rule,
      backendRefs: remaining.map((backend) =>
        backend === stable ? restoredStable(rule, stable, canary, memory) : restoredOther(backend),
      ),
    };
  });
}

function restoredStable(rule: HttpRouteRule, stable: BackendRef, canary: BackendRef, memory: readonly RuleMemory[]): BackendRef {
  const { weight: _, ...rest } = stable;
  const remembered = memory.find(({ rule: identity }) => identity === ruleIdentity(rule));
  const weight = originalWeight(rule, stable, canary, memory);
  return remembered?.weight === null && weight === 1 ? rest : { ...rest, weight };
}

function restoredOther(backend: BackendRef): BackendRef {
  const before = (backend.weight ?? 1) / 100;
  return Number.isInteger(before) ? { ...backend, weight: before } : backend;
}

function originalWeight(
  rule: HttpRouteRule,
  stable: BackendRef,
  listed: BackendRef | undefined,
  memory: readonly RuleMemory[],
): number {
  const remembered = memory.find(({ rule: identity }) => identity === ruleIdentity(rule));
  if (!listed) return remembered ? (remembered.weight ?? 1) : (stable.weight ?? 1);
  // With the canary in it, the sum is 100 times the original: the route itself says so, whatever became of the record.
  const sum = (stable.weight ?? 1) + (listed.weight ?? 1);
  if (sum > 0 && sum % 100 === 0) return sum / 100;
  // A rule whose weights somebody changed, or that somebody added, mid-release.
  return remembered ? (remembered.weight ?? 1) : Math.max(1, Math.round(sum / 100));
}

function checked(weight: number): number {
  if (weight > MAX_WEIGHT)
    throw new RangeError(`a backend would need weight ${weight}, above the ${MAX_WEIGHT} that the Gateway API allows`);
  return weight;
}
