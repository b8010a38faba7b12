import type { StrategyDescription } from '../../../../release/strategy.js';

/** Shares of the traffic for a second workload, which stable then becomes. Stable is the live one until the release is promoted. */
export const canary = {
  kind: 'canary',
  summary: 'a growing share of the traffic for a few pods of the new version',
  stages: ['shifted', 'updating-stable', 'returning', 'draining'],
  load: async () => (await import('./strategy.js')).strategy,
} as const satisfies StrategyDescription;
