import type { Kind } from './kinds.js';

/** The kinds we use that live in no namespace. */
const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  'customresourcedefinitions',
  'gatewayclasses',
  'namespaces',
  'nodes',
  'selfsubjectaccessreviews',
  'selfsubjectrulesreviews',
]);

/** Path of a collection, or of one object in it: https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris */
export function resourcePath(kind: Kind<unknown>, namespace: string, name?: string): string {
  const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  const scope = CLUSTER_SCOPED.has(kind.plural) ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${scope}/${kind.plural}${name === undefined ? '' : `/${encodeURIComponent(name)}`}`;
}

/** `path?a=1&b=2`; the path alone when there is nothing to ask. */
export function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).flatMap(
    ([key, value]): Array<[string, string]> => (value === undefined ? [] : [[key, value]]),
  );
  return given.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams(given)}`;
}
