import { createHash } from 'node:crypto';
import type { V1ConfigMap, V1PodTemplateSpec } from '@kubernetes/client-node';
import type { TravellingConfigMap } from '../manifest/travelling.js';

/** The name under which a ConfigMap travels with the canary. */
export const canaryConfigName = (name: string): string => `${name}-canary`;

/** The name under which what stable had is kept, for as long as the release may be rolled back. */
export const formerConfigName = (name: string): string => `${name}-d9-former`;

/** The fields that name a ConfigMap, wherever they stand in a pod: volumes, projected volumes, envFrom, env. */
const REFERENCES = new Set(['configMap', 'configMapRef', 'configMapKeyRef']);

/** The pod template with the canary's ConfigMaps in the place of stable's. */
export function withCanaryConfig(template: V1PodTemplateSpec, configMaps: readonly TravellingConfigMap[]): V1PodTemplateSpec {
  const names = new Set(configMaps.map(({ name }) => name));
  const rename = (value: unknown, key = ''): unknown => {
    if (Array.isArray(value)) return value.map((item) => rename(item));
    if (typeof value !== 'object' || value === null) return value;
    const renamed = Object.fromEntries(Object.entries(value).map(([inner, item]) => [inner, rename(item, inner)]));
    return REFERENCES.has(key) && names.has(renamed.name as string)
      ? { ...renamed, name: canaryConfigName(renamed.name as string) }
      : renamed;
  };
  return names.size === 0 ? template : (rename(template) as V1PodTemplateSpec);
}

/** A copy of a ConfigMap's content under another name. */
export const configCopy = (name: string, content: Pick<V1ConfigMap, 'data' | 'binaryData'>, metadata: object): V1ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { ...metadata, name },
  ...(content.data && { data: content.data }),
  ...(content.binaryData && { binaryData: content.binaryData }),
});

/** A short word for what a ConfigMap holds: the same for the same content, another for any other, `absent` where there is none. */
export function contentHash(content: Pick<V1ConfigMap, 'data' | 'binaryData'> | undefined): string {
  if (content === undefined) return 'absent';
  const sorted = (map: Readonly<Record<string, string>> = {}) => Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([sorted(content.data), sorted(content.binaryData)]))
    .digest('hex')
    .slice(0, 16);
}
