import { ACTS } from './acts.js';
import type { FaultCase, Sequel } from './run-case.js';
import { seededRandom } from './simulation/seeded.js';
import type { Sent } from './simulation/step-process.js';
import { FAULTS, type Fault, isFreeze, isPossible } from './strike.js';

const SEQUELS: readonly Sequel[] = ['again', 'rollback'];

export interface PlanOptions {
  readonly seed: number;
  /** Both sequels of each fault; otherwise they take turns. */
  readonly isWhole: boolean;
  /** So many of the faults at each request, by the seed; undefined for all. */
  readonly faultsEach?: number | undefined;
  /** Only one request in so many, by the seed. */
  readonly oneIn?: number | undefined;
  /** All times at which a step can stand still; otherwise a tenth of them, by the seed. */
  readonly freezes: boolean;
  /** How many of the acts of others: all, a fifth by the seed, or none. */
  readonly acts: 'all' | 'some' | 'none';
}

const isTenth = (seed: number, index: number, fault: Fault): boolean =>
  (index + seed + (fault === 'freeze-after' ? 5 : 0)) % 10 === 0;

/**
 * Every request of a scenario's step, with everything that can happen to it.
 * @param sent the step's requests when nothing happens; with the same seed they are the same up to the fault
 */
export function planCases(
  scenario: string,
  sent: readonly Sent[],
  { seed, isWhole, faultsEach, oneIn = 1, freezes, acts }: PlanOptions,
): FaultCase[] {
  const cases = sent.flatMap((request, index) => {
    if ((index + seed) % oneIn !== 0) return [];
    const possible: Fault[] = [
      ...FAULTS.filter((fault) => isPossible(fault, request) && (freezes || !isFreeze(fault) || isTenth(seed, index, fault))),
      ...ACTS.filter((_, turn) => acts === 'all' || (acts === 'some' && (index + seed + turn) % ACTS.length === 0)),
    ];
    const faults = faultsEach === undefined ? possible : sample(possible, faultsEach, seed * 1000 + index);
    return faults.map((fault) => ({ scenario, blow: { index, fault }, seed }));
  });
  return cases.flatMap((one, number) =>
    SEQUELS.filter((_, turn) => isWhole || turn === (number + seed) % SEQUELS.length).map((sequel) => ({ ...one, sequel })),
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
