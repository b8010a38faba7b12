import { formatDuration } from '../kernel/duration.js';
import type { PlatformOnRecord } from '../release/platform.js';
import { isOver, type Release, type Step } from '../release/record/record.js';
import { givenShare } from '../release/standing/given-share.js';
import { measuredNow } from '../release/standing/measured-now.js';
import { nextOf } from '../release/standing/next-step.js';
import { givenNow } from '../release/standing/share-line.js';
import type { GateResult } from '../slo/gate/gate-result.js';
import type { Objective } from '../slo/objective/objective.js';
import { escapeMarkdown, prose, table } from './markdown.js';
import { starterRows } from './starter.js';
import { shareText } from './status-text.js';
import { verdictTable } from './verdict-summary.js';
import { weightChart } from './weight-chart.js';

/** What a step's own gate found. */
export interface StepGate {
  readonly objectives: readonly Objective[];
  readonly result: GateResult;
}

/** Which release it is about, besides what is on record of it. */
interface SummaryOf {
  /** Milliseconds since the epoch, by the server's clock. */
  readonly nowMs: number;
  readonly platform: PlatformOnRecord;
}

/** Of a long release the last ones tell where it stands. */
const MAX_STEPS = 12;

/**
 * The job summary of one canary-step: where the release stands, what is to be done next, what was measured at each step, and what the gate saw.
 */
export function stepSummary(app: string, release: Release, { nowMs, platform }: SummaryOf, gate?: StepGate): string {
  const measured = measuredNow(release);
  const rows: string[][] = [
    ['Phase', release.phase],
    ['Traffic', trafficOf(release, platform)],
    ['Measured share of the new version (99 % interval)', measured ? shareText(measured) : lastShare(release)],
    ['New version', release.canary.image],
    ['Stable at the start', release.stable.image],
    ...(release.reason === undefined ? [] : [['Reason', release.reason]]),
    ...whoAndWhat(release, nowMs),
  ];
  const title = `${escapeMarkdown(app)}: release ${escapeMarkdown(release.phase)}${gate ? `, gate ${gate.result.verdict}` : ''}`;
  const parts = [
    `### ${title}`,
    `**What now:** ${prose(whatNow(app, release, { nowMs, platform }, gate))}`,
    table(['', ''], rows),
  ];
  if (gate) parts.push(verdictTable(gate.result, gate.objectives));
  const chart = isOver(release) ? weightChart(release, nowMs, platform) : undefined;
  if (chart !== undefined) parts.push(chart);
  if (release.steps.length > 0) parts.push(stepsTable(release.steps));
  return `${parts.join('\n\n')}\n`;
}

/** A release that its gate did not let go on is put back when the job ends. */
function whatNow(app: string, release: Release, { nowMs, platform }: SummaryOf, gate: StepGate | undefined): string {
  const { share, towards } = givenNow(release, platform);
  const next = nextOf(release, { app, nowMs, weight: share, towards });
  if (isOver(release) || gate === undefined || ['pass', 'warn'].includes(gate.result.verdict)) return next;
  return `The gate did not let it go on: it is put back when this job ends, unless \`on-job-failure: hold\` leaves it. ${next}`;
}

function whoAndWhat({ owner, startedAt, endedAt }: Release, nowMs: number): string[][] {
  const ms = (endedAt === undefined ? nowMs : Date.parse(endedAt)) - Date.parse(startedAt);
  return [
    ...starterRows(owner, 'Started by'),
    [endedAt === undefined ? 'In flight for' : 'Took', formatDuration(Math.max(0, ms))],
  ];
}

/** The job summary of a canary-step that had nothing to do. */
export const nothingSummary = (app: string, reason: string): string =>
  `### ${escapeMarkdown(app)}: nothing to release\n\n${escapeMarkdown(reason)}\n`;

/** The job summary of a step that has created the app. */
export const firstSummary = (app: string, text: string): string =>
  `### ${escapeMarkdown(app)}: first deployment\n\n${escapeMarkdown(text)}\n`;

/** What was measured before says more than nothing, as long as it says of which weight. */
function lastShare({ steps }: Release): string {
  const last = steps.findLast(({ measured }) => measured);
  return last?.measured ? `${shareText(last.measured)}, at ${last.weight} % before` : 'not measured';
}

function trafficOf(release: Release, platform: PlatformOnRecord): string {
  if (release.phase === 'promoted') return 'all on the new version';
  if (release.weight === 0) return 'all on stable';
  const given = givenShare(release, platform);
  const asked = given === release.weight ? '' : ` by whole pods, ${release.weight} % asked for`;
  return `${given} % on the canary, ${Number((100 - given).toFixed(1))} % on stable${asked}`;
}

/** What each step gave and measured, the last ones of a long release. */
export const stepsTable = (steps: readonly Step[]): string =>
  table(
    ['Step (UTC)', 'Phase', 'Weight of the canary', 'Measured (99 % interval)', 'Gate'],
    steps
      .slice(-MAX_STEPS)
      .map(({ at, phase, weight, measured, verdict }) => [
        at.slice(0, 19).replace('T', ' '),
        phase,
        `${weight} %`,
        measured ? shareText(measured) : '',
        verdict ?? '',
      ]),
  );
