import type { KubernetesStrategy, Move } from '../../../src/platforms/kubernetes/strategy.js';

/** What the contract needs to know of a strategy to try it: one file beside this one, named as the kind. */
export interface StrategyBed {
  /** What makes a step go by it. */
  readonly inputs: Readonly<Record<string, string>>;
  /** What it can't do, and the code of the refusal. */
  readonly refused: ReadonlyArray<{
    readonly asked: Move;
    readonly place: Parameters<KubernetesStrategy['refuse']>[1];
    readonly code: string;
  }>;
}
