import { UserError } from '../../kernel/errors.js';
import { backendsOf } from '../../platforms/kubernetes/app/app.js';
import { liveShareOf, ROUNDING, writerOf } from '../../platforms/kubernetes/routers/http-route/departure.js';
import { leadsTo } from '../../platforms/kubernetes/routers/http-route/weights.js';
import type { Release } from '../record/record.js';
import type { Survey } from './survey.js';

/**
 * Whoever changes the canary's share in the route by hand between two steps has a reason, and a step that went on would write over it.
 * @throws UserError when the route gives the canary another share than the release wrote last, naming who wrote it
 */
export function refuseDeparted({ phase, weight, steps }: Release, { route, app }: Pick<Survey, 'route' | 'app'>): void {
  // A step that was cut may have its weight on record and not in the route.
  const written = [weight, steps.at(-1)?.weight ?? weight];
  const backends = backendsOf(app);
  // One that is taken out of the route altogether is refused where it is written.
  if (phase !== 'holding' || !route || !leadsTo(route, backends.canary) || !leadsTo(route, backends.stable)) return;
  const departs = (percent: number) => Math.abs(liveShareOf(route, backends, percent) - percent) > ROUNDING;
  if (!written.every(departs)) return;
  const share = Number(liveShareOf(route, backends, weight).toFixed(1));
  throw new UserError(
    'route-changed',
    `HTTPRoute ${app.namespace}/${route.metadata?.name} gives the canary ${share} %, and this release last gave it ${weight} %. ${writerOf(route)} ` +
      `It is not written over. End the release with \`weight: 0\` or the rollback action; or, to go on, give Service ${backends.canary} its ${weight} % back in the route and run the step again. Nothing has been changed.`,
  );
}
