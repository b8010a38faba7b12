import type { CoreV1Event, V1Pod } from '@kubernetes/client-node';
import type { Cluster } from '../cluster.js';
import { EVENT } from '../kinds.js';

/** What the events of a pod that does not start say. */
export interface Explanation {
  /** The last warning, as its sender wrote it: `FailedMount: configmap "menu" not found`. Empty when there is none. */
  readonly text: string;
  /** Whether waiting longer is pointless, by what is known of these events. */
  readonly isHopeless: boolean;
}

/** The scheduler says every few minutes that no node has room; an autoscaler that adds one says so within its 10 s scan interval. */
const HOPELESS_UNSCHEDULED_MS = 15_000;
const ADDS_A_NODE = new Set(['TriggeredScaleUp', 'Nominated']);

/**
 * @param waitedMs for how long the pod has been seen not starting
 * @returns nothing to say when the events can't be read: what happens to the pod matters more than why
 */
export async function explainByEvents(cluster: Cluster, pod: V1Pod, waitedMs: number, signal: AbortSignal): Promise<Explanation> {
  const fields = `involvedObject.uid=${pod.metadata?.uid}`;
  const events = await cluster.list(EVENT, { fields }, signal).catch(() => []);
  return explain(events, pod, waitedMs);
}

/** The pure half of `explainByEvents`. */
export function explain(events: readonly CoreV1Event[], pod: V1Pod, waitedMs: number): Explanation {
  const inOrder = events.toSorted((a, b) => timeOf(a) - timeOf(b));
  const reasons = new Set(inOrder.map(({ reason }) => reason ?? ''));
  const warning = inOrder.filter(({ type, reason }) => type === 'Warning' && reason !== 'FailedScheduling').at(-1);
  const text = warning ? `${warning.reason}: ${warning.message ?? ''}` : '';
  if (isUnschedulable(pod)) {
    const isHelped = [...ADDS_A_NODE].some((reason) => reasons.has(reason)) || pod.status?.nominatedNodeName !== undefined;
    const isGivenUp = reasons.has('NotTriggerScaleUp') || waitedMs >= HOPELESS_UNSCHEDULED_MS;
    return { text: isHelped ? 'a node is being made ready for it' : text, isHopeless: isGivenUp && !isHelped };
  }
  return {
    text,
    isHopeless: warning?.reason === 'FailedMount' && /not found|references non-existent/.test(warning.message ?? ''),
  };
}

export const isUnschedulable = ({ status }: V1Pod): boolean =>
  status?.conditions?.some(
    ({ type, status: value, reason }) => type === 'PodScheduled' && value === 'False' && reason === 'Unschedulable',
  ) ?? false;

const timeOf = ({ lastTimestamp, eventTime, metadata }: CoreV1Event): number =>
  new Date(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0).getTime();
