import type { Log } from '../../../kernel/log.js';
import { isInFlight, type Release } from '../../../release/record/record.js';
import { ApiError, type Cluster } from '../api/cluster.js';
import { markObject } from '../api/edit-object.js';
import { CONFIG_MAP, DEPLOYMENT, HORIZONTAL_POD_AUTOSCALER } from '../api/kinds.js';
import { giveUpOwnership } from '../api/ownership.js';
import { canaryName } from '../app/app.js';
import { kubernetesOf } from '../memory.js';
import { routerOfKind } from '../routers/index.js';
import type { NamedObject } from './lock-fence.js';

/** What whoever works on an app's record may be about to change, besides what it creates. */
function changeable(app: string, deployment: string, latest: Release | undefined): NamedObject[] {
  const stable: NamedObject = { kind: DEPLOYMENT, name: deployment };
  if (!isInFlight(latest)) return [stable];
  const { router, autoscaler, manifest } = kubernetesOf(latest);
  return [
    stable,
    { kind: DEPLOYMENT, name: canaryName(app) },
    ...routerOfKind(router.kind).objects(router),
    ...(autoscaler ? [{ kind: HORIZONTAL_POD_AUTOSCALER, name: autoscaler.name } as NamedObject] : []),
    ...(manifest?.configMaps ?? []).map((name): NamedObject => ({ kind: CONFIG_MAP, name })),
  ];
}

/**
 * Marks all that an earlier holder of the lock may be about to change, before anything is read to be relied on: it did not give the lock back, so it
 * may be asleep, and its last change on its way. An object that can't be marked is no reason not to go on: its version tells on the sleeper too.
 */
export async function seize(
  cluster: Cluster,
  { app, deployment, latest }: { readonly app: string; readonly deployment: string; readonly latest: Release | undefined },
  log: Pick<Log, 'debug'>,
  signal: AbortSignal,
): Promise<void> {
  const mark = async ({ kind, name }: NamedObject) => {
    try {
      await markObject(cluster, kind, name, signal);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      log.debug(`${kind.kind} ${name} could not be marked as this process's to change: ${error.message}`);
    }
  };
  await Promise.all(changeable(app, deployment, latest).map(mark));
}

/** Once no release is in flight: no mark stays on what is not ours. */
export async function takeMarksAway(
  cluster: Cluster,
  standing: readonly NamedObject[],
  log: Pick<Log, 'debug'>,
  signal: AbortSignal,
): Promise<void> {
  for (const { kind, name } of standing) {
    try {
      await giveUpOwnership(cluster, kind, name, signal);
    } catch (error) {
      log.debug(`The mark on ${kind.kind} ${name} stays until the next release: ${String(error)}`);
    }
  }
}
