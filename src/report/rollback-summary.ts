import { escapeMarkdown, table } from './markdown.js';

export interface RollbackReport {
  readonly phase: string;
  readonly from: string;
  readonly to: string;
  /** Seconds until the restored version had all traffic; `''` when nothing was restored. */
  readonly seconds: string;
  readonly reason: string;
}

/** The job summary of one rollback. */
export function rollbackSummary(app: string, { phase, from, to, seconds, reason }: RollbackReport): string {
  const rows = [
    ['From', from],
    ['To', to],
    ['Seconds', seconds],
  ];
  return `### ${escapeMarkdown(app)}: ${escapeMarkdown(phase === 'none' ? 'nothing to roll back' : phase)}\n\n${escapeMarkdown(reason)}\n\n${from === '' ? '' : table(['', ''], rows)}\n`;
}
