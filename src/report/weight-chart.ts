import type { PlatformOnRecord } from '../release/platform.js';
import type { Release, Step } from '../release/record/record.js';
import type { Given } from '../release/standing/given-share.js';
import { type SharePoint, shareLine } from '../release/standing/share-line.js';

/** Points of a line: enough to see each step of a release, few enough for a summary. */
const POINTS = 41;
const MINUTES_FROM_MS = 180_000;

/**
 * The share that the new version was given over the time of a release, as a Mermaid chart, which GitHub draws.
 * @param nowMs until when a release in flight has come, in milliseconds since the epoch
 * @returns undefined where there is no line to draw: before the first step, or of no duration
 */
export function weightChart(
  release: Given & Pick<Release, 'startedAt' | 'endedAt' | 'steps' | 'phase'>,
  nowMs: number,
  platform: PlatformOnRecord,
): string | undefined {
  const startMs = Date.parse(release.startedAt);
  const endMs = release.endedAt === undefined ? Math.max(nowMs, lastMs(release.steps)) : Date.parse(release.endedAt);
  if (release.steps.length === 0 || !(endMs > startMs)) return undefined;
  const points = sampled(shareLine(release, platform), startMs, endMs);
  const inMinutes = endMs - startMs >= MINUTES_FROM_MS;
  const length = (endMs - startMs) / (inMinutes ? 60_000 : 1000);
  return [
    '```mermaid',
    // The usual theme draws a line that can hardly be seen on white.
    '%%{init: {"themeVariables": {"xyChart": {"plotColorPalette": "#1d4ed8"}}}}%%',
    'xychart-beta',
    '  title "Share given to the new version"',
    `  x-axis "${inMinutes ? 'minutes' : 'seconds'} from ${new Date(startMs).toISOString().slice(0, 16).replace('T', ' ')} UTC" 0 --> ${Number(length.toFixed(1))}`,
    '  y-axis "percent" 0 --> 100',
    `  line [${points.join(', ')}]`,
    '```',
  ].join('\n');
}

/**
 * The share at so many times, evenly: one that stood between two of them for a moment only is shown at the later one, so that no step is left out, and the
 * last is what it came to.
 */
function sampled(line: readonly SharePoint[], startMs: number, endMs: number): number[] {
  const atMs = (index: number) => startMs + (index / (POINTS - 1)) * (endMs - startMs);
  const points = Array.from({ length: POINTS }, (_, index) => {
    const standing = shareAt(line, atMs(index));
    const between = line.filter((point) => point.atMs > atMs(index - 1) && point.atMs <= atMs(index));
    return Math.max(standing, ...between.map(({ share }) => share));
  });
  const last = points[POINTS - 1] ?? 0;
  points[POINTS - 2] = Math.max(points[POINTS - 2] ?? 0, last);
  points[POINTS - 1] = shareAt(line, endMs);
  return points;
}

const shareAt = (line: readonly SharePoint[], atMs: number): number => line.findLast((point) => point.atMs <= atMs)?.share ?? 0;

const lastMs = (steps: readonly Step[]): number => Date.parse(steps.at(-1)?.at ?? '') || 0;
