import type { StrategyDescription } from '../../../release/strategy.js';
import { canary } from './canary/index.js';

/** The ways to release an app, as they stand on record; a release that begins goes by the first. */
export const STRATEGIES = [canary] as const satisfies readonly StrategyDescription[];

/** By which a release goes that begins. */
export const USUAL = canary;

/**
 * The code of a strategy.
 * @throws Error for a kind that there is not; what comes from outside has been checked by then
 */
export function loadStrategy(kind: string): ReturnType<(typeof STRATEGIES)[number]['load']> {
  const description = STRATEGIES.find((strategy) => strategy.kind === kind);
  if (description === undefined) throw new Error(`there is no strategy of kind ${kind}`);
  return description.load();
}
