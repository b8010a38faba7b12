import type { Release } from '../release/record.js';
import { escapeMarkdown, table } from './markdown.js';

export interface RollbackReport {
  readonly phase: string;
  readonly from: string;
  readonly to: string;
  /** Seconds until the restored version had all traffic; `''` when nothing was restored. */
  readonly seconds: string;
  readonly reason: string;
  /** A release that stays as it is: in flight by another run, or promoted by an earlier attempt. */
  readonly left?: Pick<Release, 'phase' | 'weight'> | undefined;
}

/** The job summary of one rollback. */
export function rollbackSummary(app: string, { phase, from, to, seconds, reason, left }: RollbackReport): string {
  const rows = [
    ['From', from],
    ['To', to],
    ['Seconds', seconds],
  ];
  return `### ${escapeMarkdown(app)}: ${escapeMarkdown(phase === 'none' ? titleOf(left) : phase)}\n\n${escapeMarkdown(reason)}\n\n${from === '' ? '' : table(['', ''], rows)}\n`;
}

function titleOf(left: RollbackReport['left']): string {
  if (left === undefined) return 'nothing to roll back';
  return left.phase === 'promoted'
    ? 'what was promoted before stays'
    : `a release in flight (${left.phase}, ${left.weight} %) is left alone`;
}
