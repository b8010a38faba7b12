import type { GateResult } from '../slo/gate.js';
import { escapeMarkdown, table } from './markdown.js';

/** The job summary of one gate: the verdict, and per objective what it rests on. */
export function verdictSummary(app: string, { verdict, reason, objectives, startedAt, endedAt }: GateResult): string {
  const rows = objectives.map(({ name, verdict: own, good, bad, badShare, upperBound, needed }) => [
    name,
    own,
    `${bad} of ${good + bad}`,
    badShare === undefined ? 'no data' : share(badShare),
    share(upperBound),
    String(needed),
  ]);
  const header = ['Objective', 'Verdict', 'Bad requests', 'Bad share', 'Excluded above', 'Requests for a pass'];
  const seconds = ((endedAt - startedAt) / 1000).toFixed(0);
  return `### ${escapeMarkdown(app)}: ${verdict}\n\n${escapeMarkdown(reason)}\n\n${table(header, rows)}\n\nWatched for ${seconds} s.\n`;
}

const share = (fraction: number): string => `${(100 * fraction).toFixed(2)} %`;
