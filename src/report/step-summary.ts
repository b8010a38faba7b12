import type { SplitProof } from '../release/prove-split.js';
import type { Release } from '../release/record.js';
import { escapeMarkdown, table } from './markdown.js';

/** The job summary of one canary-step: where the release stands and what was measured. */
export function stepSummary(app: string, release: Release, proof: SplitProof | undefined): string {
  const measured =
    proof?.share === undefined
      ? 'not measured'
      : `${proof.share.toFixed(1)} % (${proof.low.toFixed(1)}–${proof.high.toFixed(1)} %)`;
  const rows: string[][] = [
    ['Phase', release.phase],
    ['Weight', `${release.weight} %`],
    ['Measured share of the canary (99 % interval)', measured],
    ['Canary', release.canary.image],
    ['Stable at the start', release.stable.image],
    ...(release.reason === undefined ? [] : [['Reason', release.reason]]),
  ];
  return `### ${escapeMarkdown(app)}: release ${escapeMarkdown(release.phase)}\n\n${table(['', ''], rows)}\n`;
}
