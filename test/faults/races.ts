import type { CaseEnd, CaseOptions } from './run-case.js';

/** Two runs that start at nearly the same time. */
export interface Race {
  readonly against: 'release' | 'rollback';
  readonly seed: number;
}
export type RaceEnd = CaseEnd;

export async function runRace(_race: Race, _options: CaseOptions): Promise<RaceEnd> {
  throw new Error('not yet');
}
