import type { Release, Step } from '../release/record.js';

/** Points of a line: enough to see each step of a release, few enough for a summary. */
const POINTS = 41;
const MINUTES_FROM_MS = 180_000;

/**
 * The share that the new version was given over the time of a release, as a Mermaid chart, which GitHub draws.
 * @param nowMs until when a release in flight has come, in milliseconds since the epoch
 * @returns undefined where there is no line to draw: before the first step, or of no duration
 */
export function weightChart(
  release: Pick<Release, 'startedAt' | 'endedAt' | 'steps' | 'phase'>,
  nowMs: number,
): string | undefined {
  const startMs = Date.parse(release.startedAt);
  const endMs = release.endedAt === undefined ? Math.max(nowMs, lastMs(release.steps)) : Date.parse(release.endedAt);
  if (release.steps.length === 0 || !(endMs > startMs)) return undefined;
  const line = shareLine(release);
  const points = Array.from({ length: POINTS }, (_, index) =>
    shareAt(line, startMs + (index / (POINTS - 1)) * (endMs - startMs)),
  );
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

interface Point {
  readonly atMs: number;
  readonly share: number;
}

/** The share that the new version was given, in percent, from each time on. While stable is updated the new version keeps what it had: it moves from the canary into stable. */
export function shareLine({ steps, phase, endedAt }: Pick<Release, 'steps' | 'phase' | 'endedAt'>): Point[] {
  const points: Point[] = [];
  for (const step of steps) {
    const before = points.at(-1)?.share ?? 0;
    const share = step.phase === 'promoted' ? 100 : step.phase === 'promoting' ? Math.max(before, step.weight) : step.weight;
    // A step is done when its share is proven, some time after it was given.
    points.push({ atMs: Date.parse(step.servedSince ?? step.at), share });
  }
  if (endedAt !== undefined) points.push({ atMs: Date.parse(endedAt), share: phase === 'promoted' ? 100 : 0 });
  return points;
}

const shareAt = (line: readonly Point[], atMs: number): number => line.findLast((point) => point.atMs <= atMs)?.share ?? 0;

const lastMs = (steps: readonly Step[]): number => Date.parse(steps.at(-1)?.at ?? '') || 0;
