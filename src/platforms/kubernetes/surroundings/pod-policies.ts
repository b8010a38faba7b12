import type { V1LabelSelector } from '@kubernetes/client-node';
import { selects } from '../api/selection.js';

type Labels = Readonly<Record<string, string>>;

/** Any object that selects pods by label, as the API server returns it. */
export interface PodPolicy {
  readonly kind?: string | undefined;
  readonly metadata?: { readonly name?: string } | undefined;
  readonly spec?: unknown;
}

/** A selector that has stable's pods and not the canary's. */
export interface Gap {
  /** `NetworkPolicy db`. */
  readonly policy: string;
  /** Where in it: `spec.ingress[0].from[1].podSelector`. */
  readonly path: string;
}

/** Selectors of other things than pods. */
const NOT_OF_PODS = /^(namespaceSelector|nodeSelector|serviceSelector|serviceAccountSelector)$/;

/**
 * Finds the selectors, wherever they stand in a policy, that have stable's pods and leave the canary's out: as target, so that the canary is not
 * covered, or as peer, so that the canary is not let through.
 */
export function gapsIn(policies: readonly PodPolicy[], stable: Labels, canary: Labels): Gap[] {
  return policies.flatMap(({ kind, metadata, spec }) =>
    gapPaths(spec, 'spec', stable, canary).map((path) => ({ policy: `${kind} ${metadata?.name}`, path })),
  );
}

function gapPaths(value: unknown, path: string, stable: Labels, canary: Labels): string[] {
  if (typeof value === 'string') return isTextGap(value, stable, canary) ? [path] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => gapPaths(item, `${path}[${index}]`, stable, canary));
  if (typeof value !== 'object' || value === null) return [];
  if ('matchLabels' in value || 'matchExpressions' in value) {
    const selector = withoutPrefixes(value as V1LabelSelector);
    return selects(selector, stable) && !selects(selector, canary) ? [path] : [];
  }
  return Object.entries(value)
    .filter(([key]) => !NOT_OF_PODS.test(key))
    .flatMap(([key, inner]) => gapPaths(inner, `${path}.${key}`, stable, canary));
}

/** Cilium says where a label comes from: `k8s:app`. */
function withoutPrefixes({ matchLabels, matchExpressions }: V1LabelSelector): V1LabelSelector {
  const bare = (key: string) => key.replace(/^(k8s|any):/, '');
  return {
    matchLabels: Object.fromEntries(Object.entries(matchLabels ?? {}).map(([key, value]) => [bare(key), value])),
    matchExpressions: (matchExpressions ?? []).map((term) => ({ ...term, key: bare(term.key) })),
  };
}

/** Calico selects by an expression such as `app == 'restaurant'`; one that names a label with stable's value does not have the canary's. */
function isTextGap(expression: string, stable: Labels, canary: Labels): boolean {
  return Object.entries(stable).some(([key, value]) => {
    if (canary[key] === value) return false;
    return [`'${value}'`, `"${value}"`].some((quoted) => expression.includes(`${key} == ${quoted}`));
  });
}
