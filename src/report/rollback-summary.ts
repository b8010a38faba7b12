import type { RollbackOutcome } from '../release/outcome.js';
import type { PlatformOnRecord } from '../release/platform.js';
import { escapeMarkdown, table } from './markdown.js';
import { starterRows } from './starter.js';
import { stepsTable } from './step-summary.js';
import { weightChart } from './weight-chart.js';

/** The job summary of one rollback. */
export function rollbackSummary(
  app: string,
  { phase, from, to, seconds, reason, left, undone }: RollbackOutcome,
  platform: PlatformOnRecord,
): string {
  const rows = [['From', from], ['To', to], ['Seconds', seconds], ...(undone ? starterRows(undone.owner, 'Release of') : [])];
  const chart = undone && weightChart(undone, Date.parse(undone.startedAt), platform);
  return `${[
    `### ${escapeMarkdown(app)}: ${escapeMarkdown(phase === 'none' ? titleOf(left) : phase)}`,
    escapeMarkdown(reason),
    ...(from === '' ? [] : [table(['', ''], rows)]),
    ...(chart === undefined ? [] : [chart]),
    ...(undone && undone.steps.length > 0 ? [stepsTable(undone.steps)] : []),
  ].join('\n\n')}\n`;
}

function titleOf(left: RollbackOutcome['left']): string {
  if (left === undefined) return 'nothing to roll back';
  return left.phase === 'promoted'
    ? 'what was promoted before stays'
    : `a release in flight (${left.phase}, ${left.weight} %) is left alone`;
}
