import type { GateResult } from '../slo/gate.js';
import type { Counts } from '../slo/objective.js';
import { escapeMarkdown, table } from './markdown.js';

/** The job summary of one gate: the verdict, and per objective what it rests on. */
export function verdictSummary(app: string, { verdict, reason, objectives, startedAt, endedAt }: GateResult): string {
  const compared = objectives.some(({ stable }) => stable !== undefined);
  const rows = objectives.map(({ name, verdict: own, good, bad, badShare, stable, lnE, lnEToFail, upperBound, toPass }) => [
    name,
    own,
    counted(good, bad, badShare),
    ...(compared ? [stable ? counted(stable.good, stable.bad, shareOf(stable)) : ''] : []),
    `${power(lnE)} of ${power(lnEToFail)}`,
    share(upperBound),
    toPass.requests === 0 ? 'enough' : `${toPass.requests} more`,
  ]);
  const header = [
    'Objective',
    'Verdict',
    'Bad requests',
    ...(compared ? ["Stable's at the same time"] : []),
    'Evidence for a fail',
    'Excluded above',
    'Good requests for a pass',
  ];
  const seconds = ((endedAt - startedAt) / 1000).toFixed(0);
  return `### ${escapeMarkdown(app)}: ${verdict}\n\n${escapeMarkdown(reason)}\n\n${table(header, rows)}\n\nWatched for ${seconds} s.\n`;
}

/** The job summary of a gate that had nothing to judge, and says so without a verdict. */
export const nothingJudgedSummary = (app: string, reason: string): string =>
  `### ${escapeMarkdown(app)}: nothing to judge\n\n${escapeMarkdown(reason)}\n`;

const counted = (good: number, bad: number, badShare: number | undefined): string =>
  badShare === undefined ? 'no data' : `${bad} of ${good + bad} (${share(badShare)})`;

const shareOf = ({ good, bad }: Counts): number | undefined => (good + bad > 0 ? bad / (good + bad) : undefined);

const share = (fraction: number): string => `${(100 * fraction).toFixed(2)} %`;

/** An e-value from its logarithm, as a reader can take it in: `0.3`, `57`, `10^12`. */
const power = (ln: number): string => {
  const value = Math.exp(ln);
  if (value > 1e6) return `10^${Math.floor(ln / Math.LN10)}`;
  return value < 0.01 ? '0' : String(Number(value.toPrecision(2)));
};
