import type { Release } from '../release/record.js';
import { escapeMarkdown, table } from './markdown.js';

/** The job summary of one canary-step: where the release stands and what was measured. */
export function stepSummary(app: string, release: Release): string {
  const measured = release.steps.at(-1)?.measured;
  const rows: string[][] = [
    ['Phase', release.phase],
    ['Weight', `${release.weight} %`],
    [
      'Measured share of the canary (99 % interval)',
      measured ? `${measured.share} % (${measured.low}–${measured.high} %)` : 'not measured',
    ],
    ['Canary', release.canary.image],
    ['Stable at the start', release.stable.image],
    ...(release.reason === undefined ? [] : [['Reason', release.reason]]),
  ];
  return `### ${escapeMarkdown(app)}: release ${escapeMarkdown(release.phase)}\n\n${table(['', ''], rows)}\n`;
}
