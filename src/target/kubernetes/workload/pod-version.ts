import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { V1PodTemplateSpec } from '@kubernetes/client-node';

/** What `kubectl rollout restart` writes, so that a template that differs in nothing else rolls. */
export const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

/** What starts the pods of a Deployment anew without changing what they are: kubectl, Rancher's redeploy, and Reloader's default strategy. */
export const RESTART_MARKS: ReadonlySet<string> = new Set([
  RESTARTED_AT,
  'cattle.io/timestamp',
  'reloader.stakater.com/last-reloaded-from',
]);

/** The label that the Deployment's controller adds to the templates of its ReplicaSets. */
const TEMPLATE_HASH = 'pod-template-hash';

/** A template as what it makes of a pod: without the marks of a restart and what a controller adds. */
function essence({ metadata, spec }: V1PodTemplateSpec): unknown {
  const only = (map: Readonly<Record<string, string>> = {}, isKept: (key: string) => boolean) =>
    Object.fromEntries(Object.entries(map).filter(([key]) => isKept(key)));
  return {
    labels: only(metadata?.labels, (key) => key !== TEMPLATE_HASH),
    annotations: only(metadata?.annotations, (key) => !RESTART_MARKS.has(key)),
    spec,
  };
}

/** Whether two templates are of one version: a restart makes none. */
export const isSameVersion = (a: V1PodTemplateSpec, b: V1PodTemplateSpec): boolean => isDeepStrictEqual(essence(a), essence(b));

/** A short word for the version that a template is of: the same for one that was only restarted, another for any other. */
export const versionOf = (template: V1PodTemplateSpec): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted(essence(template))))
    .digest('hex')
    .slice(0, 16);

/** With the keys of every object in one order, whatever order the server has them in. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}
