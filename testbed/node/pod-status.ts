import type { Condition, ContainerStatus, Pod } from '../client/objects.js';
import type { Image } from './image.js';
import type { Stage } from './stage.js';

/** The time as the API server takes it: whole seconds. */
export function timestamp(date = new Date()): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** What a pod's status is made of, besides its spec. */
export interface Facts {
  readonly stage: Stage;
  readonly address: string;
  readonly nodeAddress: string;
  readonly startTime: string;
  /** By container name; none for an image that cannot be pulled. */
  readonly images: ReadonlyMap<string, Image>;
  /** The conditions that were written last, so that unchanged ones keep their time. */
  readonly previous: readonly Condition[];
  /** How often its containers have been started again before this stage, and when they last ended. */
  readonly past: { readonly restarts: number; readonly endedAt: string | undefined };
}

/** A crash ends a container; what comes after remembers it. */
export function afterStage(stage: Stage, { restarts, endedAt }: Facts['past']): Facts['past'] {
  return stage.kind === 'crashing' ? { restarts: restarts + stage.restarts, endedAt: timestamp() } : { restarts, endedAt };
}

/** Writes a pod's status as a kubelet would for the stage. */
export function podStatus(pod: Pod, facts: Facts) {
  const { stage, address, nodeAddress, startTime, images, past } = facts;
  const isReady = stage.kind === 'ready';
  const hasNoImage = stage.kind === 'no-image';
  return {
    phase: hasNoImage ? 'Pending' : 'Running',
    startTime,
    hostIP: nodeAddress,
    hostIPs: [{ ip: nodeAddress }],
    podIP: address,
    podIPs: [{ ip: address }],
    conditions: conditions(pod, facts, isReady),
    containerStatuses: pod.spec.containers.map(({ name, image }): ContainerStatus => {
      const imageID = images.get(name)?.imageId ?? '';
      const restartCount = past.restarts + (stage.kind === 'crashing' ? stage.restarts : 0);
      return {
        name,
        image,
        imageID,
        ready: isReady,
        started: stage.kind !== 'crashing' && !hasNoImage,
        restartCount,
        ...state(stage, pod, name, image, past.endedAt ?? startTime),
        ...(past.endedAt !== undefined && stage.kind !== 'crashing' && { lastState: crashedAt(past.endedAt) }),
      };
    }),
  };
}

const crashedAt = (finishedAt: string) => ({ terminated: { exitCode: 1, reason: 'Error', finishedAt } });

function conditions(pod: Pod, { previous, stage }: Facts, isReady: boolean): Condition[] {
  const now = timestamp();
  const names = pod.spec.containers.map(({ name }) => name).join(' ');
  const notReady = { reason: 'ContainersNotReady', message: `containers with unready status: [${names}]` };
  const condition = (type: string, isTrue: boolean): Condition => {
    const status = isTrue ? 'True' : 'False';
    const before = previous.find((other) => other.type === type && other.status === status);
    return { type, status, lastTransitionTime: before?.lastTransitionTime ?? now, ...(isTrue ? {} : notReady) };
  };
  return [
    condition('PodReadyToStartContainers', stage.kind !== 'stopping'),
    condition('Initialized', true),
    condition('Ready', isReady),
    condition('ContainersReady', isReady),
    condition('PodScheduled', true),
  ];
}

function state(
  stage: Stage,
  pod: Pod,
  container: string,
  image: string,
  startedAt: string,
): Pick<ContainerStatus, 'state' | 'lastState'> {
  switch (stage.kind) {
    case 'crashing': {
      const message = `back-off restarting failed container=${container} pod=${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
      return {
        state: { waiting: { reason: 'CrashLoopBackOff', message } },
        lastState: crashedAt(timestamp()),
      };
    }
    case 'no-image': {
      const failure = `failed to pull and unpack image "${image}": not found`;
      const message = stage.reason === 'ErrImagePull' ? failure : `Back-off pulling image "${image}": ErrImagePull: ${failure}`;
      return { state: { waiting: { reason: stage.reason, message } } };
    }
    default:
      return { state: { running: { startedAt } } };
  }
}
