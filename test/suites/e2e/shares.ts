import { expect } from '@jest/globals';
import type { RouterClient, Shares } from '../../../testbed/router/client.js';

/** Percent of the answers; Traefik's round robin is exact but for what was under way when it took a change. */
export const near = (shares: Shares, who: string, percent: number, of = 100): boolean =>
  Math.abs((shares[who] ?? 0) - (percent * of) / 100) <= Math.max(1, of / 50);

export const only =
  (who: string) =>
  (shares: Shares): boolean =>
    Object.keys(shares).join() === who;

/** Waits until the canary gets its share, and looks closer then. */
export async function expectCanaryShare(router: RouterClient, host: string, percent: number): Promise<void> {
  await router.until({ host }, (shares) => near(shares, 'v2', percent) && near(shares, 'v1', 100 - percent));
  const shares = await router.shares({ host }, 500);
  if (percent === 0 || percent === 100) expect(shares).toEqual({ [percent === 0 ? 'v1' : 'v2']: 500 });
  else expect(near(shares, 'v2', percent, 500) && near(shares, 'v1', 100 - percent, 500) ? 'as asked' : shares).toBe('as asked');
}
