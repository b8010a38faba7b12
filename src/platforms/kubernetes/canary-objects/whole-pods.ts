/** A share that is farther from another one than by this factor is another share; less is what an autoscaler does every day. */
export const FAR = 1.5;

/** Pods of the canary that come nearest to a share, in percent, beside so many of stable; one at least. */
export const podsNearest = (percent: number, stableReplicas: number): number =>
  percent >= 100 ? stableReplicas : Math.max(1, Math.round((percent * stableReplicas) / (100 - percent)));

/** The share that whole pods give the canary, in percent. */
export function shareOfPods(percent: number, stableReplicas: number): number {
  const canary = podsNearest(percent, stableReplicas);
  return (100 * canary) / (canary + stableReplicas);
}
