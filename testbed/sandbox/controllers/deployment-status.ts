import { timestamp } from '../api/object.js';
import { counted } from './replica-sets.js';
import { availableOf, boundsOf, wantedOf } from './rolling-update.js';
import type { Condition, Deployment, DeploymentStatus, ReplicaSet } from './workloads.js';

/** Reasons with which no deadline runs. */
const SETTLED = new Set(['NewReplicaSetAvailable', 'ProgressDeadlineExceeded', 'DeploymentPaused']);

type Field = 'replicas' | 'readyReplicas' | 'terminatingReplicas';

/** What a Deployment's controller says of it (pkg/controller/deployment/sync.go, progress.go). */
export function deploymentStatus(
  deployment: Deployment,
  newest: ReplicaSet | undefined,
  all: readonly ReplicaSet[],
): DeploymentStatus {
  const sum = (field: Field) => all.reduce((total, { status }) => total + (status?.[field] ?? 0), 0);
  const available = availableOf(all);
  const status = {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...counted('replicas', sum('replicas')),
    ...counted('updatedReplicas', newest?.status?.replicas ?? 0),
    ...counted('readyReplicas', sum('readyReplicas')),
    ...counted('availableReplicas', available),
    ...counted('unavailableReplicas', Math.max(0, wantedOf(all) - available)),
    terminatingReplicas: sum('terminatingReplicas'),
  } as DeploymentStatus;
  const { spec } = deployment;
  const isEnough = available >= spec.replicas - boundsOf(deployment).unavailable;
  const conditions = withCondition(
    deployment.status?.conditions ?? [],
    isEnough
      ? condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
      : condition('Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.'),
  );
  // One that is paused makes no progress that could be judged.
  const progress = newest && !spec.paused ? progressOf(deployment, status, newest) : undefined;
  return { ...status, conditions: progress ? withCondition(conditions, progress) : conditions };
}

/** @returns undefined while there is nothing new to say */
function progressOf(deployment: Deployment, status: DeploymentStatus, newest: ReplicaSet): Condition | undefined {
  const { spec, status: before = {} } = deployment;
  const current = before.conditions?.find(({ type }) => type === 'Progressing');
  const name = `ReplicaSet "${newest.metadata.name}"`;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  if (replicas === updatedReplicas && current?.reason === 'NewReplicaSetAvailable') return undefined;
  if ([updatedReplicas, replicas, availableReplicas].every((count) => count === spec.replicas))
    return condition('Progressing', 'True', 'NewReplicaSetAvailable', `${name} has successfully progressed.`);
  if (hasProgressed(before, status)) return condition('Progressing', 'True', 'ReplicaSetUpdated', `${name} is progressing.`);
  if (isOverdue(deployment))
    return condition('Progressing', 'False', 'ProgressDeadlineExceeded', `${name} has timed out progressing.`);
  return undefined;
}

function hasProgressed(before: DeploymentStatus, now: DeploymentStatus): boolean {
  const old = ({ replicas = 0, updatedReplicas = 0 }: DeploymentStatus) => replicas - updatedReplicas;
  const grows = (field: 'updatedReplicas' | 'readyReplicas' | 'availableReplicas') => (now[field] ?? 0) > (before[field] ?? 0);
  return grows('updatedReplicas') || old(now) < old(before) || grows('readyReplicas') || grows('availableReplicas');
}

export function isOverdue(deployment: Deployment): boolean {
  const left = untilOverdue(deployment);
  return left !== undefined && left <= 0;
}

/** Milliseconds until the rollout counts as stuck; undefined for one that is complete, or known to be stuck. */
export function untilOverdue({ spec, status }: Deployment): number | undefined {
  const progress = status?.conditions?.find(({ type }) => type === 'Progressing');
  if (progress === undefined || SETTLED.has(progress.reason ?? '')) return undefined;
  return Date.parse(progress.lastUpdateTime ?? '') + spec.progressDeadlineSeconds * 1000 - Date.now();
}

export function condition(type: string, status: Condition['status'], reason: string, message: string): Condition {
  const now = timestamp();
  return { type, status, lastUpdateTime: now, lastTransitionTime: now, reason, message };
}

/** The same again changes nothing; another reason alone is no transition. One that is new goes to the end. */
export function withCondition(conditions: readonly Condition[], next: Condition): Condition[] {
  const current = conditions.find(({ type }) => type === next.type);
  if (current?.status === next.status && current.reason === next.reason && current.message === next.message)
    return [...conditions];
  const isTransition = current?.status !== next.status;
  const kept = conditions.filter(({ type }) => type !== next.type);
  const { lastTransitionTime = next.lastTransitionTime } = current ?? {};
  return [...kept, isTransition || lastTransitionTime === undefined ? next : { ...next, lastTransitionTime }];
}
