import type { V1PodDisruptionBudget } from '@kubernetes/client-node';
import { selects } from '../api/selection.js';

/** What stable's PodDisruptionBudget allows; the canary's pods get the same. */
export interface BudgetMemory {
  /** Name of stable's. */
  readonly name: string;
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
}

type Labels = Readonly<Record<string, string>>;

/** The budgets that count pods with these labels. */
export const budgetsOver = (budgets: readonly V1PodDisruptionBudget[], labels: Labels): V1PodDisruptionBudget[] =>
  budgets.filter(({ spec }) => selects(spec?.selector, labels));

/**
 * Plans a budget for the canary like stable's.
 * @returns undefined when stable has none, or when the canary's pods are under it already: a pod under two budgets can't be evicted at all
 */
export function planBudget(
  budgets: readonly V1PodDisruptionBudget[],
  stableLabels: Labels,
  canaryLabels: Labels,
): BudgetMemory | undefined {
  const [budget] = budgetsOver(budgets, stableLabels);
  if (!budget || budgetsOver(budgets, canaryLabels).length > 0) return undefined;
  const { minAvailable, maxUnavailable } = budget.spec ?? {};
  return {
    name: budget.metadata?.name ?? '',
    ...(minAvailable !== undefined && { minAvailable }),
    ...(maxUnavailable !== undefined && { maxUnavailable }),
  };
}
