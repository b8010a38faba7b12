import type { Release } from '../release/record/record.js';
import { escapeMarkdown, table } from './markdown.js';
import { starterRows } from './starter.js';
import { stepsTable } from './step-summary.js';
import { weightChart } from './weight-chart.js';

export interface RollbackReport {
  readonly phase: string;
  readonly from: string;
  readonly to: string;
  /** Seconds until the restored version had all traffic; `''` when nothing was restored. */
  readonly seconds: string;
  readonly reason: string;
  /** A release that stays as it is: in flight by another run, or promoted by an earlier attempt. */
  readonly left?: Pick<Release, 'phase' | 'weight'> | undefined;
  /** The release that was undone, as it is on record now. */
  readonly undone?: Release | undefined;
}

/** The job summary of one rollback. */
export function rollbackSummary(app: string, { phase, from, to, seconds, reason, left, undone }: RollbackReport): string {
  const rows = [['From', from], ['To', to], ['Seconds', seconds], ...(undone ? starterRows(undone.owner, 'Release of') : [])];
  const chart = undone && weightChart(undone, Date.parse(undone.startedAt));
  return `${[
    `### ${escapeMarkdown(app)}: ${escapeMarkdown(phase === 'none' ? titleOf(left) : phase)}`,
    escapeMarkdown(reason),
    ...(from === '' ? [] : [table(['', ''], rows)]),
    ...(chart === undefined ? [] : [chart]),
    ...(undone && undone.steps.length > 0 ? [stepsTable(undone.steps)] : []),
  ].join('\n\n')}\n`;
}

function titleOf(left: RollbackReport['left']): string {
  if (left === undefined) return 'nothing to roll back';
  return left.phase === 'promoted'
    ? 'what was promoted before stays'
    : `a release in flight (${left.phase}, ${left.weight} %) is left alone`;
}
