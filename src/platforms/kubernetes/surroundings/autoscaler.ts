import type { V2HorizontalPodAutoscaler } from '@kubernetes/client-node';
import type { Clock } from '../../../kernel/clock.js';
import { UserError } from '../../../kernel/errors.js';
import type { Log } from '../../../kernel/log.js';
import type { Cluster } from '../api/cluster.js';
import { editObject } from '../api/edit-object.js';
import { HORIZONTAL_POD_AUTOSCALER } from '../api/kinds.js';
import { claims, giveUpOwnership, lastOtherWriter } from '../api/ownership.js';

/** What a release changes in stable's autoscaler, and what was there before. */
export interface AutoscalerMemory {
  readonly name: string;
  /** `spec.minReplicas` before the release. */
  readonly minReplicas: number;
  /** What the release raises it to: stable's replicas at its start. */
  readonly raisedTo: number;
}

/**
 * Plans to keep stable at its size: traffic that moves to the canary would let the autoscaler take pods away that an abort needs at once.
 * @returns undefined when there is no autoscaler, or none that would scale below this size
 * @throws UserError for an autoscaler that something else writes, or several
 */
export function planAutoscaler(
  autoscalers: readonly V2HorizontalPodAutoscaler[],
  deployment: string,
  stableReplicas: number,
): AutoscalerMemory | undefined {
  const ours = autoscalers.filter(
    ({ spec }) => spec?.scaleTargetRef.kind === 'Deployment' && spec.scaleTargetRef.name === deployment,
  );
  const [autoscaler] = ours;
  if (!autoscaler) return undefined;
  const name = autoscaler.metadata?.name ?? '';
  const keda = autoscaler.metadata?.ownerReferences?.find(({ kind }) => kind === 'ScaledObject');
  if (keda) {
    throw new UserError(
      'scaled-by-keda',
      `Deployment ${deployment} is scaled by KEDA (ScaledObject ${keda.name}), which would write its own minimum back during the release and may scale stable to 0. ` +
        'Pause it for the release with the annotation `autoscaling.keda.sh/paused: "true"`, and take that away afterwards.',
    );
  }
  if (ours.length > 1) {
    throw new UserError(
      'autoscalers-conflict',
      `Several HorizontalPodAutoscalers scale Deployment ${deployment}: ${ours.map(({ metadata }) => metadata?.name).join(', ')}. They work against each other; keep one.`,
    );
  }
  const minReplicas = autoscaler.spec?.minReplicas ?? 1;
  const raisedTo = Math.min(stableReplicas, autoscaler.spec?.maxReplicas ?? stableReplicas);
  return raisedTo > minReplicas ? { name, minReplicas, raisedTo } : undefined;
}

/**
 * Without a route the ratio of pods is the split, and an autoscaler counts the canary's pods among stable's: it would scale by their number, and
 * move the share whenever it does.
 * @throws UserError for one that is free to scale
 */
export function refuseSharedScaling(
  autoscalers: readonly V2HorizontalPodAutoscaler[],
  deployment: string,
  replicas: number,
): void {
  const free = autoscalers.filter(
    ({ spec }) =>
      spec?.scaleTargetRef.kind === 'Deployment' &&
      spec.scaleTargetRef.name === deployment &&
      (spec.minReplicas ?? 1) < spec.maxReplicas,
  );
  if (free.length === 0) return;
  throw new UserError(
    'autoscaler-moves-split',
    `HorizontalPodAutoscaler ${free.map(({ metadata }) => metadata?.name).join(', ')} scales Deployment ${deployment} by all pods under its selector, and without a route the canary's are among them: the ratio of pods is the split, so each scaling would move the share. ` +
      `Split by an HTTPRoute, or let it hold still for the release (minReplicas and maxReplicas ${replicas}).`,
  );
}

/**
 * The same for a stable that has become larger since the release began.
 * @param before what the release has changed so far
 * @returns undefined when there is nothing more to hold than is on record
 */
export function planGrowth(
  autoscalers: readonly V2HorizontalPodAutoscaler[],
  deployment: string,
  stableReplicas: number,
  before: AutoscalerMemory | undefined,
): AutoscalerMemory | undefined {
  const next = planAutoscaler(autoscalers, deployment, stableReplicas);
  if (!next || !before || next.name !== before.name) return next;
  if (next.raisedTo <= before.raisedTo) return undefined;
  const live = autoscalers.find(({ metadata }) => metadata?.name === next.name);
  return live && isOurs(live, before.raisedTo) ? { ...next, minReplicas: before.minReplicas } : next;
}

