import type { V1Deployment } from '@kubernetes/client-node';
import { UserError } from '../../../kernel/errors.js';
import type { Log } from '../../../kernel/log.js';
import { type Cluster, DeadlineError } from '../api/cluster.js';
import { DEPLOYMENT } from '../api/kinds.js';
import { ownPods } from '../pods/own-pods.js';
import { startFailure } from '../pods/pod.js';
import { isComplete } from './rollout.js';

/** A controller that is alive takes note of a change within milliseconds. */
const NOTICED_WITHIN_MS = 10_000;

/** What the controller says of progress when no template is being rolled out (pkg/controller/deployment/util/deployment_util.go). */
const NO_ROLLOUT = new Set(['NewReplicaSetAvailable', 'DeploymentPaused', 'DeploymentResumed']);

/**
 * A release starts from a stable of one version that is whole. One that is merely being scaled, by an autoscaler or by hand, is.
 * @throws UserError when a rollout is under way, so that there is no one version to compare with or to go back to, or when pods of it fail
 */
export async function refuseUnsettled(cluster: Cluster, seen: V1Deployment, signal: AbortSignal): Promise<void> {
  const deployment = await noticed(cluster, seen, signal);
  if (isComplete(deployment)) return;
  const { metadata, spec, status } = deployment;
  const where = `Deployment ${metadata?.namespace}/${metadata?.name}`;
  const available = status?.availableReplicas ?? 0;
  if (!isMerelyScaled(deployment)) {
    throw new UserError(
      'rollout-in-progress',
      `${where} is in the middle of a rollout: ${status?.updatedReplicas ?? 0} of ${spec?.replicas ?? 1} replicas are updated, ${available} available. ` +
        'A release starts from a stable that is whole. Wait for it, or mend it (kubectl rollout status). Nothing has been changed.',
    );
  }
  const pods = await ownPods(cluster, deployment, signal);
  const failing = pods.flatMap((pod) => {
    const failure = pod.metadata?.deletionTimestamp ? undefined : startFailure(pod);
    return failure ? [`pod ${pod.metadata?.name}, container ${failure.container}: ${failure.reason}`] : [];
  });
  if (available > 0 && failing.length === 0) return;
  throw new UserError(
    'stable-not-whole',
    `${where} is not whole: ${available} of ${spec?.replicas ?? 1} replicas are available${failing.length > 0 ? `; ${failing[0]}` : ''}. ` +
      'A release starts from a stable that an abort can go back to. Mend it first (kubectl get pods). Nothing has been changed.',
  );
}

/** The Deployment once its controller has seen its present spec: an autoscaler may have written it in this very moment. */
async function noticed(cluster: Cluster, seen: V1Deployment, signal: AbortSignal): Promise<V1Deployment> {
  if (isNoticed(seen)) return seen;
  try {
    return await cluster.until(
      DEPLOYMENT,
      { fields: `metadata.name=${seen.metadata?.name}` },
      ([deployment]) => (deployment && isNoticed(deployment) ? deployment : undefined),
      { timeoutMs: NOTICED_WITHIN_MS },
      signal,
    );
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    return seen;
  }
}

const isNoticed = ({ metadata, status }: V1Deployment): boolean =>
  (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);

/** All its pods are of one template, and no rollout of that one is unfinished: only their number is not what it should be yet. */
export function isMerelyScaled(deployment: V1Deployment): boolean {
  const { replicas = 0, updatedReplicas = 0, conditions = [] } = deployment.status ?? {};
  const progress = conditions.find(({ type }) => type === 'Progressing');
  const isRollingOut = progress !== undefined && !NO_ROLLOUT.has(progress.reason ?? '');
  return isNoticed(deployment) && replicas === updatedReplicas && !isRollingOut;
}

/** For a step that changes nothing: that stable has a version says nothing of whether its pods do. */
export function warnOfRollout(deployment: V1Deployment, log: Pick<Log, 'warning'>): void {
  if (isComplete(deployment) || isMerelyScaled(deployment)) return;
  const { metadata, spec, status } = deployment;
  log.warning(
    `Deployment ${metadata?.namespace}/${metadata?.name} is in the middle of a rollout: ${status?.updatedReplicas ?? 0} of ${spec?.replicas ?? 1} replicas are updated, ${status?.availableReplicas ?? 0} available. This step has not begun it and does not wait for it (kubectl rollout status).`,
  );
}
