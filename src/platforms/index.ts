import { endedOnKubernetes, kubernetesMemory } from './kubernetes/memory.js';
import type { PlatformDescription } from './platform.js';

/** The platforms on which a release can be. */
export const PLATFORMS = [
  { kind: 'kubernetes', memory: kubernetesMemory, ended: endedOnKubernetes },
] as const satisfies readonly PlatformDescription[];

export type PlatformKind = (typeof PLATFORMS)[number]['kind'];

/**
 * The description of a kind.
 * @throws Error for one that there is not; what comes from outside has been checked by then
 */
export function platformOfKind(kind: string): PlatformDescription {
  const description = PLATFORMS.find((platform) => platform.kind === kind);
  if (description === undefined) throw new Error(`there is no platform of kind ${kind}`);
  return description;
}
