import type { CoreV1Event, V1Pod } from '@kubernetes/client-node';
import type { Cluster } from '../api/cluster.js';
import { EVENT } from '../api/kinds.js';
import { isRefusedByRegistry } from './start-waits.js';

/** What the events of a pod that does not start say. */
export interface Explanation {
  /** The last warning, as its sender wrote it: `FailedMount: configmap "menu" not found`. Empty when there is none. */
  readonly text: string;
  /** Whether waiting longer is pointless, by what is known of these events. */
  readonly isHopeless: boolean;
}

const ADDS_A_NODE = new Set(['TriggeredScaleUp', 'Nominated']);

/** @returns nothing to say when the events can't be read: what happens to the pod matters more than why */
export async function explainByEvents(cluster: Cluster, pod: V1Pod, signal: AbortSignal): Promise<Explanation> {
  const fields = `involvedObject.uid=${pod.metadata?.uid}`;
  const events = await cluster.list(EVENT, { fields }, signal).catch(() => []);
  return explain(events, pod);
}

/** The pure half of `explainByEvents`. */
export function explain(events: readonly CoreV1Event[], pod: V1Pod): Explanation {
  const inOrder = events.toSorted((a, b) => timeOf(a) - timeOf(b));
  const warning = inOrder.filter(({ type, reason }) => type === 'Warning' && reason !== 'FailedScheduling').at(-1);
  const text = warning ? `${warning.reason}: ${warning.message ?? ''}` : '';
  if (isUnschedulable(pod)) return { text: whatAddsANode(inOrder, pod) ?? text, isHopeless: false };
  return { text, isHopeless: isPullingInVain(inOrder, pod) };
}

/** An autoscaler may take a minute to decide and minutes to bring a node, and pods of others end meanwhile: that nobody helps now is no end. */
function whatAddsANode(events: readonly CoreV1Event[], { status }: V1Pod): string | undefined {
  if (status?.nominatedNodeName !== undefined || events.some(({ reason }) => ADDS_A_NODE.has(reason ?? '')))
    return 'a node is being made ready for it';
  const refused = events.filter(({ reason }) => reason === 'NotTriggerScaleUp').at(-1);
  return refused && `the autoscaler adds no node for it: ${refused.message ?? ''}`;
}

/** Kubelets before 1.32 say with `ImagePullBackOff` no more than the image's name; the event of the last pull has the registry's words. */
function isPullingInVain(events: readonly CoreV1Event[], { status }: V1Pod): boolean {
  const isBackingOff = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].some(
    ({ state }) => state?.waiting?.reason === 'ImagePullBackOff',
  );
  const last = events.filter(({ reason, message }) => reason === 'Failed' && /^Failed to pull image/.test(message ?? '')).at(-1);
  return isBackingOff && last !== undefined && isRefusedByRegistry(last.message ?? '');
}

export const isUnschedulable = ({ status }: V1Pod): boolean =>
  status?.conditions?.some(
    ({ type, status: value, reason }) => type === 'PodScheduled' && value === 'False' && reason === 'Unschedulable',
  ) ?? false;

const timeOf = ({ lastTimestamp, eventTime, metadata }: CoreV1Event): number =>
  new Date(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0).getTime();
