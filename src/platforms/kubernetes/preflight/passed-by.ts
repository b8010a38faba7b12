import type { Release } from '../../../release/record/record.js';

/** By what stands around the app when a release begins, by what the user declares, and by what the steps of the release have measured. */
export const isPassedBy = (
  ways: readonly string[],
  declared: number,
  { steps }: Pick<Release, 'steps'> = { steps: [] },
): boolean => ways.length > 0 || declared > 0 || steps.some(({ measured }) => (measured?.uncovered ?? 0) > 0);
