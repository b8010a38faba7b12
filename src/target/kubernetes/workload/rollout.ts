import type { V1Deployment, V1Pod } from '@kubernetes/client-node';
import { UserError } from '../../../action/errors.js';
import type { Log } from '../../../action/log.js';
import type { Clock } from '../../../lib/clock.js';
import { formatDuration } from '../../../lib/duration.js';
import { type Cluster, DeadlineError } from '../cluster.js';
import { DEPLOYMENT, ENDPOINT_SLICE, POD } from '../kinds.js';
import { matchLabels } from '../selection.js';
import { describePod, isReady, lastLogLines, startFailure } from './pod.js';

export interface Wait {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

export interface RolloutTarget {
  readonly deployment: string;
  /** Labels of the Deployment's pods. */
  readonly labels: Readonly<Record<string, string>>;
  readonly container: string;
  /** Only pods that run this image can make the rollout fail; a predecessor that is already broken can't. */
  readonly image: string;
  /** The Deployment as it was just written; spares a list. */
  readonly written?: V1Deployment | undefined;
  /** What the lines in the log call it: `canary` or `stable`. */
  readonly role: 'canary' | 'stable';
}

/**
 * Waits until every replica of the Deployment runs its template and is available, and none of an older template is left.
 * @throws UserError as soon as a pod can't start, with the reason and its last log lines; and when `timeoutMs` is over
 */
export async function waitForRollout(cluster: Cluster, target: RolloutTarget, wait: Wait): Promise<void> {
  const either = new AbortController();
  const signal = AbortSignal.any([wait.signal, either.signal]);
  const progress = narrate(target, wait, signal);
  const timeout = { timeoutMs: wait.timeoutMs };
  const complete = cluster.until(
    DEPLOYMENT,
    { fields: `metadata.name=${target.deployment}` },
    ([deployment]) => {
      if (!deployment)
        throw new UserError(`Deployment ${cluster.namespace}/${target.deployment} was deleted while it was being waited for.`);
      progress.deployment(deployment);
      refuseReplicaFailure(deployment, cluster.namespace);
      return isComplete(deployment) || undefined;
    },
    { ...timeout, since: target.written },
    signal,
  );
  const broken = cluster.until(
    POD,
    { labels: matchLabels(target.labels) },
    (pods) => {
      const ours = pods.filter((pod) => imageOf(pod, target.container) === target.image && !pod.metadata?.deletionTimestamp);
      progress.pods(ours);
      return ours.map((pod) => ({ pod, failure: startFailure(pod) })).find(({ failure }) => failure !== undefined);
    },
    { ...timeout, piecemeal: true },
    signal,
  );
  try {
    const first = await Promise.race([complete.then(() => undefined), broken]);
    if (first?.failure) {
      const { pod, failure } = first;
      const lines = failure.hasLog ? await lastLogLines(cluster, pod, failure.container, wait.signal) : '';
      throw new UserError(
        `The ${target.role} can't start: pod ${pod.metadata?.name}, container ${failure.container}: ${failure.reason}.${lines}`,
      );
    }
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    throw new UserError(`The ${target.role} was not ready after ${formatDuration(wait.timeoutMs)}: ${progress.text()}.`, {
      cause: error,
    });
  } finally {
    either.abort(new Error('the rollout has been decided'));
    await Promise.allSettled([complete, broken, progress.ended]);
  }
}

/** Waits until the Service's EndpointSlices list at least `count` endpoints as ready. */
export async function waitForEndpoints(cluster: Cluster, service: string, count: number, wait: Wait): Promise<void> {
  try {
    await cluster.until(
      ENDPOINT_SLICE,
      { labels: `kubernetes.io/service-name=${service}` },
      (slices) => {
        const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
        return (
          endpoints.filter(({ conditions }) => conditions?.ready !== false && !conditions?.terminating).length >= count ||
          undefined
        );
      },
      { timeoutMs: wait.timeoutMs, piecemeal: true },
      wait.signal,
    );
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    throw new UserError(
      `Service ${cluster.namespace}/${service} did not list ${count} ready endpoints within ${formatDuration(wait.timeoutMs)}.`,
      {
        cause: error,
      },
    );
  }
}

/** https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#complete-deployment, as kubectl rollout status reads it. */
export function isComplete({ metadata, spec, status }: V1Deployment): boolean {
  const wanted = spec?.replicas ?? 1;
  return (
    (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0) &&
    (status?.updatedReplicas ?? 0) === wanted &&
    (status?.replicas ?? 0) === wanted &&
    (status?.availableReplicas ?? 0) === wanted
  );
}

/** @throws UserError when the Deployment is in the middle of a rollout, so that there is no one version to compare with or to go back to */
export function refuseUnsettled(deployment: V1Deployment): void {
  if (isComplete(deployment)) return;
  const { metadata, spec, status } = deployment;
  throw new UserError(
    `Deployment ${metadata?.namespace}/${metadata?.name} is in the middle of a rollout: ${status?.updatedReplicas ?? 0} of ${spec?.replicas ?? 1} replicas are updated, ${status?.availableReplicas ?? 0} available. ` +
      'A release starts from a stable that is whole. Wait for it, or mend it (kubectl rollout status). Nothing has been changed.',
  );
}

/** Quota, admission and the like: the ReplicaSet controller could not even create a pod. */
function refuseReplicaFailure({ metadata, status }: V1Deployment, namespace: string): void {
  const failure = status?.conditions?.find(({ type, status: value }) => type === 'ReplicaFailure' && value === 'True');
  if (failure)
    throw new UserError(`Deployment ${namespace}/${metadata?.name} can't create its pods: ${failure.message ?? failure.reason}`);
}

const imageOf = (pod: V1Pod, container: string) => pod.spec?.containers.find(({ name }) => name === container)?.image;

/** One line every few seconds: `canary 2/3 ready · pod x: ContainerCreating · 14s of 5m`. */
function narrate(target: RolloutTarget, { clock, log, timeoutMs }: Wait, signal: AbortSignal) {
  const startedAt = clock.now();
  let ready = '';
  let waiting = '';
  const text = () => `${target.role} ${ready}${waiting}`;
  const tick = async () => {
    for (;;) {
      await clock.sleep(3000, signal);
      log.info(
        `${text()} · ${formatDuration(Math.floor((clock.now() - startedAt) / 1000) * 1000)} of ${formatDuration(timeoutMs)}`,
      );
    }
  };
  return {
    ended: tick().catch(() => undefined),
    text,
    deployment({ spec, status }: V1Deployment) {
      ready = `${Math.min(status?.updatedReplicas ?? 0, status?.availableReplicas ?? 0)}/${spec?.replicas ?? 1} ready`;
    },
    pods(pods: readonly V1Pod[]) {
      const pod = pods.find((candidate) => !isReady(candidate));
      waiting = pod ? ` · pod ${pod.metadata?.name}: ${describePod(pod)}` : '';
    },
  };
}
