import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { isReady } from './pod.js';

/** A container that ended although its pod had come up. */
export interface ContainerEnd {
  readonly container: string;
  /** `restarted once: exit code 137 (OOMKilled)`. */
  readonly reason: string;
  /** What the container said of its end; may be its last log lines (`FallbackToLogsOnError`), so it is for messages alone. */
  readonly message?: string;
  /** It ended as one does that was asked to, and the kubelet has not started it again yet: its node may be going, and has not said so. */
  readonly mayBeOfNode?: boolean;
}

/**
 * Looks for containers that ended while their pod served. What a pod needed to come up for the first time, such as a second try because a sidecar
 * was not there yet, is no such end.
 * @param servedSince times from which the pods of those times served, in milliseconds since the epoch, by the API server's clock. A node's clock may
 * differ by as much as a router takes to settle: pods are complete that long before they get traffic.
 * @returns a look at one pod, to be taken again and again: it remembers how often each container had restarted when its pod was first seen ready
 */
export function watchContainerEnds(servedSince: readonly number[]): (pod: V1Pod) => ContainerEnd | undefined {
  const restartsWhenReady = new Map<string, number>();
  const hasEnded = (status: V1ContainerStatus, pod: V1Pod, since: number | undefined): boolean => {
    const endedAt = endOf(status);
    if (endedAt !== undefined && since !== undefined && endedAt >= wholeSeconds(since)) return true;
    const key = `${pod.metadata?.uid}/${status.name}`;
    const known = restartsWhenReady.get(key);
    if (known === undefined && isReady(pod)) restartsWhenReady.set(key, status.restartCount);
    return known !== undefined && (status.restartCount > known || status.state?.terminated !== undefined);
  };
  return (pod) => {
    const createdAt = timeOf(pod.metadata?.creationTimestamp) ?? 0;
    const later = servedSince.filter((since) => since > createdAt);
    const since = later.length > 0 ? Math.min(...later) : undefined;
    // Each one is looked at, so that each is remembered.
    const [ended] = servingContainers(pod).filter((status) => hasEnded(status, pod, since));
    if (ended === undefined) return undefined;
    const message = messageOf(ended);
    return {
      container: ended.name,
      reason: describe(ended),
      ...(message !== '' && { message }),
      ...(wasAsked(ended) && { mayBeOfNode: true }),
    };
  };
}

/** Those that are meant to run as long as the pod: not init containers, unless they are sidecars (restartPolicy Always). */
function servingContainers({ spec, status }: V1Pod): V1ContainerStatus[] {
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name);
  return [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.includes(name)),
  ];
}

/** When it last ended; the start of what runs now where the kubelet has forgotten the end. */
function endOf({ state, lastState, restartCount }: V1ContainerStatus): number | undefined {
  if (state?.terminated) return timeOf(state.terminated.finishedAt);
  if (restartCount === 0) return undefined;
  return timeOf(lastState?.terminated?.finishedAt) ?? timeOf(state?.running?.startedAt);
}

function describe({ state, lastState, restartCount }: V1ContainerStatus): string {
  const last = state?.terminated ?? lastState?.terminated;
  const what = state?.terminated ? 'ended' : `restarted${restartCount === 1 ? ' once' : ` (${restartCount} times in all)`}`;
  if (!last) return `${what}, nobody knows why`;
  const name = last.reason && last.reason !== 'Error' ? ` (${last.reason})` : '';
  return `${what}: exit code ${last.exitCode}${name}`;
}

const messageOf = ({ state, lastState }: V1ContainerStatus): string =>
  ((state?.terminated ?? lastState?.terminated)?.message ?? '').trim();

/** 143 is the end by SIGTERM. */
const wasAsked = ({ state }: V1ContainerStatus): boolean =>
  state?.terminated !== undefined && [0, 143].includes(state.terminated.exitCode);

/** The API server's JSON has text where its types say Date. */
const timeOf = (date: Date | undefined): number | undefined => (date === undefined ? undefined : new Date(date).getTime());

/** The API has no finer times (metav1.Time), and cuts off what is finer. */
const wholeSeconds = (ms: number): number => Math.floor(ms / 1000) * 1000;
