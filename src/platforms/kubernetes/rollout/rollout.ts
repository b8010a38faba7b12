import type { V1Deployment, V1Pod } from '@kubernetes/client-node';
import type { Clock } from '../../../kernel/clock.js';
import { formatDuration } from '../../../kernel/duration.js';
import { UserError } from '../../../kernel/errors.js';
import type { Log } from '../../../kernel/log.js';
import { type Cluster, DeadlineError } from '../api/cluster.js';
import { DEPLOYMENT, ENDPOINT_SLICE, POD } from '../api/kinds.js';
import { matchLabels } from '../api/selection.js';
import { type NewPods, newPods } from '../pods/new-pods.js';
import { describePod, isLate, isReady, lastLogLines, type StartFailure, startFailure } from '../pods/pod.js';
import { explainByEvents, isUnschedulable } from '../pods/pod-events.js';
import { planRollout } from './plan-rollout.js';
import { type RolloutPatience, rolloutPatience } from './rollout-patience.js';

const PROGRESS_EVERY_MS = 3000;
/** A version that can't start is to be named within three seconds of its node knowing. */
const LOOK_EVERY_MS = 2000;

export interface Wait {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** How long a rollout may stand still. */
  readonly timeoutMs: number;
  /** Whether the time limit alone ends the wait, as on the way back: a pod that fails now may start in a minute, and is only spoken of. */
  readonly endures?: boolean;
}

export interface RolloutTarget {
  readonly deployment: string;
  /** Labels of the Deployment's pods. */
  readonly labels: Readonly<Record<string, string>>;
  readonly container: string;
  /** The Deployment as it was just written; spares a list. */
  readonly written?: V1Deployment | undefined;
  /** What the lines in the log call it: `canary` or `stable`. */
  readonly role: 'canary' | 'stable';
}

/** Why a rollout will not complete. */
interface Broken {
  readonly pod: V1Pod;
  readonly failure: StartFailure;
}

/**
 * Waits until every replica of the Deployment runs its template and is available, and none of an older template is left.
 * @throws UserError as soon as a pod can't start, with the reason and its last log lines; and after `timeoutMs` without progress
 */
export async function waitForRollout(cluster: Cluster, target: RolloutTarget, wait: Wait): Promise<void> {
  if (cluster.plan) return planRollout(cluster, cluster.plan, target, wait.signal);
  const either = new AbortController();
  const signal = AbortSignal.any([wait.signal, either.signal]);
  const ours = newPods(cluster, target.deployment, target.written);
  const patience = rolloutPatience(wait);
  const progress = narrate(target, ours, { ...wait, patience }, signal);
  const complete = patience.wait((timeoutMs, attempt) =>
    cluster.until(
      DEPLOYMENT,
      { fields: `metadata.name=${target.deployment}` },
      ([deployment]) => {
        if (!deployment)
          throw new UserError(
            'app-deleted-meanwhile',
            `Deployment ${cluster.namespace}/${target.deployment} was deleted while it was being waited for.`,
          );
        ours.see(deployment);
        patience.see(deployment);
        progress.deployment(deployment);
        const failure = replicaFailure(deployment, cluster.namespace);
        if (failure && !wait.endures) throw failure;
        if (failure) progress.say(failure.message);
        return isComplete(deployment) || (isStalled(deployment) && !wait.endures) ? deployment : undefined;
      },
      { timeoutMs, since: attempt === 1 ? target.written : undefined },
      signal,
    ),
  );
  const broken = firstBroken(cluster, target, { ours, progress, patience }, wait, signal);
  const stuck = lookIntoStuck(cluster, { ours, progress, patience }, wait, signal);
  try {
    const first = await Promise.race([complete, broken, stuck]);
    if ('failure' in first) throw await startError(cluster, target, first, wait.signal);
    if (!isComplete(first)) throw await unready(cluster, target, 'within its progressDeadlineSeconds', progress, wait.signal);
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    throw await unready(cluster, target, `after ${formatDuration(wait.timeoutMs)} without progress`, progress, wait.signal);
  } finally {
    either.abort(new Error('the rollout has been decided'));
    await Promise.allSettled([complete, broken, stuck, progress.ended]);
  }
}

interface Seen {
  readonly ours: NewPods;
  readonly progress: ReturnType<typeof narrate>;
  readonly patience: RolloutPatience;
}

