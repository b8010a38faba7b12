import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { V1Container, V1PodSpec, V1PodTemplateSpec } from '@kubernetes/client-node';

/** What `kubectl rollout restart` writes, so that a template that differs in nothing else rolls. */
export const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

/** Annotations that start the pods of a Deployment anew without changing what they are: of kubectl, Rancher's redeploy, and Reloader. */
const RESTART_MARKS: ReadonlySet<string> = new Set([
  RESTARTED_AT,
  'cattle.io/timestamp',
  'reloader.stakater.com/last-reloaded-from',
]);

/** Reloader's default strategy writes the hash of what changed there (github.com/stakater/Reloader, internal/pkg/constants). */
const RELOADED = /^STAKATER_.+_(?:CONFIGMAP|SECRET)$/;

/** Whether an annotation, or a variable of a container's environment, only starts pods anew. */
export const isRestartMark = (name: string): boolean => RESTART_MARKS.has(name) || RELOADED.test(name);

/** The label that the Deployment's controller adds to the templates of its ReplicaSets. */
const TEMPLATE_HASH = 'pod-template-hash';

/** A template as what it makes of a pod: without the marks of a restart and what a controller adds. */
function essence({ metadata, spec }: V1PodTemplateSpec): unknown {
  const only = (map: Readonly<Record<string, string>> = {}, isKept: (key: string) => boolean) =>
    Object.fromEntries(Object.entries(map).filter(([key]) => isKept(key)));
  return {
    labels: only(metadata?.labels, (key) => key !== TEMPLATE_HASH),
    annotations: only(metadata?.annotations, (key) => !isRestartMark(key)),
    spec: withoutReloaded(spec),
  };
}

function withoutReloaded(spec: V1PodSpec | undefined): unknown {
  const unmarked = ({ env, ...container }: V1Container) => {
    const kept = env?.filter(({ name }) => !isRestartMark(name));
    return { ...container, ...(kept && kept.length > 0 && { env: kept }) };
  };
  const lists = { containers: spec?.containers, initContainers: spec?.initContainers };
  const kept = Object.entries(lists).flatMap(([list, containers]) => (containers ? [[list, containers.map(unmarked)]] : []));
  return spec && { ...spec, ...Object.fromEntries(kept) };
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
