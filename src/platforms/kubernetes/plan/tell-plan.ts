import type { Log } from '../../../kernel/log.js';
import type { ChangePlan } from '../api/cluster.js';
import { describeChange } from './describe-change.js';

/**
 * Does what is merely planned, and prints the list of changes that come of it, also of work that ends with what the cluster refuses.
 * @param unforeseen what no plan can know, in sentences
 */
export async function tellPlan<T>(
  heading: string,
  { plan, unforeseen, log }: { readonly plan: ChangePlan; readonly unforeseen: readonly string[]; readonly log: Log },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } finally {
    await log.group(heading, async () => {
      for (const [index, change] of plan.changes.entries())
        log.info(`${index + 1}. ${describeChange(change)}: ${change.isUnchecked ? UNCHECKED : ACCEPTED}`);
      if (plan.changes.length === 0) log.info('Nothing would be changed.');
      for (const sentence of unforeseen) log.info(`Not in this plan: ${sentence}`);
    });
  }
}

const ACCEPTED = 'accepted by the API server (dry run)';
const UNCHECKED = 'follows from the changes before it, so the API server could not check it';
