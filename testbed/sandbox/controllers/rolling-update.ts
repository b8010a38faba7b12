import type { Deployment, ReplicaSet } from './workloads.js';

/** Bounds of a rolling update, in pods. */
export interface Bounds {
  readonly surge: number;
  readonly unavailable: number;
}

/** Percentages of the replicas: surge is rounded up, unavailable down; both must not be 0 (`ResolveFenceposts`). */
export function boundsOf({ spec }: Deployment): Bounds {
  const { maxSurge = 0, maxUnavailable = 0 } = spec.strategy.rollingUpdate ?? {};
  const resolve = (value: string | number, round: (pods: number) => number): number =>
    typeof value === 'number' ? value : round((Number(value.replace('%', '')) * spec.replicas) / 100);
  const surge = resolve(maxSurge, Math.ceil);
  const unavailable = resolve(maxUnavailable, Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

export const wantedOf = (sets: readonly ReplicaSet[]): number => sets.reduce((sum, { spec }) => sum + spec.replicas, 0);
export const availableOf = (sets: readonly ReplicaSet[]): number =>
  sets.reduce((sum, { status }) => sum + (status?.availableReplicas ?? 0), 0);

/** How many replicas the newest set gets now: as many as the surge has room for (`NewRSNewReplicas`). */
export function newReplicas(deployment: Deployment, newest: ReplicaSet | undefined, all: readonly ReplicaSet[]): number {
  const present = newest?.spec.replicas ?? 0;
  const { replicas, strategy } = deployment.spec;
  if (strategy.type === 'Recreate') return replicas;
  const room = replicas + boundsOf(deployment).surge - wantedOf(all);
  return room <= 0 ? present : present + Math.min(room, replicas - present);
}

/**
 * How many replicas each old set keeps now: what never became available goes first, the rest as far as availability allows
 * (pkg/controller/deployment/rolling.go).
 */
export function oldReplicas(deployment: Deployment, newest: ReplicaSet, old: readonly ReplicaSet[]): Map<ReplicaSet, number> {
  const least = deployment.spec.replicas - boundsOf(deployment).unavailable;
  const all = [newest, ...old];
  const missing = newest.spec.replicas - (newest.status?.availableReplicas ?? 0);
  let removable = wantedOf(all) - least - missing;
  const kept = new Map(old.map((set) => [set, set.spec.replicas]));
  if (removable <= 0) return kept;
  for (const set of old) {
    const unhealthy = Math.min(removable, Math.max(0, set.spec.replicas - (set.status?.availableReplicas ?? 0)));
    kept.set(set, set.spec.replicas - unhealthy);
    removable -= unhealthy;
  }
  let spare = Math.min(removable, availableOf(all) - least);
  for (const set of old) {
    const count = Math.min(Math.max(0, spare), kept.get(set) ?? 0);
    kept.set(set, (kept.get(set) ?? 0) - count);
    spare -= count;
  }
  return kept;
}
