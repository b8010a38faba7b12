import type { V1ObjectMeta, V1PodDisruptionBudget } from '@kubernetes/client-node';
import type { Problems } from '../../../kernel/errors.js';
import type { Cluster } from '../api/cluster.js';
import { CONFIG_MAP } from '../api/kinds.js';
import { type App, canaryName } from '../app/app.js';
import { canaryConfigName, formerConfigName } from '../canary-objects/canary-config.js';
import { APP_LABEL, isOfSuite } from '../canary-objects/canary-objects.js';
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
  const wanted = (app.next?.configMaps ?? []).map(({ name }) => name);
  refuseOwnNames(wanted, problems);
  const names = wanted.flatMap((name) => [canaryConfigName(name), formerConfigName(name)]);
  const configMaps = await Promise.all(names.map((name) => cluster.read(CONFIG_MAP, name, signal)));
  const there = [
    ...budgets
      .filter(({ metadata }) => metadata?.name === canaryName(app.name))
      .map((budget) => ({ ...budget, kind: 'PodDisruptionBudget' })),
    ...configMaps.filter((found) => found !== undefined).map((found) => ({ ...found, kind: 'ConfigMap' })),
  ];
  const ours = there.filter(isOfSuite);
  refuseLeaving(app.namespace, ours, problems);
  const anothers = ours.filter(({ kind, metadata }) => kind === 'ConfigMap' && isAnotherCanarys(metadata, app.name));
  for (const { metadata } of anothers)
    problems.add(
      'name-taken',
      `ConfigMap ${metadata?.name} is the canary's in a release of app ${metadata?.labels?.[APP_LABEL]}, which is in flight and has a ConfigMap of the same name in its manifest. Wait for that release to end, or give each app a ConfigMap of its own.`,
    );
  const taken = there.filter((object) => !ours.includes(object)).map(({ kind, metadata }) => `${kind} ${metadata?.name}`);
  if (taken.length === 0) return;
  const them = taken.length > 1 ? 'them' : 'it';
  problems.add(
    'name-taken',
    `${taken.join(' and ')} in namespace ${app.namespace} ${taken.length > 1 ? 'are' : 'is'} there already and not of this suite, and a release needs ${them === 'it' ? 'that name' : 'those names'}. ` +
      `See whose ${taken.length > 1 ? 'they are' : 'it is'} (kubectl describe), and rename or delete ${them}.`,
  );
}

/** A file may have a ConfigMap that is called as the copy of another one of it would be. */
function refuseOwnNames(wanted: readonly string[], problems: Problems): void {
  for (const name of wanted)
    for (const [copy, of] of [
      [canaryConfigName(name), "the canary's copy"],
      [formerConfigName(name), 'the copy of what stable had'],
    ] as const)
      if (wanted.includes(copy))
        problems.add(
          'name-taken',
          `The manifest has a ConfigMap ${copy}, and a release needs that name for ${of} of ConfigMap ${name}. Rename it.`,
        );
}

/** Its copy of what stable had may stay until its next release; what its canary runs with goes with the canary. */
const isAnotherCanarys = (metadata: V1ObjectMeta | undefined, app: string): boolean =>
  metadata?.labels?.[APP_LABEL] !== app && metadata?.name?.endsWith(canaryConfigName('')) === true;
