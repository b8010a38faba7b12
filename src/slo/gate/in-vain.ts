import { formatDuration } from '../../kernel/duration.js';
import type { ObjectiveResult, Trial } from './trial.js';

/** What is known of looks that are still to come. */
export interface Prospect {
  /** Why none of them can bring figures for an objective, by its name. */
  readonly vain: ReadonlyMap<string, string>;
  /** When the last canary pod is past its warm-up, in milliseconds since the epoch. */
  readonly warmBy: number;
}

/**
 * Ends what can't end in a pass, at the look that shows it. What has merely not come yet, such as the first bad request, is waited for.
 * @returns the last words on each objective; undefined while there is hope
 */
export function endInVain(
  trials: readonly Trial[],
  { vain, warmBy }: Prospect,
  { startedAt, deadline, now }: { readonly startedAt: number; readonly deadline: number; readonly now: number },
  conclude: (trial: Trial) => ObjectiveResult,
): ObjectiveResult[] | undefined {
  const lateMs = warmBy - deadline;
  if (vain.size === 0 && lateMs <= 0) return undefined;
  const late = `a pod of the canary ends its warm-up ${formatDuration(lateMs)} after the hold; hold longer, or set a shorter \`warm-up\``;
  return trials.map((trial) => {
    const why = vain.get(trial.objective.name) ?? (lateMs > 0 ? late : undefined);
    return why === undefined ? conclude(trial) : trial.giveUp(why, now - startedAt);
  });
}
