import type { V1Deployment } from '@kubernetes/client-node';
import type { Release } from '../../../release/record/record.js';
import { type Cluster, DeadlineError } from '../api/cluster.js';
import { editObject } from '../api/edit-object.js';
import { DEPLOYMENT, type Kind, POD_DISRUPTION_BUDGET, SERVICE } from '../api/kinds.js';
import { isLeaving, keptBy } from '../api/leaving.js';
import type { Owned } from '../api/own-object.js';
import { type OwnRemoval, removeOwn } from '../api/remove-own.js';
import { canaryName } from '../app/app.js';
import { APP_LABEL, isOfSuite, TRACK_LABEL } from '../canary-objects/canary-objects.js';
import { dropCanaryConfig } from '../config-maps/config.js';
import { kubernetesOf } from '../memory.js';
import { isComplete } from '../rollout/rollout.js';
import type { Work } from '../work.js';

/** A controller that is alive takes note of a change within milliseconds. */
const STOPPED_WITHIN_MS = 10_000;
const LOOKS_AT_KEPT = 5;
const LOOK_EVERY_MS = 1000;

/**
 * Removes the canary's objects. One that somebody's finalizer keeps is told of: no traffic comes to it, so it is no reason for an undo to fail.
 * @returns the kinds of those that are kept
 */
export async function removeCanary(work: Work, release: Release): Promise<readonly string[]> {
  const { cluster, app, router, held } = work;
  const name = canaryName(app.name);
  const kept: string[] = [];
  const remove = async <T extends Owned>(kind: Kind<T>, how: Partial<OwnRemoval<T>> = {}): Promise<void> => {
    const marked = await removeOwn(cluster, { kind, name, isOurs: isOfSuite, ...how }, held.signal);
    const left = marked && (await leftOf(work, kind, marked));
    if (!left) return;
    kept.push(kind.kind);
    tellKept(work, kind, left);
  };
  await remove(DEPLOYMENT, { beforeKept: () => stopPods(cluster, name, held.signal) });
  if (router.isolation === 'isolated') await remove(SERVICE);
  if (kubernetesOf(release).budget) await remove(POD_DISRUPTION_BUDGET);
  for (const copy of await dropCanaryConfig(work, release)) {
    if (!kept.includes('ConfigMap')) kept.push('ConfigMap');
    tellKept(work, { kind: 'ConfigMap' }, copy);
  }
  return kept;
}

/** A controller that is alive lets go of it within seconds. @returns undefined once it is gone */
async function leftOf<T extends Owned>({ cluster, clock, held }: Work, kind: Kind<T>, marked: T): Promise<T | undefined> {
  const { name, uid } = marked.metadata ?? {};
  for (let looks = 0; ; looks++) {
    const [now] = await cluster.list(kind, { fields: `metadata.name=${name}` }, held.signal);
    if (now?.metadata?.uid !== uid) return undefined;
    if (looks === LOOKS_AT_KEPT) return now;
    await clock.sleep(LOOK_EVERY_MS, held.signal);
  }
}

/** Before it is deleted: afterwards its controller passes no size on (pkg/controller/deployment, syncDeployment). */
async function stopPods(cluster: Cluster, name: string, signal: AbortSignal): Promise<void> {
  await editObject(
    cluster,
    DEPLOYMENT,
    name,
    (live) => (isLeaving(live) || live.spec?.replicas === 0 ? [] : [{ op: 'replace', path: '/spec/replicas', value: 0 }]),
    signal,
  );
  const isStopped = ([live]: readonly V1Deployment[]) => !live || isLeaving(live) || isComplete(live) || undefined;
  try {
    await cluster.until(DEPLOYMENT, { fields: `metadata.name=${name}` }, isStopped, { timeoutMs: STOPPED_WITHIN_MS }, signal);
  } catch (error) {
    // What it has come to is said by what the deletion answers.
    if (!(error instanceof DeadlineError)) throw error;
  }
}

function tellKept({ cluster, app, log }: Work, { kind }: Pick<Kind<unknown>, 'kind'>, left: Owned): void {
  const pods = (left as { readonly status?: { readonly replicas?: number } }).status?.replicas ?? 0;
  const running =
    pods === 0
      ? ''
      : ` ${pods === 1 ? 'A pod of it runs' : `${pods} pods of it run`} on, without traffic: nobody stops them once it is being deleted. ` +
        `kubectl delete replicaset -n ${cluster.namespace} -l ${APP_LABEL}=${app.name},${TRACK_LABEL}=canary does.`;
  log.warning(
    `${kind} ${cluster.namespace}/${left.metadata?.name} is being deleted, and ${keptBy(left)} keeps it.${running} ` +
      `Whoever put that there (a backup, cost or policy controller) has to let it go; the next release of ${app.name} needs the name.`,
  );
}
