import type { V1PodTemplateSpec } from '@kubernetes/client-node';

/** The ConfigMaps and Secrets that a pod of the template reads, by name. */
export interface ReferencedConfig {
  readonly configMaps: readonly string[];
  readonly secrets: readonly string[];
}

/** The fields that name one, wherever they stand in a pod: env, envFrom, volumes, projected volumes. A pull secret is the node's. */
const OF_CONFIG_MAP = new Set(['configMap', 'configMapRef', 'configMapKeyRef']);
const OF_SECRET = new Set(['secret', 'secretRef', 'secretKeyRef']);

export function referencedConfig({ spec }: V1PodTemplateSpec): ReferencedConfig {
  const configMaps = new Set<string>();
  const secrets = new Set<string>();
  const visit = (value: unknown, key = ''): void => {
    if (typeof value !== 'object' || value === null) return;
    const { name, secretName } = value as { name?: unknown; secretName?: unknown };
    if (OF_CONFIG_MAP.has(key) && typeof name === 'string') configMaps.add(name);
    if (OF_SECRET.has(key)) for (const one of [name, secretName]) if (typeof one === 'string') secrets.add(one);
    for (const [inner, item] of Object.entries(value)) visit(item, inner);
  };
  const { containers, initContainers, volumes } = spec ?? { containers: [] };
  visit([containers, initContainers, volumes]);
  return { configMaps: [...configMaps], secrets: [...secrets] };
}
