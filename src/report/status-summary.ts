import type { PlatformOnRecord } from '../release/platform.js';
import type { Standing } from '../release/standing/standing.js';
import { escapeMarkdown, prose, table } from './markdown.js';
import { factsOf, headline } from './status-text.js';
import { stepsTable } from './step-summary.js';
import { weightChart } from './weight-chart.js';

/** The job summary of a look at the record. */
export function statusSummary(standing: Standing, platform: PlatformOnRecord): string {
  const { app, record, next, nowMs } = standing;
  const { latest, history } = record;
  const chart = latest && weightChart(latest, nowMs, platform);
  return `${[
    `### ${escapeMarkdown(`${app}: ${headline(standing)}`)}`,
    `**What now:** ${prose(next)}`,
    ...(latest ? [table(['', ''], factsOf(latest, standing))] : []),
    ...(chart === undefined ? [] : [chart]),
    ...(latest && latest.steps.length > 0 ? [stepsTable(latest.steps)] : []),
    ...(history.length > 0 ? ['Before:', historyTable(history)] : []),
    ...(latest ? ['On record. What the route and the pods do now was not looked at.'] : []),
  ].join('\n\n')}\n`;
}

const historyTable = (history: Standing['record']['history']): string =>
  table(
    ['Began (UTC)', 'Phase', 'New version', 'Run'],
    history.map(({ startedAt, phase, image, runUrl }) => [startedAt.slice(0, 16).replace('T', ' '), phase, image, runUrl]),
  );
