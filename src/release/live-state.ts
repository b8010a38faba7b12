import type { Router } from '../target/kubernetes/routers/router.js';
import { describeState } from './describe.js';
import type { Release } from './record.js';

/** Shares that others write need not add up to whole percent. */
const ROUNDING = 0.5;

/**
 * Where the traffic is, as the live route has it: somebody may have written it back since the record was. One that can't be read must not hide the
 * failure that this line ends; then the record has to do.
 * @param said what the failure says before this line; why the route departs is not said twice
 */
export async function liveState(
  router: Pick<Router, 'liveShare' | 'departure'>,
  release: Release,
  signal: AbortSignal,
  said = '',
): Promise<string> {
  try {
    const live = await router.liveShare(release.weight, signal);
    if (live === undefined || (live !== 'nowhere' && Math.abs(live - release.weight) <= ROUNDING)) return describeState(release);
    const departure = await router.departure(release.weight, signal);
    const why = departure !== undefined && said.includes(departure) ? undefined : departure;
    if (live === 'nowhere') return `${describeState(release, 'its route is gone')}${why === undefined ? '' : `\n${why}`}`;
    return `${describeState({ ...release, weight: Number(live.toFixed(1)) })}${why === undefined ? '' : `\n${why}`}`;
  } catch {
    return describeState(release);
  }
}
