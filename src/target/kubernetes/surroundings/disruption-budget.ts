import type { V1PodDisruptionBudget } from '@kubernetes/client-node';
import { selects } from '../selection.js';

/** What stable's PodDisruptionBudget allows; the canary's pods get the same. */
export interface BudgetMemory {
  /** Name of stable's. */
  readonly name: string;
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
}

/**
 * Plans a budget for the canary like stable's.
 * @returns undefined when stable has none, or when the canary's pods are under it already: a pod under two budgets can't be evicted at all
 */
export function planBudget(
  budgets: readonly V1PodDisruptionBudget[],
  stableLabels: Readonly<Record<string, string>>,
  canaryLabels: Readonly<Record<string, string>>,
): BudgetMemory | undefined {
  const over = (labels: Readonly<Record<string, string>>) => budgets.filter(({ spec }) => selects(spec?.selector, labels));
  const [budget] = over(stableLabels);
  if (!budget || over(canaryLabels).length > 0) return undefined;
  const { minAvailable, maxUnavailable } = budget.spec ?? {};
  return {
    name: budget.metadata?.name ?? '',
    ...(minAvailable !== undefined && { minAvailable }),
    ...(maxUnavailable !== undefined && { maxUnavailable }),
  };
}
