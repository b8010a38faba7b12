import type { Faults } from '../app/faults.js';

/** Where a pod is in its life. */
export type Stage =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'unready' }
  | { readonly kind: 'crashing'; readonly restarts: number }
  | { readonly kind: 'no-image'; readonly reason: 'ErrImagePull' | 'ImagePullBackOff' }
  | { readonly kind: 'stopping' };

export interface Plan {
  readonly stage: Stage;
  /** When to look again; undefined when only an event can change the stage. */
  readonly againMs?: number;
}

/** From the container's start to Ready, unless the faults say otherwise. */
const usualStartMs = 200;
const firstBackOffMs = 2_000;
const longestBackOffMs = 32_000;
const pullBackOffMs = 1_000;

/**
 * Says which stage a pod is in.
 * @param ageMs since its container was first started
 * @param faultAgeMs since its faults last changed
 */
export function planStage(faults: Faults, isImageThere: boolean, ageMs: number, faultAgeMs: number): Plan {
  if (!isImageThere || faults.missing) {
    if (faultAgeMs >= pullBackOffMs) return { stage: { kind: 'no-image', reason: 'ImagePullBackOff' } };
    return { stage: { kind: 'no-image', reason: 'ErrImagePull' }, againMs: pullBackOffMs - faultAgeMs };
  }
  if (faults.crash) return planCrash(faultAgeMs);
  if (faults.unready) return { stage: { kind: 'unready' } };
  const { startMs = usualStartMs } = faults;
  if (ageMs < startMs) return { stage: { kind: 'starting' }, againMs: startMs - ageMs };
  return { stage: { kind: 'ready' } };
}

/** The kubelet doubles its back-off with each restart; ours starts at 2 s where the kubelet's starts at 10 s. */
function planCrash(ageMs: number): Plan {
  let restarts = 1;
  let nextMs = firstBackOffMs;
  for (let backOffMs = firstBackOffMs; ageMs >= nextMs; restarts += 1) {
    backOffMs = Math.min(backOffMs * 2, longestBackOffMs);
    nextMs += backOffMs;
  }
  return { stage: { kind: 'crashing', restarts }, againMs: nextMs - ageMs };
}
