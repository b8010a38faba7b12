import type { V1PodDisruptionBudget } from '@kubernetes/client-node';
import type { Problems } from '../action/errors.js';
import type { Cluster } from '../target/kubernetes/cluster.js';
import { CONFIG_MAP } from '../target/kubernetes/kinds.js';
import { type App, canaryName } from '../target/kubernetes/workload/app.js';
import { canaryConfigName, formerConfigName } from '../target/kubernetes/workload/canary-config.js';
import { isOfSuite } from '../target/kubernetes/workload/canary-objects.js';
import { refuseLeaving } from './taken-by-canary.js';

/**
 * Refuses a release that would need the name of somebody else's object. The canary's Deployment and Service are looked for elsewhere; these are the
 * budget and the ConfigMaps.
 */
export async function refuseTakenNames(
  cluster: Cluster,
  app: App,
  budgets: readonly V1PodDisruptionBudget[],
  problems: Problems,
  signal: AbortSignal,
): Promise<void> {
  const names = (app.next?.configMaps ?? []).flatMap(({ name }) => [canaryConfigName(name), formerConfigName(name)]);
  const configMaps = await Promise.all(names.map((name) => cluster.read(CONFIG_MAP, name, signal)));
  const there = [
    ...budgets
      .filter(({ metadata }) => metadata?.name === canaryName(app.name))
      .map((budget) => ({ ...budget, kind: 'PodDisruptionBudget' })),
    ...configMaps.filter((found) => found !== undefined).map((found) => ({ ...found, kind: 'ConfigMap' })),
  ];
  const ours = there.filter(isOfSuite);
  refuseLeaving(app.namespace, ours, problems);
  const taken = there.filter((object) => !ours.includes(object)).map(({ kind, metadata }) => `${kind} ${metadata?.name}`);
  if (taken.length === 0) return;
  const them = taken.length > 1 ? 'them' : 'it';
  problems.add(
    `${taken.join(' and ')} in namespace ${app.namespace} ${taken.length > 1 ? 'are' : 'is'} there already and not of this suite, and a release needs ${them === 'it' ? 'that name' : 'those names'}. ` +
      `See whose ${taken.length > 1 ? 'they are' : 'it is'} (kubectl describe), and rename or delete ${them}.`,
  );
}
