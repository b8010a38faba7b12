import type { PlatformOnRecord } from '../platform.js';
import type { Release } from '../record/record.js';

export type Given = Pick<Release, 'platform' | 'weight' | 'given'>;

/** The canary's share of the traffic in percent: what was asked for, or what the platform makes of it. */
export function givenShare({ platform: { memory }, weight, given }: Given, platform: PlatformOnRecord): number {
  if (weight === 0 || weight === 100) return weight;
  return Number((given ?? platform.shareOf(memory, weight)).toFixed(1));
}
