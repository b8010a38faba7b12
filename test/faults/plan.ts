import type { FaultCase, Sequel } from './run-case.js';
import { seededRandom } from './simulation/seeded.js';
import type { Sent } from './simulation/step-process.js';
import { FAULTS, type Fault, isPossible } from './strike.js';

const SEQUELS: readonly Sequel[] = ['again', 'rollback'];

export interface PlanOptions {
  readonly seed: number;
  /** Both sequels of each fault, not only of those that end the process. */
  readonly isWhole: boolean;
}

/**
 * Every request of a scenario's step, with everything that can happen to it.
 * @param sent the step's requests when nothing happens; with the same seed they are the same up to the fault
 */
export function planCases(scenario: string, sent: readonly Sent[], { seed, isWhole }: PlanOptions): FaultCase[] {
  return sent.flatMap((request, index) =>
    FAULTS.filter((fault) => isPossible(fault, request)).flatMap((fault) =>
      sequelsOf(fault, index, isWhole).map((sequel) => ({ scenario, blow: { index, fault }, sequel, seed })),
    ),
  );
}

/** What a process survives leaves much the same state whatever comes next, so the sequels take turns. */
const sequelsOf = (fault: Fault, index: number, isWhole: boolean): readonly Sequel[] =>
  isWhole || fault.startsWith('kill') || fault === 'cancel' ? SEQUELS : SEQUELS.slice(index % 2, (index % 2) + 1);

/** That many of the cases, by a seed. */
export function sample<T>(cases: readonly T[], count: number, seed: number): T[] {
  const random = seededRandom(seed);
  return cases
    .map((one) => ({ one, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, count)
    .map(({ one }) => one);
}