/**
 * What somebody else has made of a minimum that a release had raised.
 * @returns undefined while it is as high as the release wants it, or is ours still
 */
export function writtenBack(
  live: V2HorizontalPodAutoscaler,
  memory: AutoscalerMemory,
): { readonly memory: AutoscalerMemory; readonly by: string | undefined } | undefined {
  const { minReplicas = 1, maxReplicas = memory.raisedTo } = live.spec ?? {};
  if (minReplicas >= Math.min(memory.raisedTo, maxReplicas) || isOurs(live, memory.raisedTo)) return undefined;
  return { memory: { ...memory, minReplicas }, by: lastOtherWriter(live, ['f:spec', 'f:minReplicas']) };
}

/** Raises the minimum as planned, and no further than the maximum is by now; one that somebody else raised further stays. */
export async function raiseMinimum(
  cluster: Cluster,
  deployment: string,
  { name, raisedTo }: AutoscalerMemory,
  signal: AbortSignal,
): Promise<void> {
  await writeMinimum(
    cluster,
    deployment,
    name,
    ({ spec }, current) => Math.max(current, Math.min(raisedTo, spec?.maxReplicas ?? raisedTo)),
    signal,
  );
}

/** Metrics of a minute, the next look of the autoscaler, and a pod's first figures, which it leaves out. */
const COUNTED_WITHIN_MS = 90_000;
const LOOK_EVERY_MS = 2_000;

/**
 * Waits while the autoscaler would take pods away as soon as it may: what it knows is from before the traffic came back to stable. One that says so for
 * longer means it.
 */
export async function untilTrafficCounts(
  cluster: Cluster,
  { name, minReplicas, raisedTo }: AutoscalerMemory,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<void> {
  const endsAt = clock.now() + COUNTED_WITHIN_MS;
  for (let isSaid = false; clock.now() < endsAt; isSaid = true) {
    const autoscaler = await cluster.read(HORIZONTAL_POD_AUTOSCALER, name, signal);
    if (!autoscaler || !isOurs(autoscaler, raisedTo) || !isHeldByMinimum(autoscaler)) return;
    if (!isSaid)
      log.info(
        `HorizontalPodAutoscaler ${name} still counts the traffic that the canary had, and would scale stable below ${raisedTo} at once. Its minimum goes back to ${minReplicas} when it no longer would, in ${COUNTED_WITHIN_MS / 1000} s at the latest.`,
      );
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
}

/** A step that was killed may have recorded a minimum and not written it: what stands there then is an earlier one of ours. */
const isOurs = (autoscaler: V2HorizontalPodAutoscaler, raisedTo: number): boolean =>
  autoscaler.spec?.minReplicas === raisedTo || claims(autoscaler, ['f:spec', 'f:minReplicas']);

/** What it says when its metrics ask for fewer pods than the minimum (kubernetes, pkg/controller/podautoscaler/horizontal.go, `TooFewReplicas`). */
const isHeldByMinimum = ({ status }: V2HorizontalPodAutoscaler): boolean =>
  (status?.conditions ?? []).some(
    ({ type, status, reason }) => type === 'ScalingLimited' && status === 'True' && reason === 'TooFewReplicas',
  );

/** Puts the minimum back as it was, unless somebody else has changed it since, and gives up our claim on it. */
export async function restoreMinimum(
  cluster: Cluster,
  deployment: string,
  memory: AutoscalerMemory,
  signal: AbortSignal,
): Promise<void> {
  const { name, minReplicas, raisedTo } = memory;
  await writeMinimum(
    cluster,
    deployment,
    name,
    (autoscaler, current) => (isOurs(autoscaler, raisedTo) ? minReplicas : current),
    signal,
  );
  await giveUpOwnership(cluster, HORIZONTAL_POD_AUTOSCALER, name, signal);
}

/** Only of an autoscaler of this Deployment: the name comes out of the record. */
const writeMinimum = (
  cluster: Cluster,
  deployment: string,
  name: string,
  change: (autoscaler: V2HorizontalPodAutoscaler, current: number) => number,
  signal: AbortSignal,
) =>
  editObject(
    cluster,
    HORIZONTAL_POD_AUTOSCALER,
    name,
    (autoscaler) => {
      const { spec } = autoscaler;
      const current = spec?.minReplicas ?? 1;
      const wanted = spec?.scaleTargetRef.name === deployment ? change(autoscaler, current) : current;
      return wanted === current ? [] : [{ op: 'add', path: '/spec/minReplicas', value: wanted }];
    },
    signal,
  );
