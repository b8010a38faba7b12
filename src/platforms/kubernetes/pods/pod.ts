import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { ProblemCode } from '../../../kernel/errors.js';
import type { Cluster } from '../api/cluster.js';
import { isHopeless, whyLate } from './start-waits.js';

/** A reason for which a pod will not start by itself. */
export interface StartFailure {
  readonly code: ProblemCode;
  readonly container: string;
  readonly reason: string;
  /** The reason in the kubelet's own words alone, without what a registry or the app added; the same when left out. */
  readonly brief?: string;
  /** Whether the container ran, so that it has something to say. */
  readonly hasLog: boolean;
}

export function isReady(pod: V1Pod): boolean {
  return !pod.metadata?.deletionTimestamp && readyCondition(pod)?.status === 'True';
}

/** When the pod became ready, in milliseconds since the epoch; undefined while it is not. */
export function readySince(pod: V1Pod): number | undefined {
  const condition = isReady(pod) ? readyCondition(pod) : undefined;
  return condition?.lastTransitionTime === undefined ? undefined : new Date(condition.lastTransitionTime).getTime();
}

/** When the pod stopped being ready, or was found not to be, in milliseconds since the epoch; undefined while it is. */
export function notReadySince(pod: V1Pod): number | undefined {
  const { status, lastTransitionTime } = readyCondition(pod) ?? {};
  return status === 'True' || lastTransitionTime === undefined ? undefined : new Date(lastTransitionTime).getTime();
}

const readyCondition = (pod: V1Pod) => pod.status?.conditions?.find(({ type }) => type === 'Ready');

/** @returns why the pod can't start, or undefined while it still may */
export function startFailure(pod: V1Pod): StartFailure | undefined {
  for (const status of containerStatuses(pod)) {
    const { waiting, terminated } = status.state ?? {};
    const last = terminated ?? status.lastState?.terminated;
    // What ran out of memory once and runs well now is no failure to start.
    if (last?.reason === 'OOMKilled' && !status.ready) return outOfMemory(pod, status);
    if (!waiting?.reason || !isHopeless(waiting)) continue;
    const exit = last ? ` (exit code ${last.exitCode})` : '';
    const image = /Image|Pull/.test(waiting.reason) ? ` for image ${status.image}` : '';
    const message = waiting.message ? `: ${waiting.message}` : '';
    const brief = `${waiting.reason}${image}${exit}`;
    return {
      code: codeOf(waiting.reason),
      container: status.name,
      reason: `${brief}${message}`,
      brief,
      hasLog: last !== undefined,
    };
  }
  return undefined;
}

/** The kubelet's words, by what is to be done about them. */
const codeOf = (reason: string): ProblemCode =>
  /Image|Pull/.test(reason) ? 'image-not-pullable' : reason === 'CrashLoopBackOff' ? 'pod-crashes' : 'pod-not-started';

/** Started again it would meet the same limit. */
function outOfMemory(pod: V1Pod, { name }: V1ContainerStatus): StartFailure {
  const all = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
  const limit = all.find((container) => container.name === name)?.resources?.limits?.memory;
  const reason = `OOMKilled: it needed more memory than ${limit === undefined ? 'its node had' : `its limit of ${limit}`}`;
  return { code: 'pod-out-of-memory', container: name, reason, hasLog: true };
}

/** What the pod is doing, in the kubelet's own word: `ContainerCreating`, `Pending`, `not ready`. */
export function describePod(pod: V1Pod): string {
  const state = containerStatuses(pod).find((status) => status.state?.waiting)?.state?.waiting;
  const waiting = state && (whyLate(state) ?? state.reason);
  if (pod.status?.phase === 'Failed')
    return [pod.status.reason ?? 'Failed', ...(pod.status.message ? [pod.status.message] : [])].join(': ');
  const unscheduled = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (unscheduled) return `${unscheduled.reason ?? 'not scheduled'}: ${unscheduled.message ?? ''}`;
  return waiting ?? (pod.status?.phase === 'Running' ? 'running, not ready' : (pod.status?.phase ?? 'Pending'));
}

/** Whether the kubelet says of a container that something is in its way. */
export const isLate = (pod: V1Pod): boolean =>
  containerStatuses(pod).some(({ state }) => state?.waiting && whyLate(state.waiting) !== undefined);

const containerStatuses = (pod: V1Pod): V1ContainerStatus[] => [
  ...(pod.status?.initContainerStatuses ?? []),
  ...(pod.status?.containerStatuses ?? []),
];

/**
 * The last lines that the container wrote before it ended, for the error message; empty when they can't be had, because the message matters
 * more than they do.
 */
export async function lastLogLines(cluster: Cluster, pod: V1Pod, container: string, signal: AbortSignal): Promise<string> {
  const path = `/api/v1/namespaces/${pod.metadata?.namespace}/pods/${pod.metadata?.name}/log`;
  const linesOf = async (previous: 'true' | 'false'): Promise<string> => {
    const answer = await cluster
      .request(
        { method: 'GET', path, query: { container, tailLines: '5', previous }, accept: '*/*', timeoutMs: 3000, retry: false },
        signal,
      )
      .catch(() => undefined);
    return answer?.status === 200 ? answer.body.trim() : '';
  };
  const before = await linesOf('true');
  const now = before === '' ? await linesOf('false') : '';
  // The kubelet may have started it again between the two: the one that ended is the previous one by then.
  const lines = before || (await linesOf('true')) || now;
  return lines === '' ? '' : `\nIts last lines:\n${lines.replace(/^/gm, '  ')}`;
}

/** The digest of the image that the container really runs, as the container runtime reports it. */
export const runningImageId = (pod: V1Pod, container: string): string =>
  pod.status?.containerStatuses?.find(({ name }) => name === container)?.imageID ?? '';
