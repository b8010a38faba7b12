import type { PlatformOnRecord } from '../platform.js';
import type { MeasuredShare, Release } from '../record/record.js';
import { type Given, givenShare } from './given-share.js';

/**
 * The share of the traffic that the new version was last seen to have. After a promotion that is all of it, as the proof at 100 % measured it; where
 * stable was updated in place, what the proof at 0 % left for stable, which is the new version by then.
 * @returns undefined when no request was seen
 */
export function measuredNow({ phase, steps }: Pick<Release, 'phase' | 'steps'>): MeasuredShare | undefined {
  if (phase !== 'promoted') return steps.at(-1)?.measured;
  const proofs = steps.filter((step) => step.phase === 'promoting');
  const all = proofs.findLast(({ weight, measured }) => weight === 100 && measured);
  if (all?.measured) return all.measured;
  const left = proofs.findLast(({ weight, measured }) => weight === 0 && measured)?.measured;
  if (!left) return undefined;
  const rest = (percent: number) => Number((100 - percent).toFixed(2));
  return { share: rest(left.share), low: rest(left.high), high: rest(left.low), proven: left.proven };
}

/** The share of the traffic that the new version is given, in percent: after a promotion it is stable, and has all. */
export const weightNow = (release: Given & Pick<Release, 'phase'>, platform: PlatformOnRecord): number =>
  release.phase === 'promoted' ? 100 : givenShare(release, platform);
