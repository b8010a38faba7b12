import type { V1Pod } from '@kubernetes/client-node';

/**
 * What the kubelet writes as the reason of a pod that it ended or refused for its node's sake: graceful shutdown, eviction under pressure, preemption
 * and failed admission (pkg/kubelet/nodeshutdown, eviction, preemption, lifecycle).
 */
const NODE_REASON =
  /^(Terminated|NodeShutdown|Shutdown|Evicted|Preempting|NodeLost|NodeAffinity|UnexpectedAdmissionError|OutOf[a-z]+)$/;

/** A pod over a limit of its own is evicted too, without the condition (pkg/kubelet/eviction, localStorageEviction). */
const OWN_LIMIT = /exceed(s|ed)? (the|its) .*limit/;

/**
 * Whether a pod ended, or is about to, because of its node and not of what runs in it. Another takes its place.
 * https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions
 */
export function isEndedByNode({ status }: V1Pod): boolean {
  const isTarget = status?.conditions?.some((condition) => condition.type === 'DisruptionTarget' && condition.status === 'True');
  if (isTarget) return true;
  return NODE_REASON.test(status?.reason ?? '') && !OWN_LIMIT.test(status?.message ?? '');
}