/** The first pod of the present template that can't start; a predecessor that is broken already, or somebody else's pod, doesn't count. */
async function firstBroken(
  cluster: Cluster,
  { labels, role }: RolloutTarget,
  { ours, progress, patience }: Seen,
  { endures }: Wait,
  signal: AbortSignal,
): Promise<Broken> {
  for (;;) {
    const found = await patience.wait((timeoutMs) =>
      cluster.until(
        POD,
        { labels: matchLabels(labels) },
        (pods) => {
          progress.pods(pods);
          const first = pods.filter((pod) => ours.isNew(pod) !== false).flatMap((pod) => brokenBy(pod, startFailure(pod)))[0];
          if (!first || !endures) return first;
          progress.say(`${role} pod ${first.pod.metadata?.name}: ${first.failure.reason}`);
          return undefined;
        },
        { timeoutMs, piecemeal: true },
        signal,
      ),
    );
    if (await ours.findOut(found.pod, signal)) return found;
  }
}

const brokenBy = (pod: V1Pod, failure: StartFailure | undefined): Broken[] => (failure ? [{ pod, failure }] : []);

/** A pod that neither starts nor fails is asked about: its events know of missing volumes, full nodes and failing probes. */
async function lookIntoStuck(
  cluster: Cluster,
  { ours, progress }: Seen,
  { clock, endures }: Wait,
  signal: AbortSignal,
): Promise<Broken> {
  for (;;) {
    await clock.sleep(LOOK_EVERY_MS, signal);
    const pod = progress.stuck();
    if (!pod || !(await ours.findOut(pod, signal))) continue;
    progress.tellLate();
    const { text, isHopeless } = await explainByEvents(cluster, pod, signal);
    progress.explain(pod, text);
    if (isHopeless && !endures) {
      const reason = [describePod(pod), text].filter((part) => part !== '').join('; ');
      return { pod, failure: { code: 'pod-not-started', container: '', reason, brief: briefly(pod), hasLog: false } };
    }
  }
}

async function startError(
  cluster: Cluster,
  { role }: RolloutTarget,
  { pod, failure }: Broken,
  signal: AbortSignal,
): Promise<UserError> {
  const { container, reason, brief = reason, hasLog } = failure;
  const lines = hasLog ? await lastLogLines(cluster, pod, container, signal) : '';
  const where = `The ${role} can't start: pod ${pod.metadata?.name}${container === '' ? '' : `, container ${container}`}`;
  return new UserError(failure.code, `${where}: ${reason}.${lines}`, { brief: `${where}: ${brief}.` });
}

/** Nothing failed, it only never became ready: what its probes and its log say is all there is. */
async function unready(
  cluster: Cluster,
  { role, container }: RolloutTarget,
  when: string,
  progress: ReturnType<typeof narrate>,
  signal: AbortSignal,
): Promise<UserError> {
  const pod = progress.stuck();
  const lines = pod?.status?.phase === 'Running' ? await lastLogLines(cluster, pod, container, signal) : '';
  const brief = `The ${role} was not ready ${when}${pod ? `: pod ${pod.metadata?.name}: ${briefly(pod)}` : ''}.`;
  return new UserError('pods-not-ready', `The ${role} was not ready ${when}: ${progress.text()}.${lines}`, { brief });
}

/** Which of a Service's endpoints are waited for. */
export interface ExpectedEndpoints {
  /** At least so many. */
  readonly count: number;
  /** How many those are after a while: somebody may have scaled down what is behind the Service. Left out: as many. */
  readonly recount?: (signal: AbortSignal) => Promise<number>;
  /** By the name of the pod; left out: each counts. */
  readonly isExpected?: (pod: string) => boolean;
  /** Pods that must not be listed as ready any more. */
  readonly isStale?: (pod: string) => boolean;
}

const RECOUNT_EVERY_MS = 10_000;

/** Waits until the Service's EndpointSlices list the endpoints that are expected as ready, and none that is stale. */
export async function waitForEndpoints(
  cluster: Cluster,
  service: string,
  expected: ExpectedEndpoints,
  { clock, timeoutMs, signal }: Wait,
): Promise<void> {
  if (cluster.plan) return;
  const { recount } = expected;
  const deadline = clock.now() + timeoutMs;
  for (let { count } = expected; ; ) {
    const leftMs = deadline - clock.now();
    const listed = { ...expected, count };
    try {
      await untilListed(cluster, service, listed, { timeoutMs: recount ? Math.min(leftMs, RECOUNT_EVERY_MS) : leftMs, signal });
      return;
    } catch (cause) {
      if (!(cause instanceof DeadlineError)) throw cause;
      if (!recount || clock.now() >= deadline)
        throw new UserError(
          'endpoints-not-listed',
          `Service ${cluster.namespace}/${service} did not list ${count} ready endpoints within ${formatDuration(timeoutMs)}.`,
          { cause },
        );
      count = await recount(signal);
    }
  }
}

