import { Api, type KubeObject } from '../client/api.js';
import { kubeconfigFile } from './identities.js';

/** Waits until nodes are ready for pods. A node that is new carries a taint until the controller manager has seen it ready; the first rollout would wait for that. */
export async function untilSchedulable(directory: string, names: readonly string[]): Promise<void> {
  const api = new Api(kubeconfigFile(directory, 'admin'));
  await Promise.all(names.map((name) => api.until('/api/v1/nodes', name, isFree)));
  api.close();
}

const isFree = (node: KubeObject | undefined) => node !== undefined && !(node.spec as { taints?: unknown }).taints;
