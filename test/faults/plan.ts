import type { FaultCase, Sequel } from './run-case.js';
import { seededRandom } from './simulation/seeded.js';
import type { Sent } from './simulation/step-process.js';
import { FAULTS, isPossible } from './strike.js';

const SEQUELS: readonly Sequel[] = ['again', 'rollback'];

export interface PlanOptions {
  readonly seed: number;
  /** Both sequels of each fault; otherwise they take turns. */
  readonly isWhole: boolean;
}

/**
 * Every request of a scenario's step, with everything that can happen to it.
 * @param sent the step's requests when nothing happens; with the same seed they are the same up to the fault
 */
export function planCases(scenario: string, sent: readonly Sent[], { seed, isWhole }: PlanOptions): FaultCase[] {
  const random = seededRandom(seed);
  const sequels = (): readonly Sequel[] => (isWhole ? SEQUELS : SEQUELS.filter((_, index) => index === turn % 2));
  let turn = random() < 0.5 ? 0 : 1;
  return sent.flatMap((request, index) =>
    FAULTS.filter((fault) => isPossible(fault, request)).flatMap((fault) => {
      turn += 1;
      return sequels().map((sequel) => ({ scenario, blow: { index, fault }, sequel, seed }));
    }),
  );
}

/** That many of the cases, by a seed. */
export function sample<T>(cases: readonly T[], count: number, seed: number): T[] {
  const random = seededRandom(seed);
  return cases
    .map((one) => ({ one, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, count)
    .map(({ one }) => one);
}