const untilListed = (
  cluster: Cluster,
  service: string,
  { count, isExpected = () => true, isStale }: ExpectedEndpoints,
  { timeoutMs, signal }: Pick<Wait, 'timeoutMs' | 'signal'>,
): Promise<true> =>
  cluster.until(
    ENDPOINT_SLICE,
    { labels: `kubernetes.io/service-name=${service}` },
    (slices) => {
      const ready = slices
        .flatMap((slice) => slice.endpoints ?? [])
        .filter(({ conditions }) => conditions?.ready !== false && !conditions?.terminating)
        .map(({ targetRef }) => targetRef?.name ?? '');
      // A Service of two address families lists each pod twice.
      return (new Set(ready.filter(isExpected)).size >= count && !ready.some((pod) => isStale?.(pod))) || undefined;
    },
    // What is stale may be in a slice that is yet to come.
    { timeoutMs, piecemeal: isStale === undefined },
    signal,
  );

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

/** The Deployment's own deadline is over (its controller's util/deployment_util.go, DeploymentTimedOut). */
const isStalled = ({ metadata, status }: V1Deployment): boolean =>
  (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0) &&
  (status?.conditions?.some(({ type, reason }) => type === 'Progressing' && reason === 'ProgressDeadlineExceeded') ?? false);

/** Quota, admission and the like: the ReplicaSet controller could not even create a pod of the present template. */
function replicaFailure({ metadata, status }: V1Deployment, namespace: string): UserError | undefined {
  // What is said of an older template is stale: the answer to a write still carries it.
  if ((status?.observedGeneration ?? 0) < (metadata?.generation ?? 0)) return undefined;
  const failure = status?.conditions?.find(({ type, status: value }) => type === 'ReplicaFailure' && value === 'True');
  if (!failure) return undefined;
  const what = `Deployment ${namespace}/${metadata?.name} can't create its pods`;
  return new UserError('pods-not-created', `${what}: ${failure.message ?? failure.reason}`, {
    brief: `${what} (${failure.reason ?? 'ReplicaFailure'}).`,
  });
}

/** What the pod is doing, in one word. */
const briefly = (pod: V1Pod): string => describePod(pod).split(':', 1)[0] ?? '';

/** One line every few seconds, with the time since the last progress: `canary 2/3 ready · pod x: ContainerCreating · 14s of 5m`; what goes wrong is said at once. */
function narrate(
  target: RolloutTarget,
  ours: NewPods,
  { clock, log, timeoutMs, patience }: Wait & { readonly patience: RolloutPatience },
  signal: AbortSignal,
) {
  const said = new Set<string>();
  let ready = '';
  let seen: readonly V1Pod[] = [];
  let explained = { uid: '', text: '' };
  const findStuck = () => seen.find((pod) => ours.isNew(pod) !== false && !isReady(pod));
  const explanationOf = ({ metadata }: V1Pod) => (explained.uid === metadata?.uid && explained.text ? [explained.text] : []);
  const waiting = () => {
    const stuck = findStuck();
    return stuck ? [`pod ${stuck.metadata?.name}: ${describePod(stuck)}`, ...explanationOf(stuck)] : [];
  };
  const text = () => [`${target.role} ${ready}`, ...waiting()].join(' · ');
  const tick = async () => {
    for (;;) {
      await clock.sleep(PROGRESS_EVERY_MS, signal);
      log.info(
        `${text()} · ${formatDuration(Math.floor(patience.sinceProgress() / 1000) * 1000)} of ${formatDuration(timeoutMs)}`,
      );
    }
  };
  const once = (line: string) => {
    if (!said.has(line)) log.info(line);
    said.add(line);
  };
  const tellLate = () => {
    const stuck = findStuck();
    if (stuck && ours.isNew(stuck) && (isUnschedulable(stuck) || isLate(stuck)))
      once(
        `${target.role} pod ${stuck.metadata?.name}: ${describePod(stuck)} · waited for, ${formatDuration(timeoutMs)} at most`,
      );
  };
  return {
    ended: tick().catch(() => undefined),
    text,
    tellLate,
    /** Something that went wrong, said once. */
    say: once,
    /** The first pod that is not ready, unless it is known to be none of the new ones. */
    stuck: findStuck,
    deployment({ spec, status }: V1Deployment) {
      const ofOlderTemplates = (status?.replicas ?? 0) - (status?.updatedReplicas ?? 0);
      ready = `${Math.max(0, (status?.availableReplicas ?? 0) - ofOlderTemplates)}/${spec?.replicas ?? 1} ready`;
    },
    pods(pods: readonly V1Pod[]) {
      seen = pods;
      tellLate();
    },
    explain(pod: V1Pod, reason: string) {
      explained = { uid: pod.metadata?.uid ?? '', text: reason };
      if (reason !== '') once(`${target.role} pod ${pod.metadata?.name}: ${reason}`);
    },
  };
}
