import type { PlatformOnRecord } from '../platform.js';
import type { Release } from '../record/record.js';
import { type Given, givenShare } from './given-share.js';

/** A share of the traffic, in percent, from that time on. */
export interface SharePoint {
  readonly atMs: number;
  readonly share: number;
}

type Drawn = Given & Pick<Release, 'steps' | 'phase' | 'endedAt'>;

/**
 * The share that the new version was given, by the steps that are done. While stable is updated the new version keeps what it had: it moves from the
 * canary into stable.
 */
export function shareLine(release: Drawn, platform: PlatformOnRecord): SharePoint[] {
  const { steps, phase, endedAt, weight, platform: memory } = release;
  const points: SharePoint[] = [];
  for (const step of steps) {
    const before = points.at(-1)?.share ?? 0;
    const given = givenShare(step.weight === weight ? release : { platform: memory, weight: step.weight }, platform);
    const share = step.phase === 'promoted' ? 100 : step.phase === 'promoting' ? Math.max(before, given) : given;
    // A step is done when its share is proven, some time after it was given.
    points.push({ atMs: Date.parse(step.servedSince ?? step.at), share });
  }
  if (endedAt !== undefined) points.push({ atMs: Date.parse(endedAt), share: phase === 'promoted' ? 100 : 0 });
  return points;
}

/** The share that was last given by a step that is done, in percent; and the one that a step at work, or one that was cut, was to give. */
export function givenNow(
  release: Drawn,
  platform: PlatformOnRecord,
): {
  readonly share: number;
  readonly towards: number | undefined;
} {
  const share = shareLine(release, platform).at(-1)?.share ?? 0;
  const towards = TOWARDS[release.phase] ?? givenShare(release, platform);
  return { share, towards: towards === share ? undefined : towards };
}

/** Where a phase leads that is not there yet, or is where it is; a release that holds is to have its weight. */
const TOWARDS: Readonly<Partial<Record<Release['phase'], number>>> = {
  promoting: 100,
  promoted: 100,
  aborting: 0,
  aborted: 0,
  'rolling-back': 0,
  'rolled-back': 0,
};
