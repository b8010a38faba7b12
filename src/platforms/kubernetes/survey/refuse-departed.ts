import type { Release } from '../../../release/record/record.js';
import type { LoadedRouter } from '../router.js';
import type { Survey } from './survey.js';

/**
 * Whoever changes the canary's share by hand between two steps has a reason, and a step that went on would write over it.
 * @throws UserError when the canary has another share than the release wrote last, naming who wrote it
 */
export function refuseDeparted(
  { phase, weight, steps }: Release,
  { split, app }: Pick<Survey, 'split' | 'app'>,
  router: Pick<LoadedRouter, 'refuseDeparted'>,
): void {
  if (phase !== 'holding') return;
  router.refuseDeparted(app, split.seen, { percent: weight, reached: steps.at(-1)?.weight ?? weight });
}
